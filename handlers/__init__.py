"""What Slack asks: one module of listeners a feature."""

from bot.listeners import Listeners
from handlers import people, shoutouts


def register(on: Listeners) -> None:
    for module in (people, shoutouts):
        module.register(on)
