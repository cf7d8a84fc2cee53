"""Visits: a team's sponsor sits beside an agent now and then, and what they see there becomes a promise and a theme.

`offering` says whom to offer one, `hosts` whose turn it is, `asking` is how the two agree, `parties` who gets hold of a
visit, `debriefing` what comes of it, `themes` what is counted of that.
"""

from bot.features.visits.asking import accept, ask, cancel, decline, lapse, must_be_ready, pass_on, rest, suggest_time
from bot.features.visits.debriefing import (
    DUE,
    IN_THE_WAY,
    LONGEST,
    PROMISE,
    SEEN,
    WILL_DO,
    Promise,
    Said,
    keep,
    missed,
    promises,
    prune,
    read,
    readable,
    record,
    reminders,
)
from bot.features.visits.hosts import Crowd, MayHost, busy, crowd, crowds
from bot.features.visits.offering import OFFER, is_on, last_visited, offers
from bot.features.visits.parties import Party, latest, lost, must_be, one, open_ones, planned, with_people
from bot.features.visits.settings import Settings
from bot.features.visits.tables import OPEN, Debrief, Sighting, State, Visit
from bot.features.visits.themes import THEME, THEMES, called, counts, flags, see

__all__ = [
    "DUE", "IN_THE_WAY", "LONGEST", "OFFER", "OPEN", "PROMISE", "SEEN", "THEME", "THEMES", "WILL_DO", "Crowd",
    "Debrief", "MayHost", "Party", "Promise", "Said", "Settings", "Sighting", "State", "Visit", "accept", "ask",
    "busy", "called", "cancel", "counts", "crowd", "crowds", "decline", "flags", "is_on", "keep", "lapse",
    "last_visited", "latest", "lost", "missed", "must_be", "must_be_ready", "offers", "one", "open_ones", "pass_on",
    "planned", "promises", "prune", "read", "readable", "record", "reminders", "rest", "see", "suggest_time",
    "with_people",
]  # fmt: skip
