"""Defaults that Slack adds to stored blocks: missing `block_id`s, and flags of text objects."""

import secrets
import string
from typing import Any

from sandbox.slack_types import Json

LETTERS = string.ascii_letters + string.digits


def completed(blocks: list[Json]) -> list[Json]:
    return [_named({"block_id": short_id()} | _filled(block)) for block in blocks]


def _named(block: Json) -> Json:
    """Add Slack's defaults to the blocks inside a container or carousel."""
    for inside in ("child_blocks", "elements" if block["type"] == "carousel" else ""):
        if inside in block:
            block[inside] = completed(block[inside])
    return block


def short_id() -> str:
    return "".join(secrets.choice(LETTERS) for _ in range(5))


def _filled(value: Any) -> Any:
    if isinstance(value, list):
        return [_filled(each) for each in value]
    if not isinstance(value, dict):
        return value
    filled = {key: _filled(each) for key, each in value.items()}
    if filled.get("type") == "plain_text":
        return filled | {"emoji": filled.get("emoji", True)}
    if filled.get("type") == "mrkdwn":
        return filled | {"verbatim": filled.get("verbatim", False)}
    return filled
