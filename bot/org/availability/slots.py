"""Slots: when two people, each in their own hours and zone, both have time."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.db.models import Span
from bot.org.availability.moment import is_good, lasts, next_good
from bot.org.availability.working_hours import WorkingHours

STEP = timedelta(minutes=30)
FARTHEST = timedelta(days=21)
A_WEEK = timedelta(days=7)


class Busy(NamedTuple):
    """Something that people do together, and when."""

    ids: Set[str]
    span: Span
    about: str = ""
    """What it is, so that its own time can be changed."""
    is_planned: bool = True
    """Both have said yes; else it is only asked for or offered."""


def is_booked(busy: Iterable[Busy], ids: Set[str], span: Span, *, but: str = "") -> bool:
    """Whether one of these people has something planned then, other than `but`."""
    theirs = taken((each for each in busy if each.is_planned), ids, but=but)
    return any(start < span[1] and span[0] < end for start, end in theirs)


def taken(busy: Iterable[Busy], ids: Set[str], *, but: str = "") -> list[Span]:
    """When one of these people does something, or is asked to, other than `but`."""
    return [each.span for each in busy if each.ids & ids and not (but and each.about == but)]


def slots(
    routines: Sequence[WorkingHours],
    after: datetime,
    length: timedelta,
    many: int,
    taken: Sequence[Span] = (),
    *,
    before: datetime | None = None,
) -> list[datetime]:
    """Up to `many` beginnings, on the half hour, of spans in everybody's hours that overlap nothing in `taken`.

    The first on each day, in turn a later one, so that there is a choice of days and of hours. None lies farther than
    three weeks ahead; where people never work at the same hour there are none. Do Not Disturb forbids none: it keeps
    messages away, not meetings. With `before` all begin before it, several on a day where there are fewer days.
    """
    routines = [replace(routine, quiet=None) for routine in routines]
    found, left = list[datetime](), list[datetime]()
    for day in _days(routines, after, length, taken, before or after + 2 * FARTHEST):
        times = list(day) if found or before else [next(day)]
        found.append(times[len(found) * len(times) // many])
        left += [each for each in times if abs(each - found[-1]) >= length]
        if len(found) == many:
            return found
    return sorted([*found, *_spread(left, length, many - len(found))]) if before else found


def _spread(times: Sequence[datetime], length: timedelta, many: int) -> list[datetime]:
    """The latest there are, none of which overlaps another."""
    found: list[datetime] = []
    for at in reversed(times):
        if len(found) < many and all(abs(at - each) >= length for each in found):
            found.append(at)
    return found


def last_good(routine: WorkingHours, at: datetime) -> datetime:
    """`at` where it is good, else a moment shortly before the hours ended that came last; `at` after a long absence."""
    steps = range(int(A_WEEK / STEP))
    return next((at - step * STEP for step in steps if is_good(routine, at - step * STEP)), at)


def suits(routines: Sequence[WorkingHours], at: datetime, length: timedelta) -> bool:
    """Whether a whole span is in everybody's hours."""
    return all(lasts(each, at, length) for each in routines)


def _days(
    routines: Sequence[WorkingHours], after: datetime, length: timedelta, taken: Sequence[Span], before: datetime
) -> Iterator[Iterator[datetime]]:
    """The free beginnings of each day that has any, by the first one's calendar."""
    zone = ZoneInfo(routines[0].zone)
    free = takewhile(lambda at: at < before, _free(routines, after, length, taken))
    for _, day in groupby(free, key=lambda at: at.astimezone(zone).date()):
        yield day


def _free(
    routines: Sequence[WorkingHours], after: datetime, length: timedelta, taken: Sequence[Span]
) -> Iterator[datetime]:
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
