"""One-on-ones: a leader and an agent who meet again and again, and what they keep for themselves.

`pairing` says who meets whom, `rota` who is due, `offers` which times they could take, `meetings` how they agree on
one, `outcomes` what became of it, `keeping` has topics and notes.
"""

from bot.features.oneonones.cadence import RULES
from bot.features.oneonones.keeping import (
    FOLLOW_UP,
    LONGEST,
    Kept,
    Said,
    add_note,
    add_topic,
    came_back,
    follow_ups,
    kept,
    prune,
    tick_off,
)
from bot.features.oneonones.meetings import accept, ask, busy, cancel, counter, move, pick, propose, record_plan
from bot.features.oneonones.offers import refresh
from bot.features.oneonones.outcomes import change_rule, lapse, let_go, met, missed, record, skip, skipped
from bot.features.oneonones.pairing import settle, who_meets
from bot.features.oneonones.pairs import (
    GONE,
    Pair,
    completed,
    must_be_open,
    must_be_unsaid,
    of_pair,
    of_person,
    one,
    open_one,
    pair_of,
    planned,
)
from bot.features.oneonones.rota import DUE, Facts, due_of, facts, reminder, reminders, rota, row, waits_since
from bot.features.oneonones.settings import Cadence, Settings
from bot.features.oneonones.tables import OPEN, Meeting, Note, Series, State, Topic

__all__ = [
    "DUE", "FOLLOW_UP", "GONE", "LONGEST", "OPEN", "RULES", "Cadence", "Facts", "Kept", "Meeting", "Note", "Pair",
    "Said", "Series", "Settings", "State", "Topic", "accept", "add_note", "add_topic", "ask", "busy", "came_back",
    "cancel", "change_rule", "completed", "counter", "due_of", "facts", "follow_ups", "kept", "lapse", "let_go", "met",
    "missed", "move", "must_be_open", "must_be_unsaid", "of_pair", "of_person", "one", "open_one", "pair_of", "pick",
    "planned", "propose", "prune", "record", "record_plan", "refresh", "reminder", "reminders", "rota", "row", "settle",
    "skip", "skipped", "tick_off", "waits_since", "who_meets",
]  # fmt: skip
