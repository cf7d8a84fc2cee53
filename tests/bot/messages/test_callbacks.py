"""Values in Slack callbacks: valid ones are parsed, and forged ones cause a refusal rather than an exception."""

from collections.abc import Callable
from datetime import UTC, date, datetime, time
from enum import StrEnum
from functools import partial
from typing import Any

import pytest

from bot.errors import AnswerTooLate
from bot.messages import birthdays, callbacks
from bot.messages.shoutouts.forms import parse_metadata


class Way(StrEnum):
    CARE = "care"


@pytest.mark.parametrize(
    ("read", "text", "expected"),
    [
        (callbacks.number, "7", 7),
        (callbacks.number, 7, 7),
        (callbacks.number, "2147483647", 2147483647),
        (partial(callbacks.numbers, count=2), "7:8", [7, 8]),
        (partial(callbacks.parts, count=3), "7:U1", ["7", "U1", ""]),
        (partial(callbacks.parts, count=2), "7:a:b", ["7", "a:b"]),
        (callbacks.instant, "1795000000", datetime(2026, 11, 18, 11, 6, 40, tzinfo=UTC)),
        (partial(callbacks.parse_choice, Way), "care", Way.CARE),
        (callbacks.day, "2026-11-18", date(2026, 11, 18)),
        (callbacks.clock, "09:30", time(9, 30)),
        (callbacks.clock, "09:30+02:00", time(9, 30)),
        (lambda text: callbacks.parse_metadata(text, "rule"), '{"rule": "a", "at": "b"}', ["a"]),
        (parse_metadata, "[7, null]", (7, None)),
        (parse_metadata, "[null, null]", (None, None)),
    ],
)
def test_valid_callback_value_is_parsed(read: Callable[[Any], Any], text: Any, expected: Any) -> None:
    assert read(text) == expected


@pytest.mark.parametrize(
    ("read", "text"),
    [
        *[(callbacks.number, text) for text in ("", "-1", "1.5", "x", "٣", "²", "1" * 30, "2147483648", " 1", "1e3")],
        *[(partial(callbacks.numbers, count=2), text) for text in ("", "1", "1:2:3", "1:", ":2", "1:x")],
        *[(callbacks.instant, text) for text in ("", "x", "-5", "9" * 20, "None")],
        *[(partial(callbacks.parse_choice, Way), text) for text in ("", "CARE", None, ["care"])],
        *[(callbacks.day, text) for text in ("", "2026-13-01", "tomorrow", None)],
        *[(callbacks.clock, text) for text in ("", "25:00", "soon", None)],
        *[
            (lambda text: callbacks.parse_metadata(text, "rule"), text)
            for text in ("", "{", "[]", "{}", "1", "[" * 99999)
        ],
        *[(parse_metadata, text) for text in ("", "{", '["x", null]', '[{"a": 1}, null]', "[-1, null]")],
        *[(birthdays.parse_metadata, text) for text in ("", "1", "a:b", "1:2:3")],
    ],
)
def test_forged_callback_value_is_refused(read: Callable[[Any], Any], text: Any) -> None:
    with pytest.raises(AnswerTooLate):
        read(text)
