"""What a feature hands to the engine: candidates, which are facts without words, and the kinds they are of."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges.cards import Item
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team


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


@dataclass(frozen=True)
class NudgeKind:
    """One kind of nudge.

    `find` is given many people at once, so that its facts take a few queries for all of them; what it makes of one
    person's facts is a pure function of the feature's.
    """

    kind: str
    title: str
    """What a person who mutes it reads."""
    words: Callable[[int, dict[str, Any], Team], Item]
    """The nudge's id, its facts and its team, as a person reads them."""
    find: Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[list[Candidate]]] | None = None
    """Whom it is for, as the engine checks people; one may find its feature's other kinds too.

    None for what another one finds, or what is offered when it happens.
    """
    is_at_home: bool = True
    """Whether Home lists it among what is due; False where its feature has a section of its own there."""
