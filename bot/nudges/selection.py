"""Selection of the nudges to send to a person from the candidates that features find.

A candidate is a set of facts without words. The rules are pure functions of the candidates and of the person's earlier
nudges and answers: a daily budget, a cooldown per subject, and backoff for kinds that are ignored.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from enum import IntEnum
from typing import Any, ClassVar

from pydantic import Field

from bot.nudges.models import OPEN, Nudge, NudgeState
from bot.org.teams.membership import Seat
from bot.org.teams.settings import Settings

BUDGET = 2
"""The limit on nudges per person and working day, for all features together."""
MOST_REPEATS = 5
"""The limit on how often one nudge can be snoozed."""
BACKOFF_STEPS = (2, 6, 12)
"""Each of these numbers of ignored nudges in a row halves the frequency of a kind."""
NEVER = datetime.min.replace(tzinfo=UTC)
EACH_ALONE: Mapping[str, int] = {}


class Urgency(IntEnum):
    """How urgent a possible nudge is. Messages without a daily budget, such as requests in spikes, are not nudges."""

    SOMETIME = 0
    THIS_WEEK = 1
    TODAY = 2
    AWAITED = 3
    """Others wait for it: for an overdue promise, a first answer to a roadblock or an idea, or help for a team
    whose fun tank is low."""
    DUE_SOON = 4
    """It was promised to somebody for one of the next days."""
    LAST_DAY = 5
    """It was promised to somebody for today."""


@dataclass(frozen=True)
class Candidate:
    """A nudge that could be sent to a person."""

    seat: Seat
    kind: str
    """The kind, like `shoutouts.coverage`. People mute by kind, and backoff applies by kind."""
    about: str = ""
    """The subject, if a kind can have several. Only one nudge per kind and subject is open at a time."""
    urgency: Urgency = Urgency.THIS_WEEK
    facts: dict[str, Any] = field(default_factory=dict)
    """The JSON from which its text is built: ids, days and counts, never what somebody wrote."""
    every: timedelta = timedelta(days=7)
    """The cooldown before backoff: how long after a nudge of this kind and subject the next one can be sent."""


@dataclass(frozen=True)
class NudgeRule:
    """What people can read about a kind of nudge in docs/nudges.md, in whole sentences to the person who gets it."""

    when: str
    """The condition under which it is suggested."""
    pace: str
    """How often it comes at most, before backoff."""
    acted_on: str
    """What counts as acted on."""


class NudgePreferences(Settings):
    """A person's own settings for nudges."""

    feature: ClassVar[str] = "nudges"
    title: ClassVar[str] = "Reminders"
    muted: list[str] = Field([], title="Muted", description="Kinds of reminders you don't want.")


def select_candidates(
    candidates: Sequence[Candidate], before: Sequence[Nudge], muted: Collection[str], *, left: int,
    together: Mapping[str, int] = EACH_ALONE, now: datetime,
) -> list[Candidate]:  # fmt: skip
    """Return the candidates to send: the most urgent first, then those whose kind was sent longest ago.

    Their cost is at most `left`. `together` maps a kind to how many of it cost as much as one; `before` has the
    person's earlier nudges, newest first.
    """
    wanted = [each for each in candidates if each.kind not in muted and is_due(each, before, now)]
    wanted.sort(key=lambda each: (-each.urgency, _last_said(each.kind, before)))
    chosen = list[Candidate]()
    for each in _deduplicate(wanted):
        if count_cost([*(kind.kind for kind in chosen), each.kind], together) <= left:
            chosen.append(each)
    return chosen


def count_cost(kinds: Collection[str], together: Mapping[str, int] = EACH_ALONE) -> int:
    """Return how much of the daily budget nudges of these kinds cost."""
    return sum(-(-many // together.get(kind, 1)) for kind, many in Counter(kinds).items())


def is_due(candidate: Candidate, before: Sequence[Nudge], now: datetime) -> bool:
    """Return whether a nudge may be sent: no other nudge of its kind and subject is open or in cooldown."""
    same = [each for each in before if (each.kind, each.about) == (candidate.kind, candidate.about)]
    if any(each.is_open and each.ends_at > now for each in same):
        return False
    return not same or now - same[0].said_at >= candidate.every * backoff_factor(candidate.kind, before)


def backoff_factor(kind: str, before: Sequence[Nudge]) -> int:
    """Return the factor for the cooldown of a kind of nudge, which doubles after several ignored in a row.

    It is 2 after two ignored nudges, and so on by `BACKOFF_STEPS`. A person who answers every other nudge sometimes
    ignores two or three in a row by chance, so the later steps are farther apart.
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


def _deduplicate(candidates: list[Candidate]) -> list[Candidate]:
    """Deduplicate candidates by kind and subject, for people in several teams. The first one is kept."""
    return list({(each.kind, each.about): each for each in reversed(candidates)}.values())[::-1]
