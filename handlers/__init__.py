"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import people, places, shoutouts


def register(on: Listeners) -> None:
    for module in (people, places, shoutouts):
        module.register(on)
