"""How far from today a day may lie that somebody enters: a year, everywhere."""

from datetime import date

from dateutil.relativedelta import relativedelta

from bot.errors import UserError

YEAR = relativedelta(years=1)
LIFE = relativedelta(years=70)
"""So long ago somebody may have begun here."""


def is_too_far(day: date, today: date) -> bool:
    return day > today + YEAR


def must_be_near(day: date, today: date, *, since: relativedelta = YEAR, field: str | None = None) -> date:
    """The day itself. Raises a refusal for one more than a year ahead, or longer ago than `since`."""
    last, first = today + YEAR, today - since
    if day > last:
        raise UserError(f"That's more than a year ahead. Pick a day up to {_full(last)}.", field=field)
    if day < first:
        raise UserError(f"That's too long ago. Pick a day from {_full(first)} on.", field=field)
    return day


def _full(day: date) -> str:
    return f"{day.day} {day:%B} {day.year}"
