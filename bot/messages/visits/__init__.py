"""Visits, in words: the offer to a sponsor, the question to a host, the three questions afterwards, and the themes."""

from bot.messages.text import mention
from bot.messages.times import at_form
from bot.messages.visits.cards import card, comment, description, outcome, passed_by, recorded, reminder, title
from bot.messages.visits.forms import ASKED, debrief_form, saved, written
from bot.messages.visits.leaders import LEADERS_CARDS, for_leader, promised
from bot.messages.visits.lists import (
    NO_TIMES,
    Overview,
    asked_for,
    asking,
    at_home,
    kept,
    overview,
    rests,
    themes,
)
from bot.messages.visits.names import (
    CANCEL,
    DEBRIEF,
    DEBRIEF_FORM,
    KEPT,
    MISSED,
    NO,
    NOTED,
    OTHER_TIME,
    OTHER_TIME_FORM,
    PICK,
    PICK_AT,
    PICK_AT_FORM,
    READ,
    TITLE,
    WORKS,
    YES,
)
from bot.messages.visits.nudges import by_hand, offer, promise, theme

__all__ = [
    "ASKED", "CANCEL", "DEBRIEF", "DEBRIEF_FORM", "KEPT", "LEADERS_CARDS", "MISSED", "NO", "NOTED", "NO_TIMES",
    "OTHER_TIME", "OTHER_TIME_FORM", "PICK", "PICK_AT", "PICK_AT_FORM", "READ", "TITLE", "WORKS", "YES", "Overview",
    "asked_for", "asking", "at_form", "at_home", "by_hand", "card", "comment", "debrief_form", "description",
    "for_leader", "kept", "mention", "offer", "outcome", "overview", "passed_by", "promise", "promised", "recorded",
    "reminder", "rests", "saved", "theme", "themes", "title", "written",
]  # fmt: skip
