"""Candidates, which are facts and not words, and which of them a person hears.

A feature says of what it would like to remind whom; these are pure rules over what people were told before and how
they answered.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any

from bot.nudges.models import OPEN, Nudge, NudgeState
from bot.org.teams.membership import Seat

BUDGET = 2
"""Unasked-for nudges a person a working day, of all features together."""
MOST_REPEATS = 5
"""How often one nudge is said again when it is snoozed."""
BACKOFF_STEPS = (2, 6, 12)
"""After so many ignored in a row a kind comes half as often as before."""
NEVER = datetime.min.replace(tzinfo=UTC)


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


def select_candidates(
    candidates: Sequence[Candidate], before: Sequence[Nudge], muted: Collection[str], *, left: int, now: datetime
) -> list[Candidate]:
    """At most `left` of the candidates: the most urgent first, then the kind that has waited longest.

    `before` are the person's earlier nudges, newest first.
    """
    wanted = [each for each in candidates if each.kind not in muted and is_due(each, before, now)]
    wanted.sort(key=lambda each: (-each.urgency, _last_said(each.kind, before)))
    return _one_of_each(wanted)[: max(left, 0)]


def is_due(candidate: Candidate, before: Sequence[Nudge], now: datetime) -> bool:
    """Not while it stands open, nor soon after it was said; what is ignored twice comes half as often."""
    same = [each for each in before if (each.kind, each.about) == (candidate.kind, candidate.about)]
    if any(each.is_open and each.ends_at > now for each in same):
        return False
    return not same or now - same[0].said_at >= candidate.every * backoff_factor(candidate.kind, before)


def backoff_factor(kind: str, before: Sequence[Nudge]) -> int:
    """How much more seldom a kind comes: half as often after two in a row that were ignored, and so on.

    Whoever answers every other one now and then ignores two or three by chance, so the next steps lie farther apart.
    """
    ignored = 0
    for nudge in before:
        if nudge.kind == kind and nudge.state not in (*OPEN, NudgeState.UNHEARD):
            if nudge.state != NudgeState.IGNORED:
                break
            ignored += 1
    return int(2 ** sum(ignored >= many for many in BACKOFF_STEPS))


def may_snooze(nudge: Nudge) -> bool:
    return nudge.times <= MOST_REPEATS


def _last_said(kind: str, before: Sequence[Nudge]) -> datetime:
    return next((each.said_at for each in before if each.kind == kind), NEVER)


def _one_of_each(candidates: list[Candidate]) -> list[Candidate]:
    """A person in two teams hears of the same thing once."""
    return list({(each.kind, each.about): each for each in reversed(candidates)}.values())[::-1]
