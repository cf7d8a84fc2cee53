"""Truncation of long texts anywhere in a payload, before the payload is parsed."""

from typing import Any

import pytest

from bot.text.safety import LONGEST_READ, truncate_payload

LONG = "<http:" * 6666
SHORT = LONG[:LONGEST_READ]


def form(value: Any) -> dict[str, Any]:
    return {"view": {"id": "V1", "state": {"values": {"reason": {"reason": {"type": "input", "value": value}}}}}}


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        ({"command": "/queue", "text": LONG}, {"command": "/queue", "text": SHORT}),
        ({"event": {"type": "message", "text": LONG}}, {"event": {"type": "message", "text": SHORT}}),
        ({"event": {"message": {"text": LONG, "ts": "1"}}}, {"event": {"message": {"text": SHORT, "ts": "1"}}}),
        ({"event": {"previous_message": {"text": LONG}}}, {"event": {"previous_message": {"text": SHORT}}}),
        ({"callback_id": "x", "message": {"text": LONG}}, {"callback_id": "x", "message": {"text": SHORT}}),
        ({"action_id": "country", "value": LONG}, {"action_id": "country", "value": SHORT}),
        (form(LONG), form(SHORT)),
    ],
)
def test_long_text_anywhere_in_a_payload_is_truncated(body: dict[str, Any], expected: dict[str, Any]) -> None:
    assert truncate_payload(body) == expected


@pytest.mark.parametrize(
    "body",
    [
        {"text": "hello"},
        {"text": None},
        {"event": {"type": "message"}},
        {"event": {"type": "message", "message": None}},
        {"view": {"id": "V1"}},
        {"view": {"state": {"values": {}}}},
        form(None),
        form(["U1", "U2"]),
        {"actions": [{"value": "1"}]},
    ],
)
def test_truncation_leaves_short_text_and_other_values_unchanged(body: dict[str, Any]) -> None:
    assert truncate_payload(body) == body
