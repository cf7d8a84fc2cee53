"""Queue spikes, in words: the team's card, the question to a leader, and their time with the queue."""

from bot.messages.spikes.asks import ask, closed, ended, moved_on, on, still_on
from bot.messages.spikes.cards import (
    added,
    calm,
    card,
    digest,
    grew,
    joined,
    length,
    name_of,
    nobody,
    number,
    queue_of,
    reopened,
)
from bot.messages.spikes.history import ON_ITS_WAY, as_csv, charts, history, lately
from bot.messages.spikes.lists import (
    ALL_CALM,
    CLOSED,
    NAME_ONE,
    WORDS,
    called,
    calmed,
    came,
    is_a_person,
    is_no_queue,
    not_one_of,
    usage,
    which,
)
from bot.messages.spikes.names import CANNOT, CLEAR, COME, CSV, DONE, IS_CALM, JOIN, LONGER, SHADOW
from bot.messages.spikes.overview import CALM_ALREADY, OVER, View, at_home, overview

__all__ = [
    "ALL_CALM", "CALM_ALREADY", "CANNOT", "CLEAR", "CLOSED", "COME", "CSV", "DONE", "IS_CALM", "JOIN", "LONGER",
    "NAME_ONE", "ON_ITS_WAY", "OVER", "SHADOW", "WORDS", "View", "added", "as_csv", "ask", "at_home", "called", "calm",
    "calmed", "came", "card", "charts", "closed", "digest", "ended", "grew", "history", "is_a_person", "is_no_queue",
    "joined", "lately", "length", "moved_on", "name_of", "nobody", "not_one_of", "number", "on", "overview", "queue_of",
    "reopened", "still_on", "usage", "which",
]  # fmt: skip
