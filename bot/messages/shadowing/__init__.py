"""Shadowing, in words: whom to sit beside, the question to the agent, and what a leader takes from it."""

from bot.messages.shadowing.cards import card, comment, named, outcome, recorded, reminder, title
from bot.messages.shadowing.forms import ASKED, saved, wrap_up_form, written
from bot.messages.shadowing.lists import (
    NAME_ONE,
    NOTHING_TO_WRAP_UP,
    TOO_LONG,
    asking,
    at_home,
    for_agents,
    out_of_the_way,
    overview,
    usage,
    which_agent,
)
from bot.messages.shadowing.names import (
    ASK,
    ASK_AT,
    ASK_AT_FORM,
    CANCEL,
    DUE,
    LEARNT,
    MISSED,
    NO,
    OTHER_TIME,
    OTHER_TIME_FORM,
    READ,
    REMOVED,
    ROADBLOCK,
    THANK,
    TITLE,
    WRAP_UP,
    WRAP_UP_FORM,
    YES,
)
from bot.messages.shadowing.nudges import roadblock, suggestion
from bot.messages.text import mention
from bot.messages.times import at_form

__all__ = [
    "ASK", "ASKED", "ASK_AT", "ASK_AT_FORM", "CANCEL", "DUE", "LEARNT", "MISSED", "NAME_ONE", "NO",
    "NOTHING_TO_WRAP_UP", "OTHER_TIME", "OTHER_TIME_FORM", "READ", "REMOVED", "ROADBLOCK", "THANK", "TITLE", "TOO_LONG",
    "WRAP_UP", "WRAP_UP_FORM", "YES", "asking", "at_form", "at_home", "card", "comment", "for_agents", "mention",
    "named", "out_of_the_way", "outcome", "overview", "recorded", "reminder", "roadblock", "saved", "suggestion",
    "title", "usage", "which_agent", "wrap_up_form", "written",
]  # fmt: skip
