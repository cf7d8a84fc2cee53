"""Parsing of days and times as people type them, and limits on how far from today they may be."""

import re
from calendar import day_name, month_name
from collections.abc import Callable
from datetime import date, datetime, time, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from bot.errors import Refusal
from bot.refusals import common
from bot.text.formats import full

DAY, WEEK, MONTH = timedelta(days=1), timedelta(days=7), relativedelta(months=1)
NEAREST_LEAP_YEAR = 9
"""Any run of this many years contains a 29 February."""

CLOCK = r"(?:(?:at )?(\d{1,2})(?=:|h| ?[ap]m)(?::(\d\d)|h(\d\d)?)?(?: ?([ap])m)?|at (\d{1,2}))"
CLOCK_LAST = re.compile(rf"(?:^|(?<= )){CLOCK}$")
CLOCK_FIRST = re.compile(rf"^{CLOCK}(?= )")
NUMERIC = re.compile(r"(\d{1,2})([./])(\d{1,2})(?:\2(\d{4}|\d\d)?)?")
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?(?: of)? ([a-z]+)(?: (\d{4}))?")
NAMED_MONTH_FIRST = re.compile(r"([a-z]+) (\d{1,2})(?:st|nd|rd|th)?(?: (\d{4}))?")
BARE_DAY = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)?")
ORDINAL = re.compile(r"(\d{1,2})(?:st|nd|rd|th)")
FILLER = re.compile(
    r"^(?:(?:on|during|the|this whole|the whole|whole|all of|all|for|of|in(?= [a-z]{3,9}(?: \d{4})?$))(?: |$))+"
)
PART = re.compile(r"(?:(.+) )?(morning|afternoon|evening|night)")
WEEKDAY = re.compile(r"(?:(?:this|coming|following) )?([a-z]+)")
IN_NEXT_WEEK = re.compile(r"next week(?: on)? ([a-z]+)|([a-z]+)(?: of)? next week|next ([a-z]+)")
WEEK_OF = re.compile(r"week (?:of|commencing) (.+)")

MONTH_NAME = re.compile(r"([a-z]+)(?: (\d{4}))?")

WEEKDAYS = [name.casefold() for name in day_name]
MONTHS = [name.casefold() for name in month_name[1:]]
PARTS = {
    "morning": (time(), time(12)),
    "afternoon": (time(12), time()),
    "evening": (time(18), time()),
    "night": (time(18), time()),
}


class Ambiguous(ValueError):
    """Raised for a date that has two readings, such as `3/4`."""


class Period(NamedTuple):
    """A span of wall time; a moment has equal start and end."""

    start: datetime
    end: datetime

    @property
    def is_moment(self) -> bool:
        return self.start == self.end


class Parts(NamedTuple):
    """A calendar date as written, perhaps without a year."""

    day: int
    month: int
    year: int | None

    def next(self, after: date) -> date:
        """Return the date; without a year, the first from `after` on. Raises `ValueError` if no such date exists."""
        if self.year is not None:
            return date(self.year, self.month, self.day)
        for year in range(after.year, after.year + NEAREST_LEAP_YEAR):
            if (found := _date_or_none(year, self.month, self.day)) and found >= after:
                return found
        raise ValueError("no such day")


def parse_period(said: str, today: date, after: date | None = None) -> Period:
    """Parse the name of a day, week, month or part of a day, as the first one that starts at `after` or later.

    Raises `ValueError` if the text cannot be parsed, and `Ambiguous` if it has two readings.
    """
    said, after = _bare(said), after or today
    if clock := CLOCK_LAST.search(said) or CLOCK_FIRST.search(said):
        rest = _bare((said[: clock.start()] + said[clock.end() :]).strip())
        day = _days(rest, today, after).start.date() if rest else after
        at = datetime.combine(day, _time(clock))
        return Period(at, at)
    if found := PART.fullmatch(said.replace("tonight", "today night")):
        return _part(found, today, after)
    return _days(said, today, after)


def parse_date_parts(said: str) -> Parts | None:
    """Parse a date with its day, month and perhaps year in any common order; return None for anything else."""
    if found := NUMERIC.fullmatch(said):
        return _numeric(found)
    for match, day, month in ((NAMED.fullmatch(said), 1, 2), (NAMED_MONTH_FIRST.fullmatch(said), 2, 1)):
        if match and (nth := nth_of(match[month], MONTHS)) is not None:
            return Parts(int(match[day]), nth + 1, int(match[3]) if match[3] else None)
    return None


def has_clock(said: str) -> bool:
    return bool(CLOCK_LAST.search(said) or CLOCK_FIRST.search(said))


def with_month(said: str, other: str) -> str:
    """Complete a bare day number such as `28` with the month of the other date in the range."""
    bare = BARE_DAY.fullmatch(_bare(said))
    found = parse_date_parts(_bare(other)) if bare else None
    return f"{bare[1]}.{found.month}.{found.year or ''}" if bare and found else said


def with_week(said: str, other: str) -> str:
    """Put a bare weekday like `Wednesday` into next week if the range ends on a later day like `Friday next week`."""
    found = IN_NEXT_WEEK.fullmatch(_bare(other))
    mine = nth_of(_bare(said), WEEKDAYS)
    theirs = nth_of(found[2], WEEKDAYS) if found and found[2] else None
    is_before = mine is not None and theirs is not None and mine < theirs
    return f"{_bare(said)} next week" if is_before else said


def in_order_of(said: str, other: str) -> str:
    """Rewrite an ambiguous `4/1` as `4.1` or `1.4`, in the order that the other date (`28/12` or `12/28`) shows."""
    mine, theirs = NUMERIC.fullmatch(said), NUMERIC.fullmatch(other)
    if not (mine and theirs and mine[2] == theirs[2] == "/"):
        return said
    if int(theirs[1]) > 12:
        return said.replace("/", ".")
    return f"{mine[3]}.{mine[1]}.{mine[4] or ''}" if int(theirs[3]) > 12 else said


def nth_of(word: str, names: list[str]) -> int | None:
    """Return the index of the name that the word spells out or abbreviates to three letters or more, or None."""
    return next((nth for nth, name in enumerate(names) if len(word) >= 3 and name.startswith(word)), None)


def _bare(said: str) -> str:
    """Strip filler words before a day."""
    return FILLER.sub("", said).strip() or said


def _numeric(found: re.Match[str]) -> Parts:
    """Parse a numeric date.

    `28.12.` has the day first; `28/12` and `12/28` have one reading; `3/4` raises `Ambiguous`.
    """
    first, second = int(found[1]), int(found[3])
    year = int(found[4]) + (2000 if len(found[4]) == 2 else 0) if found[4] else None
    if found[2] == "." or first > 12 or first == second:
        return Parts(first, second, year)
    if second > 12:
        return Parts(second, first, year)
    raise Ambiguous


def _date_or_none(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def _time(clock: re.Match[str]) -> time:
    hour, minute, half = int(clock[1] or clock[5]), int(clock[2] or clock[3] or 0), clock[4]
    if not half:
        return time(hour, minute)
    if not 1 <= hour <= 12:
        raise ValueError("twelve hours make a half")
    return time(hour % 12 + (12 if half == "p" else 0), minute)


def _part(found: re.Match[str], today: date, after: date) -> Period:
    day = today if found[1] in (None, "this") else _days(_bare(found[1]), today, after).start.date()
    start, end = PARTS[found[2]]
    return Period(datetime.combine(day, start), datetime.combine(day if end > start else day + DAY, end))


def _days(said: str, today: date, after: date) -> Period:
    if known := NAMED_PERIODS.get(said):
        return _whole(*known(today))
    if found := parse_date_parts(said):
        day = found.next(after)
        return _whole(day, day + DAY)
    if (found_month := MONTH_NAME.fullmatch(said)) and (nth := nth_of(found_month[1], MONTHS)) is not None:
        first = Parts(1, nth + 1, int(found_month[2]) if found_month[2] else None).next(after.replace(day=1))
        return _whole(first, first + MONTH)
    if found_week := WEEK_OF.fullmatch(said):
        monday = _monday(parse_period(found_week[1], today, after).start.date())
        return _whole(monday, monday + WEEK)
    day = _next_named_day(said, today, after)
    return _whole(day, day + DAY)


def _next_named_day(said: str, today: date, after: date) -> date:
    """Return the next day with that weekday name or that ordinal day number, like `the 28th`.

    `next Friday` is the Friday of next week, as `Friday next week` is.
    """
    if (found := IN_NEXT_WEEK.fullmatch(said)) and (nth := nth_of(found[found.lastindex or 0], WEEKDAYS)) is not None:
        return _monday(today) + WEEK + nth * DAY
    if (found := WEEKDAY.fullmatch(said)) and (nth := nth_of(found[1], WEEKDAYS)) is not None:
        return after + ((nth - after.weekday() - 1) % 7 + 1) * DAY
    if found := ORDINAL.fullmatch(said):
        return _next_day_of_month(int(found[1]), after)
    raise ValueError("no day that we know")


def _next_day_of_month(day: int, after: date) -> date:
    """Return the next day with that number in its month; not every month has a 31st."""
    months = [after.replace(day=1) + nth * MONTH for nth in range(3)]
    days = [_date_or_none(month.year, month.month, day) for month in months]
    found = next((each for each in days if each and each >= after), None)
    if found is None:
        raise ValueError("no such day")
    return found


def _whole(first: date, after_last: date) -> Period:
    return Period(datetime.combine(first, time()), datetime.combine(after_last, time()))


def _monday(day: date) -> date:
    return day - day.weekday() * DAY


def _week(nth: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (_monday(today) + nth * WEEK, _monday(today) + (nth + 1) * WEEK)


def _month(nth: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today.replace(day=1) + nth * MONTH, today.replace(day=1) + (nth + 1) * MONTH)


def _day(nth: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (today + nth * DAY, today + (nth + 1) * DAY)


def _weekend(nth: int) -> Callable[[date], tuple[date, date]]:
    return lambda today: (_monday(today) + nth * WEEK + 5 * DAY, _monday(today) + (nth + 1) * WEEK)


NAMED_PERIODS: dict[str, Callable[[date], tuple[date, date]]] = {
    "today": _day(0), "day": _day(0), "rest of today": _day(0), "rest of the day": _day(0),
    "tomorrow": _day(1), "day after tomorrow": _day(2),
    "week": _week(0), "this week": _week(0), "rest of the week": _week(0), "rest of this week": _week(0),
    "next week": _week(1), "coming week": _week(1), "following week": _week(1), "week after next": _week(2),
    "weekend": _weekend(0), "this weekend": _weekend(0), "next weekend": _weekend(1),
    "month": _month(0), "this month": _month(0), "rest of the month": _month(0), "rest of this month": _month(0),
    "next month": _month(1), "coming month": _month(1),
}  # fmt: skip
"""Days, weeks and months named relative to today, each with a function from today to its first day and its end."""


YEAR = relativedelta(years=1)


LIFE = relativedelta(years=70)
"""How long ago somebody may have started at the company."""


def is_too_far(day: date, today: date) -> bool:
    return day > today + YEAR


def check_near(day: date, today: date, *, since: relativedelta = YEAR, field: str | None = None) -> date:
    """Raise `Refusal` for a day more than a year ahead, or further back than `since`; else return the day."""
    last, first = today + YEAR, today - since
    if day > last:
        raise Refusal(common.too_far_ahead(full(last)), field=field)
    if day < first:
        raise Refusal(common.too_long_ago(full(first)), field=field)
    return day
