"""Zendesk sender: reports opened and closed tickets and new statuses, from triggers or event subscriptions."""

import base64
import re
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BeforeValidator

from bot.alerts import Ticket
from handlers.webhooks import generic
from handlers.webhooks.delivery import ParsedDelivery, Receipt, Received, Unreadable, digest
from handlers.webhooks.payloads import Instant, Link, Part, Payload, Text, parse_instant, parse_json, unknown_status
from handlers.webhooks.signatures import equals_any, hmac_digest, is_fresh

SIGNATURE = "x-zendesk-webhook-signature"
TIMESTAMP = "x-zendesk-webhook-signature-timestamp"
INVOCATION = "x-zendesk-webhook-invocation-id"
ADDRESS = re.compile(r"[\w.-]+/")
CREATED = ("ticket.created",)
STATUS = ("ticket.status_changed", "ticket.custom_status_changed")
HERE = ("created", "new", "open", "pending", "hold", "on-hold", "reopened")
GONE = ("solved", "closed", "deleted")
"""Statuses in English, as in Zendesk's events and in the template that leaders paste.

The placeholder `{{ticket.status}}` would be in the account's own language.
"""


def _add_scheme(said: Any) -> Any:
    """Complete the address of a ticket, which `{{ticket.url}}` sends without `https://`."""
    return f"https://{said}" if isinstance(said, str) and ADDRESS.match(said) else said


class Numbered(Payload):
    id: Text = ""
    event: Text = ""
    status: Text = ""
    url: Annotated[Link, BeforeValidator(_add_scheme)] = ""


class Change(Payload):
    current: Text = ""
    previous: Text = ""


class Said(Payload):
    queue: Text = ""
    ticket: Part[Numbered] = Numbered()
    type: Text = ""
    time: Instant = None
    detail: Part[Numbered] = Numbered()
    event: Part[Change] = Change()


def verify(received: Received, secrets: Sequence[str]) -> bool:
    """Verify the signature, which is the base64 HMAC of the timestamp directly followed by the body."""
    at = received.headers.get(TIMESTAMP, "")
    expected = [_signed(secret, at, received.body) for secret in secrets]
    return (
        equals_any(received.headers.get(SIGNATURE, ""), expected)
        and _is_iso(at)
        and is_fresh(parse_instant(at), received)
    )


def sign(received: Received, secret: str) -> dict[str, str]:
    at = f"{received.at:%Y-%m-%dT%H:%M:%SZ}"
    return {TIMESTAMP: at, SIGNATURE: _signed(secret, at, received.body)}


def parse(received: Received) -> ParsedDelivery:
    signature = received.headers.get(SIGNATURE) or digest(received.body)
    receipt = Receipt([each for each in (signature, received.headers.get(INVOCATION, "")[:100]) if each])
    if not received.body.strip():
        return ParsedDelivery(receipt, note="Zendesk sent an empty delivery, as it sometimes does.")
    fields = parse_json(received.body)
    said = Said.model_validate(fields)
    if said.type.startswith("zen:"):
        return _event(said, receipt, received)
    if "state" in fields:
        return ParsedDelivery(receipt, [generic.alert(fields, "zendesk")])
    return _trigger(said, receipt, received)


def _trigger(said: Said, receipt: Receipt, received: Received) -> ParsedDelivery:
    """Parse a trigger's delivery, in the format of the template that leaders paste; all values are text."""
    ticket = said.ticket
    if not ticket.id:
        raise Unreadable("It has neither a `ticket` with an `id`, nor a `state`, nor a `type` like `zen:event-type:…`.")
    came = _read_arrival(ticket.event) if ticket.event else _read_arrival(ticket.status)
    told = [Ticket(said.queue, ticket.id, came, received.at, ticket.status, ticket.url)]
    if came is None:
        note = unknown_status(ticket.event or ticket.status)
        return ParsedDelivery(receipt, tickets=told if ticket.status else [], note=note)
    return ParsedDelivery(receipt, tickets=told)


def _event(said: Said, receipt: Receipt, received: Received) -> ParsedDelivery:
    """Parse an event subscription's delivery; its tickets get the webhook's queue, because events have none."""
    kind, id, at = said.type.removeprefix("zen:event-type:"), said.detail.id, said.time or received.at
    is_here, was_here = _read_arrival(said.event.current), _read_arrival(said.event.previous)
    if id and kind in CREATED:
        return ParsedDelivery(receipt, tickets=[Ticket("", id, True, at, said.detail.status)])
    note, told = f"`{kind}` does not open or close a ticket.", list[Ticket]()
    if id and kind in STATUS and is_here is not None and was_here is not None:
        came, note = (is_here, "") if is_here != was_here else (None, note)
        told = [Ticket("", id, came, at, said.event.current)]
    return ParsedDelivery(receipt, tickets=told, note=note)


def _read_arrival(status: str) -> bool | None:
    """Return True if a ticket of this status counts as opened, False if as closed, None if unknown."""
    known = dict.fromkeys(HERE, True) | dict.fromkeys(GONE, False)
    return known.get(status.lower())


def _signed(secret: str, at: str, body: bytes) -> str:
    return base64.b64encode(hmac_digest(secret, at.encode("utf-8", "replace"), body)).decode()


def _is_iso(at: str) -> bool:
    """Return whether the timestamp is a full date and time.

    Timestamp and body are signed without a separator, so otherwise part of one could pass as part of the other.
    """
    return "T" in at and len(at) >= len("2026-11-22T10:00:00Z")
