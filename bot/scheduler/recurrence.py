"""Recurrence: RFC 5545 rules on local wall time, correct across daylight saving changes."""

import re
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from typing import NamedTuple
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulebase, rrulestr

MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY = "MO", "TU", "WE", "TH", "FR", "SA", "SU"

TOO_OFTEN = re.compile("HOURLY|MINUTELY|SECONDLY|BYHOUR|BYMINUTE|BYSECOND", re.IGNORECASE)
WEEKDAYS = (MONDAY, TUESDAY, WEDNESDAY, THURSDAY, FRIDAY, SATURDAY, SUNDAY)


class When(NamedTuple):
    """An RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=FR`, and the local time of its occurrences."""

    rule: str
    at: time


def parse_rule(rule: str, start: datetime) -> rrulebase:
    """Parse a rule that recurs at most once a day.

    Raises `ValueError` for a more frequent rule, because iterating over every second would take minutes.
    """
    if TOO_OFTEN.search(rule):
        raise ValueError(f"the rule {rule} comes more often than once a day")
    return rrulestr(rule, dtstart=start)


def each_week(weekday: int, at: time) -> When:
    """Return a weekly schedule. `weekday` is numbered like `date.weekday`, from Monday as 0."""
    return When(f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}", at)


def each_day(at: time) -> When:
    return When("FREQ=DAILY", at)


def each_month(day: int, at: time) -> When:
    return When(f"FREQ=MONTHLY;BYMONTHDAY={day}", at)


def instant(local: datetime, zone: str) -> datetime:
    """Convert a wall time to an instant.

    A wall time that does not exist (clocks go forward) moves later by the length of the gap. One that exists twice
    (clocks go back) is the first of the two.
    """
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def next_after(rule: str, wall: datetime) -> datetime | None:
    """Return a rule's first wall time after `wall`, itself one of the rule's wall times, or None if the rule ends."""
    after: datetime | None = parse_rule(rule, wall).after(wall)
    return after


def dates(rule: str, at: time, zone: str, now: datetime, number: int) -> list[datetime]:
    """Return the next `number` instants of a rule, or fewer if the rule ends."""
    _, wall = last_and_next(rule, at, zone, now)
    return [instant(each, zone) for each in islice(parse_rule(rule, wall), number)]


def last_and_next(rule: str, at: time, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """Return a rule's last occurrence up to now, as an instant, and its next one, as a wall time.

    The first is `now` itself if nothing occurred in the last ten weeks. Raises `ValueError` if the rule has ended.
    """
    start = datetime.combine(now.astimezone(ZoneInfo(zone)).date() - timedelta(weeks=10), at)
    before = now
    for wall in parse_rule(rule, start):
        if instant(wall, zone) > now:
            return before, wall
        before = instant(wall, zone)
    raise ValueError(f"the rule {rule} never comes again")
