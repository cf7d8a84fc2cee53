"""How balance looks: a leader's two weeks, the form to log a block, the nudges."""

from bot.messages.balance.form import closing, form, usage
from bot.messages.balance.names import FORM, OPEN, PART, TAKE_BACK, YES
from bot.messages.balance.nudges import drift, free_morning, good_enough, last_hour
from bot.messages.balance.overview import at_home, logged, overview, taken_back
from bot.messages.balance.typed import block, nearest

__all__ = [
    "FORM", "OPEN", "PART", "TAKE_BACK", "YES", "at_home", "block", "closing", "drift", "form", "free_morning",
    "good_enough", "last_hour", "logged", "nearest", "overview", "taken_back", "usage",
]  # fmt: skip
