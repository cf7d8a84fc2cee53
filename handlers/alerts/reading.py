"""Reads what others wrote: whatever is missing, misspelt, of another type or hostile reads as nothing."""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from bot.messages.text import clean
from handlers.alerts.delivery import Unreadable

Fields = Mapping[str, Any]
UNRENDERED = re.compile(r"\{\{|^\$[A-Z]")
"""A template's variable that the sender did not fill in."""
MOST_ALERTS = 1000
LONGEST, LONGEST_URL = 200, 1000
EARLIEST, LATEST = 2000, 2100
MILLISECONDS = 1e11
"""Seconds since 1970 reach this in the year 5138."""


def parsed(body: bytes) -> Fields:
    """The JSON object of a body, else `Unreadable`."""
    try:
        found = json.loads(body)
    except json.JSONDecodeError as error:
        raise Unreadable(f"That is no JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError:
        raise Unreadable("That is no JSON: it is not written in UTF-8.") from None
    except (ValueError, RecursionError):
        raise Unreadable("That is no JSON that anybody would write.") from None
    if not isinstance(found, dict):
        raise Unreadable("That is JSON, but no object: it has to begin with `{`.")
    return found


def part(of: Fields, *names: str) -> Fields:
    """An object within objects; an empty one where there is none."""
    for name in names:
        found = of.get(name)
        of = found if isinstance(found, dict) else {}
    return of


def parts(of: Fields, name: str) -> list[Fields]:
    """The objects of a list."""
    found = of.get(name)
    return [each for each in found[:MOST_ALERTS] if isinstance(each, dict)] if isinstance(found, list) else []


def words(of: Fields, *names: str, most: int = LONGEST) -> str:
    """The first of these that says anything: one line, of what can be seen."""
    return next((found for name in names if (found := _words(of.get(name), most))), "")


def number(of: Fields, *names: str) -> float | None:
    return next((found for name in names if (found := _number(of.get(name))) is not None), None)


def instant(of: Fields, *names: str) -> datetime | None:
    """An ISO 8601 instant, or seconds or milliseconds since 1970, also when written as text."""
    return next((found for name in names if (found := when(of.get(name)))), None)


def link(of: Fields, *names: str) -> str:
    found = (words(of, name, most=LONGEST_URL) for name in names)
    return next((each for each in found if each.startswith(("https://", "http://")) and " " not in each), "")


def when(said: Any) -> datetime | None:
    try:
        if (seconds := _number(said)) is not None:
            at = datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)
        else:
            at = datetime.fromisoformat(str(said).strip())
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if EARLIEST <= at.year < LATEST else None


def _words(said: Any, most: int) -> str:
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return ""
    try:
        text = clean(str(said)[: most * 4])[:most]
    except ValueError:  # an int of thousands of digits
        return ""
    return "" if UNRENDERED.search(text) else text


def _number(said: Any) -> float | None:
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return None
    try:
        found = float(said)
    except (ValueError, OverflowError):
        return None
    return found if math.isfinite(found) else None
