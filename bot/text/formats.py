"""Days, times and numbers in English, in the format of a locale that Slack reports, such as `en-US` or `de-DE`.

Without a locale they are in the format that a team shares, which is British.
"""

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale, UnknownLocaleError
from babel.dates import parse_pattern
from babel.numbers import format_decimal

SHARED = Locale("en", "GB")


@lru_cache
def english_of(locale: str) -> Locale:
    """Return Babel's English locale for the territory of a locale, or British English if Babel does not have one."""
    try:
        return Locale("en", locale.partition("-")[2] or "GB")
    except (UnknownLocaleError, ValueError):
        return SHARED


def on(day: date, locale: str = "") -> str:
    """Return `Tuesday, 17 November` or `Tuesday, November 17`."""
    return _day(day, locale, "EEEE, d MMMM", "EEEE, MMMM d")


def full(day: date, locale: str = "") -> str:
    """Return `17 November 2026` or `November 17, 2026`."""
    return _day(day, locale, "d MMMM y", "MMMM d, y")


def on_full(day: date, locale: str = "") -> str:
    """Return `Tuesday, 17 November 2026` or `Tuesday, November 17, 2026`."""
    return f"{weekday(day)}, {full(day, locale)}"


def day_and_month(day: date, locale: str = "") -> str:
    """Return `17 November` or `November 17`."""
    return _day(day, locale, "d MMMM", "MMMM d")


def short(day: date, locale: str = "") -> str:
    """Return `Tue 17 Nov` or `Tue, Nov 17`."""
    return _day(day, locale, "EEE d MMM", "EEE, MMM d")


def span(first: date, last: date, locale: str = "") -> str:
    """Return `Mon 5 to Fri 9 Oct` or `Mon, Oct 5 to Fri, Oct 9`, and a single day as `short` does."""
    if first == last:
        return short(first, locale)
    if _is_month_first(english_of(locale)) or (first.year, first.month) != (last.year, last.month):
        return f"{short(first, locale)} to {short(last, locale)}"
    return f"{_apply('EEE d', first, SHARED)} to {short(last, locale)}"


def weekday(day: date) -> str:
    """Return `Tuesday`."""
    return _apply("EEEE", day, SHARED)


def clock(at: time | datetime, locale: str = "") -> str:
    """Return `14:05` or `2:05 PM`."""
    english = english_of(locale)
    return _apply("h:mm a" if "a" in english.time_formats["short"].pattern else "HH:mm", at, english)


def wall(local: datetime, locale: str = "") -> str:
    """Return `Tuesday, 17 November at 10:00` for a wall-clock time."""
    return f"{on(local, locale)} at {clock(local, locale)}"


def short_wall(local: datetime, locale: str = "") -> str:
    """Return `Tue 17 Nov, 10:00` for a wall-clock time."""
    return f"{short(local, locale)}, {clock(local, locale)}"


def number(value: float, locale: str = "") -> str:
    """Return `1,200` or `3.5`, rounded to one decimal."""
    return format_decimal(value, "#,##0.#", english_of(locale)) if abs(value) < 1e9 else f"{value:.3g}"


def _day(day: date, locale: str, day_first: str, month_first: str) -> str:
    english = english_of(locale)
    return _apply(month_first if _is_month_first(english) else day_first, day, english)


def _is_month_first(english: Locale) -> bool:
    pattern: str = english.date_formats["long"].pattern
    return pattern.startswith("M")


def _apply(pattern: str, at: date | time, english: Locale) -> str:
    return parse_pattern(pattern).apply(at, english)
