"""Measures of how regularly one-on-ones were held, and how soon follow-ups and hand-ups were answered."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import NamedTuple

from benchmarks.simulate.personas import ONE_DAY, Human

CADENCE = timedelta(days=14)
OWNED_DAYS, CONSIDERED_DAYS = 5, 10
"""Within how many working days a roadblock should get an owner, and an idea should be considered or answered."""

COMES_WITHIN = timedelta(minutes=10)
DAY_END_TOLERANCE = timedelta(minutes=1)


class Window(NamedTuple):
    """A period in which an agent should have had a one-on-one, and whether they had one."""

    mood: str
    """The mood of the leader who was responsible."""
    is_kept: bool


@dataclass
class Series:
    """An agent's one-on-ones: their leaders, and the days on which one was held or skipped on purpose."""

    agent: Human
    first: date
    last: date
    leaders: list[tuple[date, Human]]
    """Each leader, with the first day on which they were responsible."""
    held: list[date] = field(default_factory=list)
    let_go: list[date] = field(default_factory=list)

    def leader(self, day: date) -> Human:
        return next((leader for since, leader in reversed(self.leaders) if since <= day), self.leaders[0][1])

    def windows(self, *, is_strict: bool) -> Iterable[Window]:
        """Yield the windows in which the agent should have had a one-on-one, counted strictly or generously.

        Strictly: within 14 days of the last one-on-one, without exceptions. Generously: within the calendar week of the
        14th day, plus one day for each working day on which one of the two was away or had a public holiday; a window
        in which the leader skipped on purpose does not count.

        Time without a one-on-one counts once per 14 days. Windows that end after the year are left out.
        """
        since = self.first
        while True:
            by = since + CADENCE if is_strict else self._by(since)
            if by > self.last:
                return
            kept = next((day for day in self.held if since < day <= by), None)
            if kept or is_strict or not any(since < day <= by for day in self.let_go):
                yield Window(self.leader(by).mood, kept is not None)
            late = next((day for day in self.held if by < day <= by + CADENCE), None)
            since = kept or late or since + CADENCE

    def _by(self, since: date) -> date:
        by = since + CADENCE
        by += (6 - by.weekday()) * ONE_DAY
        leader, day = self.leader(since), since
        while day < by:
            day += ONE_DAY
            if day.weekday() < 5 and any(each.is_absent(day) or each.has_holiday(day) for each in (leader, self.agent)):
                by += ONE_DAY
                while by.weekday() > 4:
                    by += ONE_DAY
        return by

    def days_between(self) -> list[int]:
        """Return the days between one-on-ones, including the days from the last one until the end of the year."""
        days = [self.first, *self.held]
        return [(after - before).days for before, after in zip(days, [*self.held, self.last], strict=True)]


@dataclass(frozen=True)
class Course:
    """The history of a roadblock, an idea or a promise: each step taken, and its day."""

    kind: str
    raised_on: date
    steps: Sequence[tuple[str, date]]
    due_on: date | None = None
    """The day on which a promise is due, after the last move."""

    def first(self, *steps: str) -> date | None:
        """Return the day of the first of these steps."""
        return next((day for step, day in self.steps if step in steps), None)


@dataclass
class HandUp:
    """A simulated hand-up: what really happened, whatever the bot was told, and how it ended for the bot."""

    agent: Human
    raised_at: datetime
    at_work: int
    """How many leaders were at work at that time, and not in Do Not Disturb."""
    is_waiting: bool = False
    """Whether a customer waited."""
    coming_at: datetime | None = None
    """When a leader first pressed *Coming*."""
    is_helped: bool = False
    """Whether a leader is or was with the agent."""
    card: str = ""
    """The timestamp of the agent's card."""
    ending: str = ""
    ended_at: datetime | None = None


def came_in_time(hand_ups: Iterable[HandUp], *, at_work: int) -> tuple[int, int]:
    """Return for how many hand-ups a leader pressed *Coming* in time, and the number of hand-ups.

    Hand-ups raised while fewer than `at_work` leaders were at work do not count.
    """
    counted = [each for each in hand_ups if each.at_work >= at_work]
    came = [each for each in counted if each.coming_at and each.coming_at - each.raised_at <= COMES_WITHIN]
    return len(came), len(counted)


def ended_late(hand_ups: Iterable[HandUp]) -> int:
    """Return how many hand-ups were still open after the end of the agent's working day."""
    found = 0
    for each in hand_ups:
        until = each.agent.at(each.agent.local(each.raised_at).date(), each.agent.end) + DAY_END_TOLERANCE
        found += each.ended_at is None or each.ended_at > until
    return found


def owned_in_time(courses: Iterable[Course], team: Human, last: date) -> tuple[int, int]:
    """Return how many roadblocks got an owner within five working days, and the number of roadblocks."""
    return _taken_in_time([each for each in courses if each.kind == "roadblock"], OWNED_DAYS, team, last)


def considered_in_time(courses: Iterable[Course], team: Human, last: date) -> tuple[int, int]:
    """Return how many ideas were considered or answered within ten working days, and the number of ideas."""
    return _taken_in_time([each for each in courses if each.kind == "idea"], CONSIDERED_DAYS, team, last)


def _taken_in_time(courses: Iterable[Course], days: int, team: Human, last: date) -> tuple[int, int]:
    """Count follow-ups taken up within `days`, and all except those withdrawn before or raised too late to tell."""
    kept = of = 0
    for each in courses:
        day, back = each.first("take", "close", "merge"), each.first("withdraw")
        if working_days(team, each.raised_on, last) >= days and (day or not back):
            of += 1
            kept += day is not None and working_days(team, each.raised_on, day) <= days
    return kept, of


def ended_in_time(courses: Iterable[Course], last: date) -> tuple[int, int]:
    """Return how many promises were kept or let go by their due day, and the number of due promises.

    A reopened promise must be kept or let go again.
    """
    kept = of = 0
    for each in courses:
        if each.kind == "promise" and each.due_on and each.due_on <= last and not each.first("withdraw"):
            names = [step for step, _ in each.steps]
            since = len(names) - names[::-1].index("reopen") if "reopen" in names else 0
            of += 1
            kept += any(step in ("answer", "close") and day <= each.due_on for step, day in each.steps[since:])
    return kept, of


def working_days(human: Human, first: date, last: date) -> int:
    """Return how many days after `first`, up to and including `last`, are working days of a person."""
    return sum(human.works_on(first + number * ONE_DAY) for number in range(1, (last - first).days + 1))


def share(windows: Iterable[Window], mood: str = "") -> tuple[int, int]:
    """Return the number of windows in which a one-on-one was held, and the number of windows."""
    counted = [each.is_kept for each in windows if mood in ("", each.mood)]
    return sum(counted), len(counted)


def spread(waits: Sequence[int]) -> tuple[float, float, int]:
    """Return the median, the 90th percentile and the maximum of waiting times."""
    ordered = sorted(waits) or [0]
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))], ordered[-1]


def gini(counts: Sequence[float]) -> float | None:
    """Return the Gini coefficient: 0 if all counts are equal, near 1 if one has nearly all; None if all are 0."""
    ordered, total = sorted(counts), sum(counts)
    if not total:
        return None
    weighted = sum((2 * place - len(ordered) - 1) * count for place, count in enumerate(ordered, 1))
    return weighted / (len(ordered) * total)
