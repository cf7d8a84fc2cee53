"""Tolerant parsing of payloads: a value that is missing, malformed or of the wrong type counts as empty.

Each sender's payload is a pydantic model with these field types, which accepts any JSON object.
"""

import json
import math
import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, BeforeValidator, ConfigDict

from bot.slack.mrkdwn import clean
from bot.text import numbers
from handlers.webhooks.delivery import Unreadable

Fields = Mapping[str, Any]
Model = TypeVar("Model", bound=BaseModel)
UNRENDERED = re.compile(r"\{\{|^\$[A-Z]")
"""A template variable that the sender did not fill in."""
NO_STATUS = "It doesn't say whether the ticket was opened or closed, so I didn't count it."
MOST_ALERTS = 1000
LONGEST_WORD = 40
LONGEST, LONGEST_TEXT, LONGEST_URL = 200, 2000, 1000
EARLIEST, LATEST = 2000, 2100
MILLISECONDS = 1e11
"""A larger number is milliseconds since 1970, because in seconds it would be after the year 5138."""


def parse_json(body: bytes) -> Fields:
    """Parse a body as a JSON object, or raise `Unreadable`."""
    try:
        found = json.loads(body)
    except json.JSONDecodeError as error:
        raise Unreadable(f"Invalid JSON: {error.msg} in line {error.lineno}, column {error.colno}.") from None
    except UnicodeDecodeError:
        raise Unreadable("Invalid JSON: it isn't UTF-8.") from None
    except (ValueError, RecursionError):
        raise Unreadable("Invalid JSON: it's nested too deeply, or a number is too long.") from None
    if not isinstance(found, dict):
        raise Unreadable("The JSON must be an object: start it with `{`.")
    return found


def unknown_status(status: str) -> str:
    """Return the reason why a ticket with an unknown or missing status is not counted."""
    return f"I don't know the status “{status[:LONGEST_WORD]}”, so no ticket was counted." if status else NO_STATUS


def words(said: Any, most: int = LONGEST) -> str:
    """Return a text or number as one line of visible text of at most `most` characters; empty for other types."""
    if isinstance(said, bool) or not isinstance(said, str | int | float):
        return ""
    try:
        text = clean(str(said)[: most * 4])[:most]
    except ValueError:  # an int with thousands of digits
        return ""
    return "" if UNRENDERED.search(text) else text


def number(said: Any) -> float | None:
    if isinstance(said, str):
        return numbers.parse_number(said)
    if isinstance(said, bool) or not isinstance(said, int | float):
        return None
    try:
        found = float(said)
    except OverflowError:
        return None
    return found if math.isfinite(found) else None


def parse_instant(said: Any) -> datetime | None:
    """Parse an instant in ISO 8601, or in seconds or milliseconds since 1970; return None if that fails."""
    try:
        if (seconds := number(said)) is not None:
            at = datetime.fromtimestamp(seconds / 1000 if seconds > MILLISECONDS else seconds, UTC)
        else:
            at = datetime.fromisoformat(str(said).strip())
            at = at.astimezone(UTC) if at.tzinfo else at.replace(tzinfo=UTC)
    except (ValueError, OverflowError, OSError):
        return None
    return at if EARLIEST <= at.year < LATEST else None


def _long(said: Any) -> str:
    return words(said, LONGEST_TEXT)


def _link(said: Any) -> str:
    found = words(said, LONGEST_URL)
    return found if found.startswith(("https://", "http://")) and " " not in found else ""


def _word(said: Any) -> str | None:
    """Return a state as text, or None if it is missing.

    A value that is not visible text becomes `?`, which counts as an unknown state.
    """
    if said is None or said == "":
        return None
    return clean(said[:LONGEST])[:LONGEST] or "?" if isinstance(said, str) else "?"


def _yes(said: Any) -> bool | None:
    return {"true": True, "false": False}.get(str(said).strip().lower()) if isinstance(said, bool | str) else None


def _object(said: Any) -> Fields:
    return said if isinstance(said, dict) else {}


def _objects(said: Any) -> list[Fields]:
    return [each for each in said[:MOST_ALERTS] if isinstance(each, dict)] if isinstance(said, list) else []


Text = Annotated[str, BeforeValidator(words)]
LongText = Annotated[str, BeforeValidator(_long)]
Link = Annotated[str, BeforeValidator(_link)]
Word = Annotated[str | None, BeforeValidator(_word)]
Number = Annotated[float | None, BeforeValidator(number)]
Instant = Annotated[datetime | None, BeforeValidator(parse_instant)]
Yes = Annotated[bool | None, BeforeValidator(_yes)]
Object = Annotated[dict[Any, Any], BeforeValidator(_object)]
Part = Annotated[Model, BeforeValidator(_object)]
"""A nested object, empty if it is missing."""
Parts = Annotated[list[Model], BeforeValidator(_objects)]
"""The objects in a list; other values in it are left out."""


class Payload(BaseModel):
    """A sender's payload, or a part of it: every field is optional, and unknown fields are ignored."""

    model_config = ConfigDict(extra="ignore", frozen=True)
