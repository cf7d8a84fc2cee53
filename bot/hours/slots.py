"""Slots: when two people, each in their own hours and zone, both have time."""

from collections.abc import Iterator, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.database import Span
from bot.hours.moment import is_good, lasts, next_good
from bot.hours.routine import Routine

STEP = timedelta(minutes=30)
FARTHEST = timedelta(days=21)
A_WEEK = timedelta(days=7)


class Busy(NamedTuple):
    """Something that people do together, and when."""

    ids: Set[str]
    span: Span


def slots(
    routines: Sequence[Routine], after: datetime, length: timedelta, many: int, taken: Sequence[Span] = ()
) -> list[datetime]:
    """Up to `many` beginnings, on the half hour, of spans in everybody's hours that overlap nothing in `taken`.

    The first on each day, in turn a later one, so that there is a choice of days and of hours. None lies farther than
    three weeks ahead; where people never work at the same hour there are none. Do Not Disturb forbids none: it keeps
    messages away, not meetings.
    """
    routines = [replace(routine, quiet=None) for routine in routines]
    found: list[datetime] = []
    for day in _days(routines, after, length, taken):
        times = list(day) if found else [next(day)]
        found.append(times[len(found) * len(times) // many])
        if len(found) == many:
            break
    return found


def last_good(routine: Routine, at: datetime) -> datetime:
    """`at` where it is good, else a moment shortly before the hours ended that came last; `at` after a long absence."""
    steps = range(int(A_WEEK / STEP))
    return next((at - step * STEP for step in steps if is_good(routine, at - step * STEP)), at)


def suits(routines: Sequence[Routine], at: datetime, length: timedelta) -> bool:
    """Whether a whole span is in everybody's hours."""
    return all(lasts(each, at, length) for each in routines)


def _days(
    routines: Sequence[Routine], after: datetime, length: timedelta, taken: Sequence[Span]
) -> Iterator[Iterator[datetime]]:
    """The free beginnings of each day that has any, by the first one's calendar."""
    zone = ZoneInfo(routines[0].zone)
    for _, day in groupby(_free(routines, after, length, taken), key=lambda at: at.astimezone(zone).date()):
        yield day


def _free(routines: Sequence[Routine], after: datetime, length: timedelta, taken: Sequence[Span]) -> Iterator[datetime]:
    at = _on_the_half_hour(after)
    while at <= after + FARTHEST:
        later = max((next_good(each, at) or after + 2 * FARTHEST for each in routines), default=at)
        if later > at:
            at = _on_the_half_hour(later)
            continue
        if suits(routines, at, length) and not any(start < at + length and at < end for start, end in taken):
            yield at
        at += STEP


def _on_the_half_hour(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole + -((whole - at) // STEP) * STEP
