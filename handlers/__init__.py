"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import nudges, oneonones, people, places, settings, setup, shadowing, shoutouts, steward


def register(on: Listeners) -> None:
    for module in (nudges, oneonones, people, places, settings, setup, shadowing, shoutouts, steward):
        module.register(on)
