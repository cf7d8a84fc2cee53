"""Absences: parsing what people type, merging overlapping spans, and queries on a list of spans."""

import re
from collections.abc import Iterable, Sequence
from datetime import UTC, date, datetime, time, timedelta
from enum import StrEnum
from zoneinfo import ZoneInfo

from dateutil.relativedelta import relativedelta

from bot.db.models import Span
from bot.org.availability import dates
from bot.org.availability.date_phrases import normalize_dates
from bot.org.availability.dates import DAY, Ambiguous, Period

MOST = 20
LONGEST = 200
BEGUN = 60 * DAY
"""How far in the past a range without a year may start."""
NUMBERS = ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
NUMBER = rf"(an?|{'|'.join(NUMBERS[1:])}|\d{{1,3}})"
LENGTH = rf"(?:for )?(?:the )?(?:next |coming )?{NUMBER} (minute|hour|day|week|month)s?"
ONLY_LENGTH = re.compile(LENGTH)
START_AND_LENGTH = re.compile(rf"(?:from )?(.+?) {LENGTH.replace('(?:for )?', 'for ', 1)}")
LENGTH_AND_START = re.compile(rf"{LENGTH} from (.+)")
RANGE = re.compile(r"(?:from )?(.*?)(?:^| )(until|to) (?:the )?(.+)")
END_OF = re.compile(r"(?:the )?end of (.+)")


class AbsenceProblem(StrEnum):
    """Why typed text is rejected as an absence."""

    UNCLEAR = "unclear"
    AMBIGUOUS = "ambiguous"
    ENDLESS = "endless"
    BACKWARDS = "backwards"
    PAST = "past"
    TOO_FAR = "too far"
    TOO_MANY = "too many"


class NoAbsence(Exception):
    """Raised when typed text is not an absence that can be saved."""

    def __init__(self, why: AbsenceProblem) -> None:
        super().__init__(why)
        self.why = why


def parse_absences(text: str, zone: str, now: datetime) -> list[Span]:
    """Parse typed text into absences: UTC spans from the first instant away to the instant the person is back.

    In the text, `until` names when the person is back; `to`, a dash and `through` name the last day away. A start in
    the past becomes `now`. Raises `NoAbsence`.
    """
    if len(text) > LONGEST:
        raise NoAbsence(AbsenceProblem.UNCLEAR)
    try:
        return _read(normalize_dates(text), ZoneInfo(zone), now)
    except Ambiguous as unclear:
        raise NoAbsence(AbsenceProblem.AMBIGUOUS) from unclear
    except OverflowError as unclear:
        raise NoAbsence(AbsenceProblem.TOO_FAR) from unclear
    except ValueError as unclear:
        raise NoAbsence(AbsenceProblem.UNCLEAR) from unclear


def merge_absence(known: Iterable[Span], new: Span, now: datetime) -> list[Span]:
    """Merge a new absence into the known absences.

    The new absence replaces one with the same start and merges with those it overlaps or touches. Expired absences are
    dropped. Raises `NoAbsence` if there are too many.
    """
    start, end = new
    kept = [each for each in known if each[1] > now and max(each[0], now) != max(start, now)]
    apart = [each for each in kept if each[1] < start or end < each[0]]
    met = [new, *(each for each in kept if each not in apart)]
    together = (min(each[0] for each in met), max(each[1] for each in met))
    if len(apart) >= MOST:
        raise NoAbsence(AbsenceProblem.TOO_MANY)
    return sorted([*apart, together])


def list_shortened_absences(before: Iterable[Span], after: Sequence[Span], now: datetime) -> list[Span]:
    """Return the unexpired absences in `before` that `after` no longer covers in full."""
    return [
        (start, end)
        for start, end in before
        if end > now and not any(each[0] <= max(start, now) and end <= each[1] for each in after)
    ]


def is_away(absences: Sequence[Span], at: datetime) -> bool:
    return find_return(absences, at) is not None


def find_return(absences: Sequence[Span], at: datetime) -> datetime | None:
    """Return when the absence that covers `at` ends, or None if there is none."""
    return next((end for start, end in absences if start <= at < end), None)


def list_future_absences(absences: Sequence[Span], now: datetime) -> list[Span]:
    """Return the absences that start after `now`."""
    return [each for each in absences if each[0] > now]


def _read(said: str, zone: ZoneInfo, now: datetime) -> list[Span]:
    spans: list[Span] = []
    after = now.astimezone(zone).date()
    listed = [each.strip() for each in said.split(" and ")]
    for each in listed:
        each = dates.with_week(dates.with_month(each, listed[-1]), listed[-1])
        spans.append(_checked(_one(each, after, zone, now), zone, now))
        after = spans[-1][0].astimezone(zone).date()
    return spans


def _checked(span: Span, zone: ZoneInfo, now: datetime) -> Span:
    start, end = max(span[0], now), span[1]
    if end <= now:
        raise NoAbsence(AbsenceProblem.PAST)
    if end <= start:
        raise NoAbsence(AbsenceProblem.BACKWARDS)
    if dates.is_too_far(end.astimezone(zone).date(), now.astimezone(zone).date()):
        raise NoAbsence(AbsenceProblem.TOO_FAR)
    return start, end


def _one(said: str, after: date, zone: ZoneInfo, now: datetime) -> Span:
    wall = now.astimezone(zone).replace(tzinfo=None)
    if found := ONLY_LENGTH.fullmatch(said):
        return now, _end_after(found[1], found[2], now, zone)
    if found := START_AND_LENGTH.fullmatch(said):
        return _instants(_lasting(found[1], found[2], found[3], wall, after), zone)
    if found := LENGTH_AND_START.fullmatch(said):
        return _instants(_lasting(found[3], found[1], found[2], wall, after), zone)
    if found := RANGE.fullmatch(said):
        return _instants(_parse_range(found[1], found[3], wall, after, is_last=found[2] == "to"), zone)
    return _instants(_parse_single(said, wall, after), zone)


def _instants(period: Period, zone: ZoneInfo) -> Span:
    """Convert wall times to UTC.

    A time that does not exist (clocks go forward) moves later by the length of the gap. Of a time that exists twice
    (clocks go back), the first counts.
    """
    start, end = (each.replace(tzinfo=zone).astimezone(UTC) for each in period)
    return start, end


def _end_after(number: str, unit: str, now: datetime, zone: ZoneInfo) -> datetime:
    """Return the end of an absence that starts now and has the given length.

    `3 days` includes today; an hour is 60 minutes of elapsed time, even when the clocks change in between.
    """
    length = _length(number, unit)
    if unit in ("minute", "hour"):
        return now + length
    return datetime.combine(now.astimezone(zone).date() + length, time(), zone).astimezone(UTC)


def _lasting(start: str, number: str, unit: str, wall: datetime, after: date) -> Period:
    begins = dates.parse_period(start.replace("from ", ""), wall.date(), after).start
    return Period(begins, begins + _length(number, unit))


def _length(number: str, unit: str) -> relativedelta:
    many = int(number) if number.isdigit() else max(1, NUMBERS.index("a" if number == "an" else number))
    return relativedelta(**{f"{unit}s": many})  # type: ignore[arg-type]


def _parse_single(said: str, wall: datetime, after: date) -> Period:
    """Parse an absence that is named by one day, week, part of a day or time of day.

    A time of day alone is when the person is back; after `from`, it is when the person leaves.
    """
    period = dates.parse_period(said.replace("from ", ""), wall.date(), after)
    is_from = "from " in said
    if not period.is_moment:
        if is_from:
            raise NoAbsence(AbsenceProblem.ENDLESS)
        return period
    if is_from:
        return Period(period.start, datetime.combine(period.start.date() + DAY, time()))
    if period.start.date() != wall.date():
        raise NoAbsence(AbsenceProblem.ENDLESS)
    return Period(wall, _next_occurrence(said, period.end, wall))


def _parse_range(start: str, end: str, wall: datetime, after: date, *, is_last: bool) -> Period:
    """Parse a range. With `is_last`, the day named by `end` is included."""
    start = start.replace("from ", "").strip()
    if not start:
        return Period(wall, _next_occurrence(end, _end(end, wall, after, is_last=is_last), wall))
    start, end = _complete_range(start, end)
    for since in (after - BEGUN, after) if _is_yearless(start) else (after,):
        first = dates.parse_period(start, wall.date(), since).start
        last = _end(end, wall, first.date(), is_last=is_last)
        if last > wall:
            break
    return _parse_clock_range(start, end, Period(first, last), wall, is_last=is_last)


def _parse_clock_range(start: str, end: str, period: Period, wall: datetime, *, is_last: bool) -> Period:
    """Resolve times of day without a day: `14:00 to 16:00 tomorrow` is on one day, `22:00 to 6:00` crosses midnight."""
    first, last = period
    if is_last and _is_clock(start) and not _is_clock(end):
        on_its_day = datetime.combine(last.date(), first.time())
        first = on_its_day if on_its_day < last and dates.has_clock(end) else first
    if _is_clock(end) and last <= first:
        last += DAY
    passed = DAY if _is_clock(start) and _is_clock(end) and last <= wall else timedelta()
    return Period(first + passed, last + passed)


def _end(said: str, wall: datetime, after: date, *, is_last: bool) -> datetime:
    if found := END_OF.fullmatch(said):
        return dates.parse_period(found[1], wall.date(), after).end
    period = dates.parse_period(said, wall.date(), after)
    return period.end if is_last else period.start


def _next_occurrence(said: str, at: datetime, wall: datetime) -> datetime:
    """Return when a time of day without a day occurs next."""
    return at + DAY if at <= wall and _is_clock(said) else at


def _is_clock(said: str) -> bool:
    return dates.CLOCK_LAST.fullmatch(said) is not None


def _is_yearless(said: str) -> bool:
    found = dates.parse_date_parts(said)
    return found is not None and found.year is None


def _complete_range(start: str, end: str) -> tuple[str, str]:
    """Fill in what one end of a date range leaves out, such as the month, from the other end.

    Examples: `28 to 31 December`, `28/12 to 4/1`, `Wednesday to Friday next week`.
    """
    start, end = dates.in_order_of(start, end), dates.in_order_of(end, start)
    return dates.with_week(dates.with_month(start, end), end), dates.with_month(end, start)
