"""Conversion of typed text to Slack's escaped `mrkdwn` with mentions, and to `rich_text` blocks."""

import re
from collections.abc import Callable

from sandbox.slack_types import Json

TOKEN = re.compile(r"<(?P<mention>[^<>]+)>|:(?P<emoji>[a-z0-9_+-]+):")
WRITTEN = re.compile(r"<[@#!][^<>\s]+>|<https?://[^<>]+>|https?://[^\s<>]+|@[\w.-]*\w|#[\w-]+|[&<>]")
ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}

Find = Callable[[str], str | None]


def escape(text: str, find: Find) -> str:
    """Escape typed text as Slack sends it; `find` maps `@ana` or `#general` to its mention, or None if unknown."""

    def entity(found: re.Match[str]) -> str:
        piece = found[0]
        if piece in ENTITIES:
            return ENTITIES[piece]
        if piece.startswith("http"):
            return f"<{piece}>"
        return piece if piece.startswith("<") else find(piece) or piece

    return WRITTEN.sub(entity, text)


def unescape(text: str) -> str:
    return text.replace("&lt;", "<").replace("&gt;", ">").replace("&amp;", "&")


def blocks(text: str, *, block_id: str) -> list[Json]:
    section = {"type": "rich_text_section", "elements": elements(text)}
    return [{"type": "rich_text", "block_id": block_id, "elements": [section]}]


def elements(text: str) -> list[Json]:
    found: list[Json] = []
    end = 0
    for token in TOKEN.finditer(text):
        found += _plain(text[end : token.start()])
        found.append({"type": "emoji", "name": token["emoji"]} if token["emoji"] else _mention(token["mention"]))
        end = token.end()
    return found + _plain(text[end:])


def _plain(text: str) -> list[Json]:
    return [{"type": "text", "text": unescape(text)}] if text else []


def _mention(mention: str) -> Json:
    target, _, label = mention.partition("|")
    if target.startswith("@"):
        return {"type": "user", "user_id": target[1:]}
    if target.startswith("#"):
        return {"type": "channel", "channel_id": target[1:]}
    if target.startswith("!subteam^"):
        return {"type": "usergroup", "usergroup_id": target.removeprefix("!subteam^")}
    if target.startswith("!"):
        return {"type": "broadcast", "range": target[1:]}
    return {"type": "link", "url": target} | ({"text": label} if label else {})
