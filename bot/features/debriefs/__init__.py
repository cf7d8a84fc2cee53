"""Debriefs: what a leader saw while helping with a spike, kept as notes for their team's leaders until it is answered.

`asking` is the one question to each who helped, `keeping` what they wrote down and what came of it.
"""

from bot.features.debriefs.asking import GONE, ask, is_told, nothing, one
from bot.features.debriefs.keeping import (
    CAME,
    KIND,
    LONGEST,
    MOST,
    Read,
    Said,
    answer,
    how_many,
    keep,
    note,
    notes,
    prune,
)
from bot.features.debriefs.tables import Debrief, Destination, Kind, Note, State

__all__ = [
    "CAME", "GONE", "KIND", "LONGEST", "MOST", "Debrief", "Destination", "Kind", "Note", "Read", "Said", "State",
    "answer", "ask", "how_many", "is_told", "keep", "note", "notes", "nothing", "one", "prune",
]  # fmt: skip
