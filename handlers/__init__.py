"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import (
    absences,
    balance,
    celebrations,
    funtank,
    home,
    mentions,
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
    visits,
)

MODULES = (
    absences, balance, celebrations, funtank, home, nudges, oneonones, people, places, queue, settings, setup,
    shadowing, shoutouts, steward, visits, mentions,
)  # fmt: skip


"""In the order in which they hear a message: `mentions` last, since it asks what the others made of it."""


def register(on: Listeners) -> None:
    for module in MODULES:
        module.register(on)
