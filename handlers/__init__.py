"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import (
    balance,
    funtank,
    home,
    nudges,
    oneonones,
    people,
    places,
    queue,
    settings,
    setup,
    shadowing,
    shoutouts,
    steward,
)

MODULES = (
    balance, funtank, home, nudges, oneonones, people, places, queue, settings, setup, shadowing, shoutouts, steward,
)  # fmt: skip


def register(on: Listeners) -> None:
    for module in MODULES:
        module.register(on)
