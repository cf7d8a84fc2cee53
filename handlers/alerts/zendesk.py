"""Zendesk: tickets that come and go, told by triggers or by event subscriptions, to be counted."""

import base64
from collections.abc import Sequence

from bot.alerts import Ticket
from handlers.alerts import generic
from handlers.alerts.delivery import Read, Receipt, Received, Unreadable, digest
from handlers.alerts.proving import is_fresh, same, signed
from handlers.alerts.reading import Fields, instant, parsed, part, when, words

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"
CREATED = ("ticket.created",)
STATUS = ("ticket.status_changed", "ticket.custom_status_changed")
GONE = ("solved", "closed", "deleted")


def proves(received: Received, secrets: Sequence[str]) -> bool:
    """In base64, of the time as Zendesk writes it, then the body, with nothing between them."""
    at = received.headers.get(TIMESTAMP, "")
    expected = [_signed(secret, at, received.body) for secret in secrets]
    return same(received.headers.get(SIGNATURE, ""), expected) and _is_iso(at) and is_fresh(when(at), received)


def sign(received: Received, secret: str) -> dict[str, str]:
    at = f"{received.at:%Y-%m-%dT%H:%M:%SZ}"
    return {TIMESTAMP: at, SIGNATURE: _signed(secret, at, received.body)}


def read(received: Received) -> Read:
    signature = received.headers.get(SIGNATURE) or digest(received.body)
    receipt = Receipt([each for each in (signature, received.headers.get(INVOCATION, "")[:100]) if each])
    if not received.body.strip():
        return Read(receipt, note="Zendesk sent nothing in it, as it does now and then.")
    said = parsed(received.body)
    if words(said, "type").startswith("zen:"):
        return _event(said, receipt, received)
    if "state" in said:
        return Read(receipt, [generic.alert(said, "zendesk")])
    return _trigger(said, receipt, received)


def _trigger(said: Fields, receipt: Receipt, received: Received) -> Read:
    """As the operator's own template has it; every value is text."""
    ticket = part(said, "ticket")
    if not words(ticket, "id"):
        raise Unreadable("It has neither a `ticket` with an `id`, nor a `state`, nor a `type` like `zen:event-type:…`.")
    came = words(ticket, "status").lower() not in GONE
    return Read(receipt, tickets=[Ticket(words(said, "queue"), words(ticket, "id"), came, received.at)])


def _event(said: Fields, receipt: Receipt, received: Received) -> Read:
    """Of an event subscription. A group is only a number in it, so the queue is the hook's own."""
    kind = words(said, "type").removeprefix("zen:event-type:")
    id, at = words(part(said, "detail"), "id"), instant(said, "time") or received.at
    current, previous = (words(part(said, "event"), name).lower() for name in ("current", "previous"))
    is_gone, was_gone = current in GONE, previous in GONE
    if id and kind in CREATED:
        return Read(receipt, tickets=[Ticket("", id, True, at)])
    if id and kind in STATUS and is_gone != was_gone:
        return Read(receipt, tickets=[Ticket("", id, not is_gone, at)])
    return Read(receipt, note=f"`{kind}` brings no ticket and takes none away.")


def _signed(secret: str, at: str, body: bytes) -> str:
    return base64.b64encode(signed(secret, at.encode("utf-8", "replace"), body)).decode()


def _is_iso(at: str) -> bool:
    """A date and a time: with the signed text in one piece, nothing of the body may pass for the time's end."""
    return "T" in at and len(at) >= len("2026-11-22T10:00:00Z")
