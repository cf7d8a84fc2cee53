"""Sender for tools that support PagerDuty's Events API v2; the routing key is the secret."""

import hashlib
import re
from collections.abc import Sequence

from bot.alerts import Alert, Signal
from handlers.webhooks.delivery import ParsedDelivery, Received, Unreadable, state_receipt
from handlers.webhooks.payloads import Instant, Link, Object, Part, Parts, Payload, Text, number, parse_json, words
from handlers.webhooks.signatures import equals_any, has_shared_secret

SIGNALS = {"trigger": Signal.FIRING, "acknowledge": Signal.INFO, "resolve": Signal.RESOLVED}
NUMBERS = re.compile(r"\d+")
CHANGE = "A change event, which is not an alert."


class Linked(Payload):
    href: Link = ""


class About(Payload):
    summary: Text = ""
    source: Text = ""
    group: Text = ""
    component: Text = ""
    timestamp: Instant = None
    custom_details: Object = {}


class Event(Payload):
    routing_key: Text = ""
    event_action: Text = ""
    dedup_key: Text = ""
    client_url: Link = ""
    links: Parts[Linked] = []
    payload: Part[About] = About()


def verify(received: Received, secrets: Sequence[str]) -> bool:
    try:
        key = words(parse_json(received.body).get("routing_key"))
    except Unreadable:
        key = ""
    return any([equals_any(key, secrets), has_shared_secret(received, secrets)])


def sign(received: Received, secret: str) -> dict[str, str]:
    return {"authorization": f"Bearer {secret}"}


def parse(received: Received) -> ParsedDelivery:
    fields = parse_json(received.body)
    event = Event.model_validate(fields)
    action, about = event.event_action.lower(), event.payload
    if not action and about.summary:
        return ParsedDelivery(state_receipt(received), note=CHANGE)
    if action not in SIGNALS:
        raise Unreadable("`event_action` must be `trigger`, `acknowledge` or `resolve`.")
    queue = words(about.custom_details.get("queue")) or about.group
    key = event.dedup_key or (_fallback_key(about, queue) if action == "trigger" else "")
    alert = Alert(
        "events", SIGNALS[action],
        key=key,
        queue=queue,
        title=about.summary,
        value=number(about.custom_details.get("value")),
        threshold=number(about.custom_details.get("threshold")),
        url=event.client_url or next((each.href for each in event.links if each.href), ""),
        occurred_at=about.timestamp,
    )  # fmt: skip
    return ParsedDelivery(state_receipt(received), [alert], reference=key or _fallback_key(about, queue))


def _fallback_key(about: About, queue: str) -> str:
    """Return a deduplication key for an event without one, ignoring numbers in its summary, which may change."""
    named = (queue, about.source, about.component, NUMBERS.sub("", about.summary))
    return hashlib.sha256(repr(named).encode("utf-8", "replace")).hexdigest()[:32]
