"""Slack's messages as rules see them: who wrote them, and all that can be read in them.

There are two shapes of bots' messages: today's, as a user and without a subtype, and the classic `bot_message`, which
has no user. What an alert says may stand in its attachments alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.alerts import Why, state
from bot.features.rules import PEOPLE, Message
from bot.messages.post import Payload
from bot.messages.text import clean, unescape

SAID = (None, "bot_message", "file_share", "thread_broadcast")
IN_ATTACHMENTS = ("fallback", "pretext", "title", "text")
RUNG = re.compile(r"<(?:@[UW]|!subteam\^|!(?:here|channel|everyone)\b)[^<>]*>")
EMOJI = re.compile(r":[\w+-]+:")
MARKS = " *_~`:|–-"
LABELLED = re.compile(r"<(?:https?|mailto):[^|<>]+\|([^<>]+)>")
GREEN = {"good", "2eb886", "36a64f", "2eb67d"}
"""Slack's `good` and its hexadecimal forms, Grafana's among them."""


@dataclass(frozen=True)
class Heard:
    """A message, and what it was before an edit."""

    message: Message
    was: Message | None


def heard(event: Payload, own: Iterable[str | None]) -> Heard | None:
    """What an event tells; None for the bot's own words, for what is gone, and for edits that nobody made."""
    if event.get("subtype") != "message_changed":
        message = of(event, event["channel"], own)
        return Heard(message, None) if message else None
    now, before = event.get("message") or {}, event.get("previous_message")
    if before is None and "edited" not in now:
        return None
    message = of(now, event["channel"], own, at=event.get("event_ts") or event["ts"])
    return Heard(message, of(before, event["channel"], own) if before else None) if message else None


def of(said: Payload, channel_id: str, own: Iterable[str | None], *, at: str | None = None) -> Message | None:
    """One message; None when it is the bot's own, or nobody's."""
    tool = {str(said[name]) for name in ("bot_id", "app_id") if said.get(name)}
    author = tool | {said.get("user")} - {None}
    if said.get("subtype") not in SAID or not author or author & set(own):
        return None
    attachments = said.get("attachments") or []
    return Message(
        channel_id=channel_id,
        ts=said["ts"],
        senders=frozenset(tool or {PEOPLE}),
        text="\n".join(dict.fromkeys(filter(None, map(_line, _lines(said, attachments))))),
        at=datetime.fromtimestamp(float(at or said["ts"]), UTC),
        sender_name=_name(said),
        is_green=any(str(each.get("color", "")).lower().lstrip("#") in GREEN for each in attachments),
        url=next((each["title_link"] for each in attachments if str(each.get("title_link")).startswith("http")), ""),
    )


def _name(said: Payload) -> str:
    name = said.get("username") or (said.get("bot_profile") or {}).get("name") or said.get("bot_id") or ""
    return clean(unescape(str(name)))


def _lines(said: Payload, attachments: list[Payload]) -> Iterator[str]:
    yield from str(said.get("text") or "").splitlines()
    for each in attachments:
        for part in IN_ATTACHMENTS:
            yield from str(each.get(part) or "").splitlines()
        for field in each.get("fields") or []:
            yield f"{field.get('title', '')}: {field.get('value', '')}"
        yield from _words(each.get("blocks"))
    yield from _words(said.get("blocks"))


def _words(inside: object) -> Iterator[str]:
    """Every text in blocks, however deep."""
    if isinstance(inside, list):
        for each in inside:
            yield from _words(each)
    elif isinstance(inside, dict):
        if isinstance(inside.get("text"), str):
            yield from inside["text"].splitlines()
        for value in inside.values():
            yield from _words(value)


def _line(text: str) -> str:
    """As people see it, without whom it rings: a link by what is written on it."""
    return clean(unescape(LABELLED.sub(r"\1", _without_link(RUNG.sub("", text)))))


def _without_link(text: str) -> str:
    """Where a line begins with a link, and an alert behind it: the link says where to look, not how it is."""
    head, _, tail = text.partition("<http")
    _, _, rest = tail.partition(">")
    begins = rest.strip(MARKS).partition(" ")[0]
    is_alert = begins.startswith("[") or (begins and state(begins).why is not Why.UNKNOWN)
    is_head = not any(mark.isalnum() for mark in EMOJI.sub("", head))
    return head + rest if is_head and is_alert else text
