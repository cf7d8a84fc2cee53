"""Limits on the length of incoming text, and escaping so that shown text notifies nobody."""

import re
from typing import Any

LONGEST_READ = 12_000
"""The limit on characters read from a text. It is Slack's limit for people; tools and hostile clients may send more."""

TYPED_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
WORD_JOINER = "\u2060"

Payload = dict[str, Any]


def escape_all(text: str) -> str:
    """Escape plain text for mrkdwn, so that nothing in it is a mention, a link or a broadcast."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return TYPED_BROADCAST.sub(f"@{WORD_JOINER}", text)


def truncate_payload(body: Payload) -> Payload:
    """Truncate the texts that people write in a Slack payload to `LONGEST_READ` characters each."""
    short = _truncate_values(body, "text", "value")
    for name in ("event", "message", "previous_message"):
        if isinstance(inside := short.get(name), dict):
            short = {**short, name: truncate_payload(inside)}
    if isinstance(view := short.get("view"), dict) and (view.get("state") or {}).get("values"):
        values = {block: _each_cut(elements) for block, elements in view["state"]["values"].items()}
        short = {**short, "view": {**view, "state": {**view["state"], "values": values}}}
    return short


def _each_cut(elements: Payload) -> Payload:
    return {name: _truncate_values(element, "value") for name, element in elements.items()}


def _truncate_values(said: Payload, *names: str) -> Payload:
    """Truncate the named values. Return the same object if none is too long."""
    long = {name: said[name][:LONGEST_READ] for name in names if _is_long(said.get(name))}
    return {**said, **long} if long else said


def _is_long(text: Any) -> bool:
    return isinstance(text, str) and len(text) > LONGEST_READ
