"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import balance, nudges, oneonones, people, places, settings, setup, shoutouts, steward


def register(on: Listeners) -> None:
    for module in (balance, nudges, oneonones, people, places, settings, setup, shoutouts, steward):
        module.register(on)
