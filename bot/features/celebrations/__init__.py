"""Celebrations: what a team is glad about, each told once.

`saying` is what somebody celebrates in their own words, `cheering` a message that many reacted to, `early` a spike that
was over sooner than this team is used to.
"""

from bot.features.celebrations.cheering import KEPT, Cheer, cheer
from bot.features.celebrations.early import is_early
from bot.features.celebrations.saying import LONGEST, WHAT, between, once, prune, say
from bot.features.celebrations.settings import Settings
from bot.features.celebrations.tables import Celebration, Cheered, Cheering, Way

__all__ = [
    "KEPT", "LONGEST", "WHAT", "Celebration", "Cheer", "Cheered", "Cheering", "Settings", "Way", "between", "cheer",
    "is_early", "once", "prune", "say",
]  # fmt: skip
