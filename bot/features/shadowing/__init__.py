"""Shadowing: a leader sits beside an agent for a while, and learns where help is needed.

`turns` says whose turn it is, `rounds` finds that for many teams at once, `asking` is how the two agree, `sittings` who
gets hold of one, `wrapping_up` what comes of it.
"""

from bot.features.shadowing.asking import accept, ask, ask_for, cancel, decline, lapse, suggest_time
from bot.features.shadowing.rounds import SUGGEST, Busy, busy, suggest, suggestions, turn_of
from bot.features.shadowing.settings import Asked, Own, Settings
from bot.features.shadowing.sittings import GONE, Pair, must_be, one, open_ones, pair, settle, with_people
from bot.features.shadowing.tables import OPEN, Roadblock, Sitting, State
from bot.features.shadowing.turns import RESTS, Agent, Round, Turn, deal, monday, slot, waiting
from bot.features.shadowing.wrapping_up import (
    DUE,
    LONGEST,
    ROADBLOCK,
    Owned,
    WrapUp,
    just_now,
    latest,
    learnt,
    missed,
    owned,
    prune,
    record,
    remind,
    reminders,
    remove,
)

__all__ = [
    "DUE", "GONE", "LONGEST", "OPEN", "RESTS", "ROADBLOCK", "SUGGEST", "Agent", "Asked", "Busy", "Own", "Owned", "Pair",
    "Roadblock", "Round", "Settings", "Sitting", "State", "Turn", "WrapUp", "accept", "ask", "ask_for", "busy",
    "cancel", "deal", "decline", "just_now", "lapse", "latest", "learnt", "missed", "monday", "must_be", "one",
    "open_ones", "owned", "pair", "prune", "record", "remind", "reminders", "remove", "settle", "slot", "suggest",
    "suggest_time", "suggestions", "turn_of", "waiting", "with_people",
]  # fmt: skip
