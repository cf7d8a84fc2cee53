"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import home, nudges, people, places, settings, setup, shoutouts, steward


def register(on: Listeners) -> None:
    for module in (home, nudges, people, places, settings, setup, shoutouts, steward):
        module.register(on)
