"""Free slots: times when several people are available, each in their own working hours and zone."""

from collections.abc import Iterable, Iterator, Sequence, Set
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import groupby, takewhile
from typing import NamedTuple
from zoneinfo import ZoneInfo

from bot.db.models import Span
from bot.org.availability.good_moments import fits_in_shift, is_good_moment, next_good_moment
from bot.org.availability.working_hours import WorkingHours

STEP = timedelta(minutes=30)
FARTHEST = timedelta(days=21)
SEARCH_PERIOD = timedelta(days=7)


class Busy(NamedTuple):
    """A meeting or offer that occupies some people for a time span."""

    ids: Set[str]
    span: Span
    about: str = ""
    """The id of the meeting or offer, so that rescheduling it can ignore its own span."""
    is_planned: bool = True
    """Whether everybody has accepted; else it is only requested or offered."""


def is_booked(busy: Iterable[Busy], ids: Set[str], span: Span, *, excluding: str = "") -> bool:
    """Return whether one of these people has a planned meeting, other than `excluding`, that overlaps a time span."""
    theirs = taken_spans((each for each in busy if each.is_planned), ids, excluding=excluding)
    return any(start < span[1] and span[0] < end for start, end in theirs)


def taken_spans(busy: Iterable[Busy], ids: Set[str], *, excluding: str = "") -> list[Span]:
    """Return the spans that are planned, requested or offered for any of these people, without one meeting."""
    return [each.span for each in busy if each.ids & ids and not (excluding and each.about == excluding)]


def find_slots(
    routines: Sequence[WorkingHours],
    after: datetime,
    length: timedelta,
    many: int,
    taken: Sequence[Span] = (),
    *,
    before: datetime | None = None,
) -> list[datetime]:
    """Return up to `many` half-hour start times that are in everybody's working hours and overlap nothing in `taken`.

    Takes one start a day, later in the day each time, to offer a choice of days and of hours. Looks at most three weeks
    ahead, and returns nothing if working hours never overlap. Ignores Do Not Disturb: it blocks messages, not meetings.
    With `before`, every start is before it, and a day may have several if there are fewer days than `many`.
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
    """Return up to `many` of the latest start times whose spans do not overlap."""
    found: list[datetime] = []
    for at in reversed(times):
        if len(found) < many and all(abs(at - each) >= length for each in found):
            found.append(at)
    return found


def find_latest_slots(
    routines: Sequence[WorkingHours], after: datetime, length: timedelta, many: int, taken: Sequence[Span] = (), *,
    before: datetime,
) -> list[datetime]:  # fmt: skip
    """Return up to `many` free start times as in `find_slots`, but on the last days before `before` that have any.

    The last day has all of them but one, which is on the day before it, so that there is a choice of days.
    """
    routines = [replace(routine, quiet=None) for routine in routines]
    days = [list(day) for day in _days(routines, after, length, taken, before)]
    found = list[datetime]()
    for nth, day in enumerate(reversed(days)):
        left = many - len(found)
        is_shared = nth == 0 and left > 1 and len(days) > 1
        found = [*_evenly(day, length, left - is_shared), *found]
    return found


def _evenly(times: Sequence[datetime], length: timedelta, many: int) -> list[datetime]:
    """Return up to `many` start times, spread over the day, whose spans do not overlap."""
    apart = list[datetime]()
    for at in times:
        if not apart or at - apart[-1] >= length:
            apart.append(at)
    many = min(many, len(apart))
    return [apart[(2 * nth + 1) * len(apart) // (2 * many)] for nth in range(many)]


def last_good_moment(routine: WorkingHours, at: datetime) -> datetime:
    """Return `at` if it is a good moment, else a half-hour step near the end of the last working hours before it.

    Returns `at` if there was no good moment in the last 7 days.
    """
    steps = range(int(SEARCH_PERIOD / STEP))
    return next((at - step * STEP for step in steps if is_good_moment(routine, at - step * STEP)), at)


def suits_everybody(routines: Sequence[WorkingHours], at: datetime, length: timedelta) -> bool:
    """Return whether a time span is within everybody's working hours."""
    return all(fits_in_shift(each, at, length) for each in routines)


def _days(
    routines: Sequence[WorkingHours], after: datetime, length: timedelta, taken: Sequence[Span], before: datetime
) -> Iterator[Iterator[datetime]]:
    """Yield the free start times of each day that has any; days are in the first person's time zone."""
    zone = ZoneInfo(routines[0].zone)
    free = takewhile(lambda at: at < before, _free(routines, after, length, taken))
    for _, day in groupby(free, key=lambda at: at.astimezone(zone).date()):
        yield day


def _free(
    routines: Sequence[WorkingHours], after: datetime, length: timedelta, taken: Sequence[Span]
) -> Iterator[datetime]:
    at = _on_the_half_hour(after)
    while at <= after + FARTHEST:
        later = max((next_good_moment(each, at) or after + 2 * FARTHEST for each in routines), default=at)
        if later > at:
            at = _on_the_half_hour(later)
            continue
        if suits_everybody(routines, at, length) and not any(start < at + length and at < end for start, end in taken):
            yield at
        at += STEP


def _on_the_half_hour(at: datetime) -> datetime:
    at = at.astimezone(UTC)
    whole = at.replace(minute=0, second=0, microsecond=0)
    return whole + -((whole - at) // STEP) * STEP
