"""Celebrations: what a team is glad about, each told once.

`saying` is what somebody celebrates in their own words, `cheering` a message that many are glad about, with `marks` and
`words` that say what is glad and what is not, `early` a spike that was over sooner than this team is used to.
"""

from bot.features.celebrations.cheering import COUNTS, KEPT, Cheer, Words, cheer, hear, is_mourned, said_at
from bot.features.celebrations.early import is_early
from bot.features.celebrations.marks import matter
from bot.features.celebrations.saying import LONGEST, WHAT, between, once, prune, say
from bot.features.celebrations.settings import Settings
from bot.features.celebrations.tables import Celebration, Cheered, Cheering, Way
from bot.features.celebrations.words import mark_of

__all__ = [
    "COUNTS", "KEPT", "LONGEST", "WHAT", "Celebration", "Cheer", "Cheered", "Cheering", "Settings", "Way", "Words",
    "between", "cheer", "hear", "is_early", "is_mourned", "mark_of", "matter", "once", "prune", "said_at", "say",
]  # fmt: skip
