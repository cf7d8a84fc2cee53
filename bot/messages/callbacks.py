"""Parse the values of buttons, options and private metadata that Slack sends back, some of which may be forged.

A value that the bot never sent is refused as if it named a deleted row, and is not logged as a bug.
"""

import json
from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import Enum
from typing import Any, TypeVar

from bot.errors import AnswerTooLate
from bot.refusals import common

LARGEST_ID = 2**31 - 1
LATEST = 2**35
"""The latest instant accepted, in seconds: beyond the year 3000."""
T = TypeVar("T")
Choice = TypeVar("Choice", bound=Enum)


def number(text: object, most: int = LARGEST_ID) -> int:
    """Parse an id, or another number that is not negative."""
    said = str(text)
    if not (said.isascii() and said.isdecimal() and len(said) <= len(str(most)) and int(said) <= most):
        raise AnswerTooLate(common.GONE)
    return int(said)


def numbers(text: object, count: int) -> list[int]:
    """Parse `count` ids separated by colons."""
    found = [number(each) for each in str(text).split(":")]
    if len(found) != count:
        raise AnswerTooLate(common.GONE)
    return found


def parts(text: object, count: int) -> list[str]:
    """Split the value of a button at its first colons into `count` parts; missing parts are empty."""
    found = str(text).split(":", count - 1)
    return [*found, *[""] * (count - len(found))]


def instant(text: object) -> datetime:
    """Parse an instant in seconds since 1970."""
    return datetime.fromtimestamp(number(text, LATEST), UTC)


def parse_choice(kind: type[Choice], value: object) -> Choice:
    """Parse a value as a member of an enum."""
    return _parsed(kind, value)


def day(text: object) -> date:
    return _parsed(date.fromisoformat, str(text))


def clock(text: object) -> time:
    """Parse a time of day, without a time zone."""
    return _parsed(time.fromisoformat, str(text)).replace(tzinfo=None)


def parse_json(text: object) -> Any:
    """Parse a form's private metadata as JSON."""
    return _parsed(json.loads, str(text))


def _parsed(parse: Callable[[Any], T], value: object) -> T:
    try:
        return parse(value)
    except (ValueError, RecursionError):
        raise AnswerTooLate(common.GONE) from None


def parse_metadata(text: object, *names: str) -> list[Any]:
    """Parse a form's private metadata as a JSON object, and return the values of the keys in `names`."""
    found = parse_json(text)
    if not isinstance(found, dict) or not found.keys() >= set(names):
        raise AnswerTooLate(common.GONE)
    return [found[name] for name in names]
