"""Being away: what somebody types about when they are back, as an instant."""

import re
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import UserError

LEAD = re.compile(r"^(?:until|till|to|next) ")
CLOCK = re.compile(r"(?:^|(?<= ))(?:(?:at )?(\d{1,2})(?=:| ?[ap]m)(?::(\d\d))?(?: ?([ap])m)?|at (\d{1,2}))$")
LENGTH = re.compile(r"(?:for )?(an?|[a-z]{3,5}|\d{1,3}) (minute|hour|day|week)s?")
ISO = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
NAMED = re.compile(r"(\d{1,2})(?:st|nd|rd|th)? ([a-z]+)(?: (\d{4}))?")
MONTH_FIRST = re.compile(r"^([a-z]+) (\d{1,2}(?:st|nd|rd|th)?)(?= |$)")
TWO_WAYS = re.compile(r"\d{1,4}([/.-])\d{1,2}(\1\d{0,4})?")
RELATIVE = {"today": 0, "tomorrow": 1}
LENGTHS = {"day": 1, "week": 7}
SHORT = {"minute": timedelta(minutes=1), "hour": timedelta(hours=1)}
NUMBERS = ["a", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten"]
WEEKDAYS = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]
MONTHS = [
    "january", "february", "march", "april", "may", "june",
    "july", "august", "september", "october", "november", "december",
]  # fmt: skip
DAY = timedelta(days=1)

UNCLEAR = "When are you back? Say it like `/steward away until Monday`, `until 15:00` or `until 1 December`."
AMBIGUOUS = "I could read that day in two ways. Name its month, like `/steward away until 24 December`."
PAST = "That moment has passed. Say when you are back, like `/steward away until tomorrow`."
TOO_FAR = "That is more than a year ahead. Choose a day within a year, like `/steward away until 1 December`."


def until(text: str, zone: str, now: datetime) -> datetime:
    """The instant somebody is back. A day without a time means its start; hours decide what is a good moment then."""
    said, where = (
        LEAD.sub("", " ".join(text.lower().replace(",", " ").replace("noon", "12:00").split())),
        ZoneInfo(zone),
    )
    try:
        back = _back(said, where, now)
    except (ValueError, OverflowError) as unclear:
        raise UserError(UNCLEAR) from unclear
    if back <= now:
        raise UserError(PAST)
    if back > now + 366 * DAY:
        raise UserError(TOO_FAR)
    return back


def _back(text: str, zone: ZoneInfo, now: datetime) -> datetime:
    today = now.astimezone(zone).date()
    if (length := LENGTH.fullmatch(text)) and length[2] in SHORT:
        return now + _number(length[1]) * SHORT[length[2]]
    clock = CLOCK.search(text)
    if not clock:
        return _instant(_day(text, today), time(), zone)
    at = _time(clock)
    if said := text[: clock.start()].strip():
        return _instant(_day(said, today), at, zone)
    back = _instant(today, at, zone)
    return back if back > now else _instant(today + DAY, at, zone)


def _instant(day: date, at: time, zone: ZoneInfo) -> datetime:
    """In a gap (clocks go forward) it is as long after it; in a fold, the first."""
    return datetime.combine(day, at, zone).astimezone(UTC)


def _number(word: str) -> int:
    """`3`, `three`, `a`."""
    return int(word) if word.isdigit() else max(1, NUMBERS.index("a" if word == "an" else word))


def _time(clock: re.Match[str]) -> time:
    hour, minute, half = int(clock[1] or clock[4]), int(clock[2] or 0), clock[3]
    if not half:
        return time(hour, minute)
    if not 1 <= hour <= 12:
        raise ValueError("twelve hours make a half")
    return time(hour % 12 + (12 if half == "p" else 0), minute)


def _day(said: str, today: date) -> date:
    """The day somebody named, in one of the ways we know; any other is a `ValueError`."""
    if said == "week":
        return today + (7 - today.weekday()) * DAY
    if said in RELATIVE:
        return today + RELATIVE[said] * DAY
    if (weekday := _nth(said, WEEKDAYS)) is not None:
        return today + ((weekday - today.weekday() - 1) % 7 + 1) * DAY
    if found := LENGTH.fullmatch(said):
        return today + _number(found[1]) * LENGTHS[found[2]] * DAY
    if found := ISO.fullmatch(said):
        return date(int(found[1]), int(found[2]), int(found[3]))
    if TWO_WAYS.fullmatch(said):
        raise UserError(AMBIGUOUS)
    return _named(MONTH_FIRST.sub(r"\2 \1", said), today)


def _named(said: str, today: date) -> date:
    """A day with its month's name; without a year, the next one to come, today included."""
    found = NAMED.fullmatch(said)
    month = _nth(found[2], MONTHS) if found else None
    if found is None or month is None:
        raise ValueError("no day that we know")
    day = int(found[1])
    has_been = (month + 1, day) < (today.month, today.day)
    return date(int(found[3] or today.year + has_been), month + 1, day)


def _nth(word: str, names: list[str]) -> int | None:
    """Which of the names it is, written out or cut off after three letters or more."""
    return next((nth for nth, name in enumerate(names) if len(word) >= 3 and name.startswith(word)), None)
