"""Recurrence rules of rituals (RFC 5545): built from the form's choices, parsed, and described in words."""

import re
from calendar import month_name
from collections.abc import Iterable
from datetime import date, datetime, time
from enum import StrEnum
from functools import lru_cache
from typing import NamedTuple

from dateutil.rrule import rrulestr

from bot.errors import Refusal
from bot.org.availability import good_moments, working_hours
from bot.org.availability.working_hours import Day
from bot.org.teams.models import Team
from bot.refusals import rituals as refusals
from bot.text.formats import clock, span

NTH = {"first": "1", "second": "2", "third": "3", "fourth": "4", "last": "-1"}
CODES = {day: day.name[:2] for day in Day}
DAYS = {code: day for day, code in CODES.items()}
OFTEN, WEEKDAY, AT = "often", "weekday", "at"
"""The names of form fields."""
SHAPE = re.compile(r"FREQ=(?:WEEKLY;(INTERVAL=2;)?BYDAY=|MONTHLY;BYDAY=\+?(-?\d))([A-Z]{2})")

OF_A_WEEK = re.compile(r"FREQ=YEARLY;BYMONTH=(\d+);BYDAY=([A-Z]{2});BYMONTHDAY=([\d,]+)")


class Frequency(StrEnum):
    """How often a ritual runs; all but `DAILY` are combined with a weekday."""

    DAILY = "every working day"
    WEEKLY = "every week"
    FORTNIGHTLY = "every other week"
    FIRST = "first"
    SECOND = "second"
    THIRD = "third"
    FOURTH = "fourth"
    LAST = "last"


class Recurrence(NamedTuple):
    often: Frequency
    day: Day


def build_rule(when: Recurrence) -> str:
    """Build the RRULE of a recurrence. Every working day is `FREQ=DAILY`, because days off are skipped."""
    day = CODES[when.day]
    match when.often:
        case Frequency.DAILY:
            return "FREQ=DAILY"
        case Frequency.WEEKLY:
            return f"FREQ=WEEKLY;BYDAY={day}"
        case Frequency.FORTNIGHTLY:
            return f"FREQ=WEEKLY;INTERVAL=2;BYDAY={day}"
        case nth:
            return f"FREQ=MONTHLY;BYDAY={NTH[nth]}{day}"


def parse_rule(rule: str) -> Recurrence | None:
    """Return the form's choices for an RRULE, or None if the form cannot produce it."""
    if rule == "FREQ=DAILY":
        return Recurrence(Frequency.DAILY, Day.MONDAY)
    found = SHAPE.fullmatch(rule)
    if not found or found[3] not in DAYS:
        return None
    other, nth, day = found[1], found[2], DAYS[found[3]]
    if nth is None:
        return Recurrence(Frequency.FORTNIGHTLY if other else Frequency.WEEKLY, day)
    often = next((Frequency(name) for name, number in NTH.items() if number == nth), None)
    return Recurrence(often, day) if often else None


def describe_rule(rule: str, at: time) -> str:
    """Describe an RRULE in words: `every Friday at 15:00` or `first Monday of the month at 10:00`."""
    if found := _parse_week_rule(rule):
        return f"{found[0]}, {found[1].name.capitalize()} at {clock(at)}"
    return f"{_describe_days(parse_rule(rule))} at {clock(at)}"


def describe_week(rule: str) -> str:
    """Describe an RRULE as `first full week of October`; return an empty text if it is not for such a week."""
    found = _parse_week_rule(rule)
    return found[0] if found else ""


def _parse_week_rule(rule: str) -> tuple[str, Day] | None:
    """Parse a yearly RRULE for a day in the first full week of a month.

    Its Monday is one of the first seven days of the month; the other weekdays follow it.
    """
    found = OF_A_WEEK.fullmatch(rule)
    day = DAYS.get(found[2]) if found else None
    if found is None or day is None or found[3] != ",".join(str(day + number) for number in range(1, 8)):
        return None
    return f"first full week of {month_name[int(found[1])]}", day


@lru_cache
def next_day(rule: str, since: date) -> date:
    """Return the first day on or after `since` on which an RRULE recurs."""
    found: datetime = next(iter(rrulestr(rule, dtstart=datetime.combine(since, time()))))
    return found.date()


def format_span(days: Iterable[date], locale: str = "") -> str:
    """Format a span of days, such as `Mon 5 to Fri 9 Oct`."""
    found = sorted(days)
    return span(found[0], found[-1], locale)


def _describe_days(when: Recurrence | None) -> str:
    if when is None:
        return "on special days"
    day = when.day.name.capitalize()
    match when.often:
        case Frequency.DAILY:
            return "every working day"
        case Frequency.WEEKLY:
            return f"every {day}"
        case Frequency.FORTNIGHTLY:
            return f"every other {day}"
        case nth:
            return f"on the {nth} {day} of the month"


def check_working_hours(team: Team, times: Iterable[datetime]) -> None:
    """Raise `Refusal` if none of the times is within the team's working hours."""
    routine = working_hours.team_hours(team)
    if not any(good_moments.is_good_moment(routine, at) for at in times):
        hours = f"{clock(routine.start)} to {clock(routine.end)}"
        days = ", ".join(day.name[:3].capitalize() for day in sorted(routine.days))
        raise Refusal(refusals.outside_hours(days=days, span=hours), field=AT)
