"""Deadlines as people type them at the end of a sentence: `by Friday`, `until 3 December`, `in two weeks`."""

import re
from datetime import date, datetime, timedelta
from typing import NamedTuple

from dateutil.relativedelta import relativedelta

from bot.org.availability import dates, working_hours
from bot.org.availability.absences import NUMBER, NUMBERS
from bot.org.availability.date_phrases import normalize_dates
from bot.org.availability.dates import DAY, Ambiguous
from bot.org.availability.working_hours import WorkingHours

BY = re.compile(r"(?:^|\s)(?:by|until|till|before|within|in|not later than|no later than)\s+(?=\S)", re.IGNORECASE)
END_OF = re.compile(r"(?:the )?end of (?:the )?(.+)")
LENGTH = re.compile(rf"(?:the next |the )?{NUMBER} (?:(working|business) )?(day|week|month)s?(?: time)?")
LONGEST = 40
"""A longer phrase after `by` is not a date."""


class Deadline(NamedTuple):
    """A text without its deadline, and the last day that the deadline allows, or None if the text names none."""

    text: str
    day: date | None = None
    is_ambiguous: bool = False
    """Whether the date has two readings, such as `3/4`."""


def split_deadline(text: str, now: datetime, routine: WorkingHours) -> Deadline:
    """Split the deadline off the end of a text. Only words after *by*, *until*, *in* and the like count as one.

    Days count in the zone of `routine`. `by Friday`, typed on a Friday, is today until the working day ends, and the
    Friday after that; `by next Friday` is always the Friday of next week.
    """
    for found in reversed([*BY.finditer(text)]):
        word, phrase = found[0].strip().casefold(), text[found.end() :].strip(" .!?…")
        if len(phrase) > LONGEST:
            continue
        try:
            day = parse_deadline(phrase, now, routine, must_be_length=word in ("in", "within"))
        except Ambiguous:
            return Deadline(text, is_ambiguous=True)
        except (ValueError, OverflowError):
            continue
        return Deadline(text[: found.start()].rstrip(" ,;:-–—"), day)
    return Deadline(text)


def parse_deadline(phrase: str, now: datetime, routine: WorkingHours, *, must_be_length: bool = False) -> date:
    """Return the last day of a typed period, such as the Friday of `next week`.

    With `must_be_length`, the phrase must be a length of time such as `two weeks`, or a month or year (`in March`), so
    that `in the queue` is not read as a date. Raises `ValueError`, or `Ambiguous` for a date with two readings.
    """
    said, wall = normalize_dates(phrase), routine.to_wall_time(now)
    if found := LENGTH.fullmatch(said):
        return _after(found, wall.date(), routine)
    if must_be_length and not dates.MONTH_NAME.fullmatch(said):
        raise ValueError("no length of time")
    said = ended[1] if (ended := END_OF.fullmatch(said)) else said
    is_today_over = wall.time() >= routine.end > routine.start
    since = wall.date() if is_today_over else wall.date() - DAY
    period = dates.parse_period(said, wall.date(), since)
    last = period.start.date() if period.is_moment else (period.end - timedelta(microseconds=1)).date()
    return (
        working_hours.last_working_day_by(routine, last, wall.date()) if (last - period.start.date()).days > 1 else last
    )


def _after(found: re.Match[str], today: date, routine: WorkingHours) -> date:
    many = int(found[1]) if found[1].isdigit() else max(1, NUMBERS.index("a" if found[1] == "an" else found[1]))
    if found[2] and found[3] == "day":
        return working_hours.add_working_days(routine, today, many)
    return today + relativedelta(**{f"{found[3]}s": many})  # type: ignore[arg-type]
