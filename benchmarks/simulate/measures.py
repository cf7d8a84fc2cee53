"""How well one-on-ones were kept up: counted from when two people sat together, not from what anybody wrote down."""

import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import NamedTuple

from benchmarks.simulate.personas import A_DAY, Human

CADENCE = timedelta(days=14)


class Window(NamedTuple):
    """A time by which an agent was to have had a one-on-one."""

    mood: str
    """That of the leader whose turn it was."""
    is_kept: bool


@dataclass
class Series:
    """One agent's one-on-ones: with whom on which days, and what their leader let go on purpose."""

    agent: Human
    first: date
    last: date
    leaders: list[tuple[date, Human]]
    """From when on who."""
    held: list[date] = field(default_factory=list)
    let_go: list[date] = field(default_factory=list)

    def leader(self, day: date) -> Human:
        return next((leader for since, leader in reversed(self.leaders) if since <= day), self.leaders[0][1])

    def windows(self, *, is_strict: bool) -> Iterable[Window]:
        """Strictly: within 14 days of the last, whatever came between.

        Generously: within the calendar week of the 14th day, a day later for each working day on which one of the two
        was away or had a public holiday; a time that the leader let go on purpose does not count.
        A time that passed without one counts once for every 14 days that it lasted. What ends after the year is left
        out.
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
        by += (6 - by.weekday()) * A_DAY
        leader, day = self.leader(since), since
        while day < by:
            day += A_DAY
            if day.weekday() < 5 and any(each.is_absent(day) or each.has_holiday(day) for each in (leader, self.agent)):
                by += A_DAY
                while by.weekday() > 4:
                    by += A_DAY
        return by

    def waits(self) -> list[int]:
        """Days from one to the next, and from the last one until the end."""
        days = [self.first, *self.held]
        return [(after - before).days for before, after in zip(days, [*self.held, self.last], strict=True)]


def share(windows: Iterable[Window], mood: str = "") -> tuple[int, int]:
    """How many were kept, of how many."""
    counted = [each.is_kept for each in windows if mood in ("", each.mood)]
    return sum(counted), len(counted)


def spread(waits: Sequence[int]) -> tuple[float, float, int]:
    """Median, 90th percentile, longest."""
    ordered = sorted(waits) or [0]
    return statistics.median(ordered), ordered[min(len(ordered) - 1, int(len(ordered) * 0.9))], ordered[-1]


def gini(counts: Sequence[float]) -> float | None:
    """0 when everybody had as much, towards 1 when one had it all; None when nobody had anything."""
    ordered, total = sorted(counts), sum(counts)
    if not total:
        return None
    weighted = sum((2 * place - len(ordered) - 1) * count for place, count in enumerate(ordered, 1))
    return weighted / (len(ordered) * total)
