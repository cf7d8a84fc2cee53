"""Queue spikes, in words: the team's card, the question to a leader, and their time with the queue."""

from bot.messages.spikes.asks import ask, closed, ended, moved_on, on, still_on
from bot.messages.spikes.cards import calm, card, digest, grew, joined, name_of, nobody, number, queue_of, reopened
from bot.messages.spikes.lists import (
    ALL_CALM,
    CLOSED,
    NAME_ONE,
    WORDS,
    called,
    calmed,
    came,
    not_one_of,
    not_understood,
    usage,
    which,
)
from bot.messages.spikes.names import CANNOT, CLEAR, DONE, JOIN, LONGER, SHADOW

__all__ = [
    "ALL_CALM", "CANNOT", "CLEAR", "CLOSED", "DONE", "JOIN", "LONGER", "NAME_ONE", "SHADOW", "WORDS", "ask", "called",
    "calm", "calmed", "came", "card", "closed", "digest", "ended", "grew", "joined", "moved_on", "name_of", "nobody",
    "not_one_of", "not_understood", "number", "on", "queue_of", "reopened", "still_on", "usage", "which",
]  # fmt: skip
