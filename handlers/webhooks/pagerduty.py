"""PagerDuty sender (V3 webhooks): an incident of a service is an alert for the queue with the service's name."""

from collections.abc import Sequence

from bot.alerts import Alert, Signal
from handlers.webhooks.delivery import A_TEST, ParsedDelivery, Received, body_receipt
from handlers.webhooks.payloads import Instant, Link, Part, Payload, Text, parse_json
from handlers.webhooks.signatures import equals_any, hmac_digest

SIGNATURE = "x-pagerduty-signature"
VERSION = "v1="
MOST = 20
SIGNALS = {
    "incident.triggered": Signal.FIRING,
    "incident.reopened": Signal.FIRING,
    "incident.unacknowledged": Signal.FIRING,
    "incident.resolved": Signal.RESOLVED,
    "incident.acknowledged": Signal.INFO,
    "incident.escalated": Signal.INFO,
    "incident.reassigned": Signal.INFO,
    "incident.priority_updated": Signal.INFO,
}


class Service(Payload):
    summary: Text = ""


class Incident(Payload):
    id: Text = ""
    type: Text = ""
    title: Text = ""
    html_url: Link = ""
    service: Part[Service] = Service()


class Event(Payload):
    id: Text = ""
    event_type: Text = ""
    occurred_at: Instant = None
    data: Part[Incident] = Incident()


class Told(Payload):
    event: Part[Event] = Event()


def verify(received: Received, secrets: Sequence[str]) -> bool:
    """Verify the signature; while a secret is being rotated, the header has several, and any of them may match."""
    given = [each.strip() for each in received.headers.get(SIGNATURE, "").split(",")]
    expected = [VERSION + hmac_digest(secret, received.body).hex() for secret in secrets]
    right = [equals_any(each, expected) for each in given[:MOST] if each.startswith(VERSION)]
    return any(right)


def sign(received: Received, secret: str) -> dict[str, str]:
    return {SIGNATURE: VERSION + hmac_digest(secret, received.body).hex()}


def parse(received: Received) -> ParsedDelivery:
    event = Told.model_validate(parse_json(received.body)).event
    kind, incident, at = event.event_type, event.data, event.occurred_at
    receipt = body_receipt(event.id, received.body, at)  # the header with the delivery's id is not signed
    if kind == "pagey.ping":
        return ParsedDelivery(receipt, note=A_TEST)
    if kind not in SIGNALS or incident.type not in ("incident", "incident_reference"):
        return ParsedDelivery(receipt, note=f"`{kind or 'an event without a type'}` is not about an incident's state.")
    alert = Alert(
        "pagerduty", SIGNALS[kind],
        key=incident.id,
        queue=incident.service.summary,
        title=incident.title,
        url=incident.html_url,
        occurred_at=at,
    )  # fmt: skip
    return ParsedDelivery(receipt, [alert])
