"""Slack's messages as rules see them: who wrote them, and all that can be read in them.

There are two shapes of bots' messages: today's, as a user and without a subtype, and the classic `bot_message`, which
has no user. What an alert says may stand in its attachments alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.alerts import Why, state
from bot.features.alert_rules.models import PEOPLE
from bot.features.alert_rules.patterns import LONGEST_TEXT
from bot.features.alert_rules.rules import Message
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload

SAID = (None, "bot_message", "file_share", "thread_broadcast")
IN_ATTACHMENTS = ("fallback", "pretext", "title", "text")
MOST_READ = 4 * LONGEST_TEXT
"""Characters of a message as Slack sent it: its links and mentions take more room than what is shown of them."""
MENTION = re.compile(r"<(?:@[UW]|!subteam\^|!(?:here|channel|everyone)\b)[^<>]*>")
EMOJI = re.compile(r":[\w+-]+:")
MARKS = " *_~`:|–-"
LABELLED = re.compile(r"<(?:https?|mailto):[^|<>]+\|([^<>]+)>")
GREEN = {"good", "2eb886", "36a64f", "2eb67d"}
"""Slack's `good` and its hexadecimal forms, Grafana's among them."""


@dataclass(frozen=True)
class IncomingMessage:
    """A message, and what it was before an edit."""

    message: Message
    was: Message | None


def may_hold_alert(event: Payload, own: Iterable[str | None]) -> bool:
    """Tell whether an event may hold an alert, from who said it alone; what it says is read where a rule listens."""
    if event.get("subtype") == "message_changed":
        return bool(event.get("message"))
    return _tools_or_person(event, own) is not None


def parse_event(event: Payload, own: Iterable[str | None]) -> IncomingMessage | None:
    """What an event tells; None for the bot's own words, for what is gone, and for edits that nobody made."""
    if event.get("subtype") != "message_changed":
        message = parse_message(event, event["channel"], own)
        return IncomingMessage(message, None) if message else None
    now, before = event.get("message") or {}, event.get("previous_message")
    if before is None and "edited" not in now:
        return None
    message = parse_message(now, event["channel"], own, at=event.get("event_ts") or event["ts"])
    return (
        IncomingMessage(message, parse_message(before, event["channel"], own) if before else None) if message else None
    )


def parse_message(
    said: Payload, channel_id: str, own: Iterable[str | None], *, at: str | None = None
) -> Message | None:
    """One message; None when it is the bot's own, or nobody's."""
    senders = _tools_or_person(said, own)
    if senders is None:
        return None
    attachments = said.get("attachments") or []
    return Message(
        channel_id=channel_id,
        ts=said["ts"],
        senders=senders,
        text="\n".join(dict.fromkeys(filter(None, map(_line, _lines(said, attachments))))),
        at=datetime.fromtimestamp(float(at or said["ts"]), UTC),
        sender_name=_name(said),
        is_green=any(str(each.get("color", "")).lower().lstrip("#") in GREEN for each in attachments),
        url=next((each["title_link"] for each in attachments if str(each.get("title_link")).startswith("http")), ""),
        author_id=said.get("user") if PEOPLE in senders else None,
    )


def _tools_or_person(said: Payload, own: Iterable[str | None]) -> frozenset[str] | None:
    """By whom a rule knows whose message it is; None for the bot's own, and nobody's."""
    tool = {str(said[name]) for name in ("bot_id", "app_id") if said.get(name)}
    author = tool | {said.get("user")} - {None}
    if said.get("subtype") not in SAID or not author or author & set(own):
        return None
    return frozenset(tool or {PEOPLE})


def _name(said: Payload) -> str:
    name = said.get("username") or (said.get("bot_profile") or {}).get("name") or said.get("bot_id") or ""
    return clean(unescape(str(name)))


def _lines(said: Payload, attachments: list[Payload]) -> Iterator[str]:
    """As many of its lines as are read."""
    left = MOST_READ
    for part in _parts(said, attachments):
        yield from part[:left].splitlines()
        left -= len(part)
        if left <= 0:
            return


def _parts(said: Payload, attachments: list[Payload]) -> Iterator[str]:
    yield str(said.get("text") or "")
    for each in attachments:
        for part in IN_ATTACHMENTS:
            yield str(each.get(part) or "")
        for field in each.get("fields") or []:
            yield f"{field.get('title', '')}: {field.get('value', '')}"
        yield from _words(each.get("blocks"))
    yield from _words(said.get("blocks"))


def _words(blocks: object) -> Iterator[str]:
    """Every line of text in blocks, however deep, in the order in which it stands there."""
    waiting = [blocks]
    while waiting:
        inside = waiting.pop()
        if isinstance(inside, list):
            waiting += reversed(inside)
        elif isinstance(inside, dict):
            if isinstance(inside.get("text"), str):
                yield from inside["text"].splitlines()
            waiting += reversed(inside.values())


def _line(text: str) -> str:
    """As people see it, without whom it rings: a link by what is written on it."""
    return clean(unescape(LABELLED.sub(r"\1", _without_link(MENTION.sub("", text)))))


def _without_link(text: str) -> str:
    """Where a line begins with a link, and an alert behind it: the link says where to look, not how it is."""
    head, _, tail = text.partition("<http")
    _, _, rest = tail.partition(">")
    begins = rest.strip(MARKS).partition(" ")[0]
    is_alert = begins.startswith("[") or (begins and state(begins).why is not Why.UNKNOWN)
    is_head = not any(mark.isalnum() for mark in EMOJI.sub("", head))
    return head + rest if is_head and is_alert else text
