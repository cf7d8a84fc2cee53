"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import people, places, settings, setup, shoutouts, steward


def register(on: Listeners) -> None:
    for module in (people, places, settings, setup, shoutouts, steward):
        module.register(on)
