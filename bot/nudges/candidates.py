"""What a feature would like to remind somebody of: facts, not words. The engine chooses among all of them."""

from dataclasses import dataclass, field
from datetime import timedelta
from enum import IntEnum
from typing import Any

from bot.org.teams.membership import Seat


class Urgency(IntEnum):
    """How soon it matters; what stands outside the budget, such as a spike, is no candidate at all."""

    SOMETIME = 0
    THIS_WEEK = 1
    TODAY = 2


@dataclass(frozen=True)
class Candidate:
    """One thing that could be said to one person."""

    seat: Seat
    kind: str
    """Like `shoutouts.coverage`: what people mute, and what backs off when they ignore it."""
    about: str = ""
    """Whom or what it is about, where there may be several of a kind; one at a time stands open for each."""
    urgency: Urgency = Urgency.THIS_WEEK
    facts: dict[str, Any] = field(default_factory=dict)
    """What its words are made of, as JSON: ids, days and counts, never what somebody wrote."""
    every: timedelta = timedelta(days=7)
    """It does not come again sooner than this after it was said."""
