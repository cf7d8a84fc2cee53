"""How much of a text is read, and how it is shown so that it notifies nobody."""

import re
from typing import Any

LONGEST_READ = 12_000
"""Characters; Slack takes no longer message from people. Tools and hostile clients may send more."""

TYPED_BROADCAST = re.compile(r"@(?=(?:channel|here|everyone)\b)", re.IGNORECASE)
WORD_JOINER = "\u2060"

Payload = dict[str, Any]


def escape_all(text: str) -> str:
    """Plain text for mrkdwn: nothing in it is a mention, a link or a broadcast."""
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")
    return TYPED_BROADCAST.sub(f"@{WORD_JOINER}", text)


def truncate_payload(body: Payload) -> Payload:
    """Return a payload from Slack whose texts, wherever people write them, are at most `LONGEST_READ` long."""
    short = _with_short(body, "text", "value")
    for name in ("event", "message", "previous_message"):
        if isinstance(inside := short.get(name), dict):
            short = {**short, name: truncate_payload(inside)}
    if isinstance(view := short.get("view"), dict) and (view.get("state") or {}).get("values"):
        values = {block: _each_cut(elements) for block, elements in view["state"]["values"].items()}
        short = {**short, "view": {**view, "state": {**view["state"], "values": values}}}
    return short


def _each_cut(elements: Payload) -> Payload:
    return {name: _with_short(element, "value") for name, element in elements.items()}


def _with_short(said: Payload, *names: str) -> Payload:
    """The same where nothing in it is too long."""
    long = {name: said[name][:LONGEST_READ] for name in names if _is_long(said.get(name))}
    return {**said, **long} if long else said


def _is_long(text: Any) -> bool:
    return isinstance(text, str) and len(text) > LONGEST_READ
