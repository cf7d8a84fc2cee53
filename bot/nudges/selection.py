"""Selection of the nudges to send to a person from the candidates that features find.

A candidate is a set of facts without words. The rules are pure functions of the candidates and of the person's earlier
nudges and answers: a daily budget, a cooldown per subject, and pauses that depend on what the person acts on (`pace`).
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import IntEnum
from typing import Any, ClassVar

from pydantic import Field

from bot.nudges import pace
from bot.nudges.models import Nudge
from bot.nudges.pace import EACH_ALONE
from bot.org.teams.membership import Seat
from bot.org.teams.settings import Settings

BUDGET = 2
"""The limit on nudges per person and working day, for all features together."""
MOST_REPEATS = 5
"""The limit on how often one nudge can be snoozed."""
LONGEST_UNSAID = timedelta(days=30)
"""For how long a kind counts as unsaid at most when nudges are ordered, and for one that was never said."""


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
    """It was promised to somebody for today, or its reader asked to be reminded today. It waits for no pause."""


@dataclass(frozen=True)
class Candidate:
    """A nudge that could be sent to a person."""

    seat: Seat
    kind: str
    """The kind, like `shoutouts.coverage`. People mute by kind, and each kind has a pace of its own."""
    about: str = ""
    """The subject, if a kind can have several. Only one nudge per kind and subject is open at a time."""
    urgency: Urgency = Urgency.THIS_WEEK
    facts: dict[str, Any] = field(default_factory=dict)
    """The JSON from which its text is built: ids, days and counts, never what somebody wrote."""
    every: timedelta = timedelta(days=7)
    """The cooldown: how long after a nudge of this kind and subject the next one can be sent; `pace` stretches it."""


@dataclass(frozen=True)
class NudgeRule:
    """What people can read about a kind of nudge in docs/nudges.md, in whole sentences to the person who gets it."""

    when: str
    """The condition under which it is suggested."""
    pace: str
    """How often it comes at most, to somebody who acts on all of them."""
    acted_on: str
    """What counts as acted on."""


class NudgePreferences(Settings):
    """A person's own settings for nudges."""

    feature: ClassVar[str] = "nudges"
    title: ClassVar[str] = "Reminders"
    muted: list[str] = Field([], title="Muted", description="Kinds of reminders you don't want.")


def select_candidates(
    candidates: Sequence[Candidate], before: Sequence[Nudge], muted: Collection[str], *, left: int,
    together: Mapping[str, int] = EACH_ALONE, is_paced: bool = True, now: datetime,
) -> list[Candidate]:  # fmt: skip
    """Return the candidates to send: those of the highest `weight` first, until they cost `left`.

    `together` maps a kind to how many of it cost as much as one; `before` has the person's earlier nudges, newest
    first. Unless `is_paced` is False, only what is for today is sent during the pause after the person's last card.
    """
    if is_paced and (until := pace.rests_until(before, together)) and until > now:
        candidates = [each for each in candidates if each.urgency is Urgency.LAST_DAY]
    wanted = [each for each in candidates if each.kind not in muted and is_due(each, before, now)]
    wanted.sort(key=lambda each: weight(each, before, now), reverse=True)
    chosen = list[Candidate]()
    for each in _deduplicate(wanted):
        if pace.count_cost([*(kind.kind for kind in chosen), each.kind], together) <= left:
            chosen.append(each)
    return chosen


def weight(candidate: Candidate, before: Sequence[Nudge], now: datetime) -> float:
    """Return which candidate comes first: its urgency times the days for which its kind was not sent.

    So what is urgent comes more often, but never keeps a kind from coming at all.
    """
    unsaid = next((now - each.said_at for each in before if each.kind == candidate.kind), LONGEST_UNSAID)
    return (candidate.urgency + 1) * min(unsaid, LONGEST_UNSAID).total_seconds()


def is_due(candidate: Candidate, before: Sequence[Nudge], now: datetime) -> bool:
    """Return whether a nudge may be sent: none of its kind and subject is open or in cooldown, nor its kind."""
    kind = [each for each in before if each.kind == candidate.kind]
    same = [each for each in kind if each.about == candidate.about]
    if any(each.is_open and each.ends_at > now for each in same):
        return False
    factor = 1.0 if candidate.urgency is Urgency.LAST_DAY else pace.stretch(kind)
    is_cool = not same or now - same[0].said_at >= candidate.every * factor
    return is_cool and (
        not kind or not candidate.every or now - kind[0].said_at >= pace.OF_A_KIND * factor - pace.MARGIN
    )


def may_snooze(nudge: Nudge) -> bool:
    return nudge.times <= MOST_REPEATS


def _deduplicate(candidates: list[Candidate]) -> list[Candidate]:
    """Deduplicate candidates by kind and subject, for people in several teams. The first one is kept."""
    return list({(each.kind, each.about): each for each in reversed(candidates)}.values())[::-1]
