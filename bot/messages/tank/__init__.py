"""How the fun tank looks: `gauge` for everybody, `nudges` for leaders, `answers` to what is typed."""

from bot.messages.tank.gauge import CAUSES, HELPS, at_home, full, show, signed
from bot.messages.tank.names import YES
from bot.messages.tank.nudges import HINTS, low

__all__ = [
    "CAUSES", "HELPS", "HINTS", "YES", "at_home", "full", "low", "show", "signed",
]  # fmt: skip
