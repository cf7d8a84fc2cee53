"""Cursor-based pagination of Web API responses."""

import base64
from collections.abc import Sequence
from typing import Any

from sandbox.slack_types import Json, SlackError

MOST = 1000


def cursor_for(place: str) -> str:
    return base64.b64encode(f"next:{place}".encode()).decode()


def place_of(cursor: str) -> str:
    try:
        word, _, place = base64.b64decode(cursor, validate=True).decode().partition(":")
    except ValueError:
        raise SlackError("invalid_cursor") from None
    if word != "next" or not place:
        raise SlackError("invalid_cursor")
    return place


def limit_of(args: Json, usual: int, most: int = MOST) -> int:
    limit: int = args.get("limit", usual)
    if limit < 0 or limit > most:
        raise SlackError("invalid_limit")
    return limit or usual


def page(things: Sequence[Any], args: Json, usual: int = MOST) -> tuple[Sequence[Any], Json]:
    """Return one page of a list and its `response_metadata`; `next_cursor` is empty on the last page."""
    start = place_of(args["cursor"]) if args.get("cursor") else "0"
    if not start.isdecimal() or int(start) > len(things):
        raise SlackError("invalid_cursor")
    end = int(start) + limit_of(args, usual)
    return things[int(start) : end], {"next_cursor": cursor_for(str(end)) if end < len(things) else ""}
