"""Hooks: the addresses at which tools tell a team how its queues are.

`keeping` is how leaders make, rotate and remove them, `hearing` what a delivery finds and leaves behind.
"""

from bot.features.hooks.hearing import (
    MOST_AT_ONCE,
    fold,
    folded,
    found,
    held,
    is_flooded,
    is_noted,
    note,
    note_refusal,
    secrets_of,
)
from bot.features.hooks.keeping import (
    LONGEST_QUEUE,
    LONGEST_SECRET,
    MOST,
    QUEUE,
    SECRET,
    SENDER,
    Made,
    make,
    of_team,
    one,
    remove,
    rotate,
)
from bot.features.hooks.tables import THEIRS, Folded, Hook, Sender

__all__ = [
    "LONGEST_QUEUE", "LONGEST_SECRET", "MOST", "MOST_AT_ONCE", "QUEUE", "SECRET", "SENDER", "THEIRS", "Folded",
    "Hook", "Made", "Sender", "fold", "folded", "found", "held", "is_flooded", "is_noted", "make", "note",
    "note_refusal", "of_team", "one", "remove", "rotate", "secrets_of",
]  # fmt: skip
