"""How long people wait, in days that count: both were at work, and neither had said *Not this time*."""

from bisect import bisect_right
from collections.abc import Collection, Iterable, Sequence
from datetime import date, timedelta
from typing import NamedTuple

EXCUSED_FOR = timedelta(days=14)
"""How long a *Not this time* counts, from the day on which it was said: the cadence that was skipped."""


class Wait(NamedTuple):
    """The days that count between an event and the next one, or the end."""

    since: int
    """How many days that count came before it."""
    days: int
    is_over: bool


def counted_days(days: Iterable[date], excuses: Collection[date] = ()) -> list[date]:
    """Return the days that count, in order: those that no excuse covers."""
    return sorted(day for day in days if not any(said <= day < said + EXCUSED_FOR for said in excuses))


def waits(days: Sequence[date], events: Iterable[date]) -> list[Wait]:
    """Return the waits that events divide the days into; the event's own day belongs to the wait that it ends.

    An event without a day that counts since the one before, or since the beginning, ends no wait.
    """
    found, since = list[Wait](), 0
    for place in sorted({bisect_right(days, event) for event in events}):
        if place > since:
            found.append(Wait(since, place - since, is_over=True))
            since = place
    return [*found, Wait(since, len(days) - since, is_over=False)]


def kept(found: Iterable[Wait], length: int) -> tuple[int, int]:
    """Return how many of the periods of a given length had an event, and how many periods there were.

    A wait that is over in time is one kept period. A longer one is one missed period for each full length before the
    last of its days, so that a period without end does not look good.
    """
    met = missed = 0
    for wait in found:
        if wait.days > length:
            missed += -(-wait.days // length) - 1
        elif wait.is_over:
            met += 1
    return met, met + missed


def longest(found: Iterable[Wait]) -> int:
    return max((wait.days for wait in found), default=0)
