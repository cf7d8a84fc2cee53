"""Intercom: conversations that come and go, to be counted. It signs with SHA-1, as it always has."""

from collections.abc import Sequence

from bot.alerts import Ticket
from handlers.alerts.delivery import Read, Received, once
from handlers.alerts.proving import same, signed
from handlers.alerts.reading import Fields, instant, parsed, part, words

SIGNATURE = "x-hub-signature"
CAME = {
    "conversation.user.created": True,
    "conversation.admin.opened": True,
    "conversation.admin.closed": False,
    "conversation.admin.snoozed": False,
}


def proves(received: Received, secrets: Sequence[str]) -> bool:
    expected = [_signed(secret, received.body) for secret in secrets]
    return same(received.headers.get(SIGNATURE, ""), expected)


def sign(received: Received, secret: str) -> dict[str, str]:
    return {SIGNATURE: _signed(secret, received.body)}


def read(received: Received) -> Read:
    told = parsed(received.body)
    topic, item = words(told, "topic"), part(told, "data", "item")
    at = instant(told, "created_at")
    receipt = once(words(told, "id"), received.body, at)
    if topic not in CAME or not words(item, "id"):
        return Read(receipt, note=f"`{topic or 'a notification without a topic'}` brings and ends no conversation.")
    return Read(receipt, tickets=[Ticket(_queue(item), words(item, "id"), CAME[topic], at or received.at)])


def _queue(item: Fields) -> str:
    """The team's name it is assigned to, where that is told."""
    assignee = part(item, "assignee")
    return words(assignee, "name") if words(assignee, "type") == "team" else ""


def _signed(secret: str, body: bytes) -> str:
    return "sha1=" + signed(secret, body, by="sha1").hex()
