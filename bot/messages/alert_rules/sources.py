"""Parse Slack messages for alert rules: who wrote them, and all of their text.

Bots' messages have two shapes: today's, with a user and without a subtype, and the classic `bot_message`, which
has no user. An alert's text may be in its attachments alone.
"""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from bot.alerts import NoEffectReason, parse_state
from bot.features.alert_rules.models import PEOPLE
from bot.features.alert_rules.patterns import LONGEST_TEXT
from bot.features.alert_rules.rules import Message
from bot.slack.mrkdwn import clean, unescape
from bot.slack.post import Payload

SAID = (None, "bot_message", "file_share", "thread_broadcast")
IN_ATTACHMENTS = ("fallback", "pretext", "title", "text")
MOST_READ = 4 * LONGEST_TEXT
"""Limit in characters of the raw message, whose links and mentions are longer than what is shown."""
MENTION = re.compile(r"<(?:@[UW]|!subteam\^|!(?:here|channel|everyone)\b)[^<>]*>")
EMOJI = re.compile(r":[\w+-]+:")
MARKS = " *_~`:|–-"
LABELLED = re.compile(r"<(?:https?|mailto):[^|<>]+\|([^<>]+)>")
GREEN = {"good", "2eb886", "36a64f", "2eb67d"}
"""Slack's `good` and greens that tools use, Grafana's among them."""


@dataclass(frozen=True)
class IncomingMessage:
    """A Slack message, and its text before an edit."""

    message: Message
    was: Message | None


def may_hold_alert(event: Payload, own: Iterable[str | None]) -> bool:
    """Return whether an event may contain an alert, judged by its author alone, without reading its text."""
    if event.get("subtype") == "message_changed":
        return bool(event.get("message"))
    return _tools_or_person(event, own) is not None


def parse_event(event: Payload, own: Iterable[str | None]) -> IncomingMessage | None:
    """Parse a Slack message event; return None for the bot's own messages, deletions, and edits by others."""
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
    """Parse a Slack message; return None if it is the bot's own or has no author."""
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
    """Return the sender ids that an alert rule can match; None if there are none, or the bot is the sender."""
    tool = {str(said[name]) for name in ("bot_id", "app_id") if said.get(name)}
    author = tool | {said.get("user")} - {None}
    if said.get("subtype") not in SAID or not author or author & set(own):
        return None
    return frozenset(tool or {PEOPLE})


def _name(said: Payload) -> str:
    name = said.get("username") or (said.get("bot_profile") or {}).get("name") or said.get("bot_id") or ""
    return clean(unescape(str(name)))


def _lines(said: Payload, attachments: list[Payload]) -> Iterator[str]:
    """Yield the lines of a Slack message, up to `MOST_READ` characters."""
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
    """Yield every line of text in Block Kit blocks, however deeply nested, in order."""
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
    """Return a line of a message as people see it: links replaced with their labels, mentions removed."""
    return clean(unescape(LABELLED.sub(r"\1", _without_link(MENTION.sub("", text)))))


def _without_link(text: str) -> str:
    """Drop a link at the start of a line if an alert follows the link."""
    head, _, tail = text.partition("<http")
    _, _, rest = tail.partition(">")
    begins = rest.strip(MARKS).partition(" ")[0]
    is_alert = begins.startswith("[") or (begins and parse_state(begins).why is not NoEffectReason.UNKNOWN)
    is_head = not any(mark.isalnum() for mark in EMOJI.sub("", head))
    return head + rest if is_head and is_alert else text
