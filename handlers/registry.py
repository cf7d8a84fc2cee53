"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import absences, balance, celebrations, home, mentions, nudges, people, places, settings, setup, steward
from handlers.funtank import listeners as funtank
from handlers.oneonones import listeners as oneonones
from handlers.queue import listeners as queue
from handlers.shadowing import listeners as shadowing
from handlers.shoutouts import listeners as shoutouts
from handlers.visits import listeners as visits

MODULES = (
    absences, balance, celebrations, funtank, home, nudges, oneonones, people, places, queue, settings, setup,
    shadowing, shoutouts, steward, visits, mentions,
)  # fmt: skip
"""In the order in which they hear a message: `mentions` last, since it asks what the others made of it."""


def register(on: Listeners) -> None:
    for module in MODULES:
        module.register(on)
