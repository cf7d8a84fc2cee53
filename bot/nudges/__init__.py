"""Nudges: prompts to a person, few and at a good moment, whose answers decide what comes next.

Features hand in rules; the engine knows none of them, and they know nothing of its budget.
"""

from bot.nudges.answering import (
    answer,
    answer_row,
    due,
    latest,
    lines,
    mute,
    one,
    passed,
    snooze,
    told,
    unmute,
    was_offered,
)
from bot.nudges.choosing import BUDGET, MOST_REPEATS, chosen
from bot.nudges.engine import expect, greet, next_at, offer, prune, summon, turn
from bot.nudges.rules import Rule
from bot.nudges.settings import Own
from bot.nudges.tables import Look, Nudge, State

__all__ = [
    "BUDGET", "MOST_REPEATS", "Look", "Nudge", "Own", "Rule", "State", "answer", "answer_row", "chosen", "due",
    "expect", "greet", "latest", "lines", "mute", "next_at", "offer", "one", "passed", "prune", "snooze", "summon",
    "told", "turn", "unmute", "was_offered",
]  # fmt: skip
