"""When a wall time is: RFC 5545 rules on local time, right over DST."""

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
    """An RFC 5545 rule, such as `FREQ=WEEKLY;BYDAY=FR`, and the local time at which it comes."""

    rule: str
    at: time


def parse_rule(rule: str, start: datetime) -> rrulebase:
    """Read a rule that comes once a day at most: one of seconds would be counted through for minutes."""
    if TOO_OFTEN.search(rule):
        raise ValueError(f"the rule {rule} comes more often than once a day")
    return rrulestr(rule, dtstart=start)


def each_week(weekday: int, at: time) -> When:
    """Once a week; `weekday` is counted as `date.weekday` counts."""
    return When(f"FREQ=WEEKLY;BYDAY={WEEKDAYS[weekday]}", at)


def each_day(at: time) -> When:
    return When("FREQ=DAILY", at)


def each_month(day: int, at: time) -> When:
    return When(f"FREQ=MONTHLY;BYMONTHDAY={day}", at)


def instant(local: datetime, zone: str) -> datetime:
    """A wall time as an instant. In a gap (clocks go forward) it is as long after it; in a fold, the first."""
    return local.replace(tzinfo=ZoneInfo(zone), fold=0).astimezone(UTC)


def next_after(rule: str, wall: datetime) -> datetime | None:
    """The wall time after one that a rule gave; None when the rule ends."""
    after: datetime | None = parse_rule(rule, wall).after(wall)
    return after


def dates(rule: str, at: time, zone: str, now: datetime, number: int) -> list[datetime]:
    """The next instants of a rule; fewer where it ends."""
    _, wall = last_and_next(rule, at, zone, now)
    return [instant(each, zone) for each in islice(parse_rule(rule, wall), number)]


def last_and_next(rule: str, at: time, zone: str, now: datetime) -> tuple[datetime, datetime]:
    """The last occurrence of a rule before now, as an instant, and the next one, as a wall time."""
    start = datetime.combine(now.astimezone(ZoneInfo(zone)).date() - timedelta(weeks=10), at)
    before = now
    for wall in parse_rule(rule, start):
        if instant(wall, zone) > now:
            return before, wall
        before = instant(wall, zone)
    raise ValueError(f"the rule {rule} never comes again")
