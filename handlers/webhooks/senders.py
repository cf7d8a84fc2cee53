"""Registry of senders: their modules, the responses they expect, and sample payloads."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Protocol

from bot.features.webhooks import Sender
from handlers.webhooks import (
    alertmanager,
    datadog,
    freshdesk,
    generic,
    grafana,
    intercom,
    pagerduty,
    pagerduty_events,
    zendesk,
)
from handlers.webhooks.delivery import ParsedDelivery, Receipt, Received, Unreadable, digest

SAMPLES = Path(__file__).parent / "samples"


class Module(Protocol):
    """The interface of each sender's module."""

    def verify(self, received: Received, secrets: Sequence[str]) -> bool: ...

    def sign(self, received: Received, secret: str) -> dict[str, str]: ...

    def parse(self, received: Received) -> ParsedDelivery: ...


@dataclass(frozen=True)
class SenderModule:
    """A sender's module, and the responses that the sender expects."""

    module: Module
    unreadable: int = 400
    """Status for an unreadable payload. It is 200 for senders that stop sending after some 4xx responses."""
    done: int = 200
    answer: Mapping[str, Any] = field(default_factory=dict)
    """The response body that the sender's API client expects; empty for Steward's own format."""

    def response_body(self, read: ParsedDelivery) -> dict[str, Any]:
        """Return the response body that a sender's API client expects; empty for Steward's own format."""
        reference = {"dedup_key": read.reference} if read.reference else {}
        return {**self.answer, **reference} if self.answer else {}

    def error_body(self, problem: str) -> dict[str, Any]:
        """Return the response body for an unreadable payload; empty for Steward's own format."""
        return {"status": "invalid event", "message": problem, "errors": [problem]} if self.answer else {}


SENDERS: dict[Sender, SenderModule] = {
    Sender.GRAFANA: SenderModule(grafana),
    Sender.ALERTMANAGER: SenderModule(alertmanager),
    Sender.PAGERDUTY: SenderModule(pagerduty, unreadable=200),  # after three rejected deliveries it stops for a day
    Sender.EVENTS: SenderModule(pagerduty_events, done=202, answer={"status": "success", "message": "Event processed"}),
    Sender.DATADOG: SenderModule(datadog, unreadable=200),
    Sender.ZENDESK: SenderModule(zendesk, unreadable=200),
    Sender.INTERCOM: SenderModule(intercom, unreadable=200),
    Sender.FRESHDESK: SenderModule(freshdesk, unreadable=200),
    Sender.GENERIC: SenderModule(generic),
}


def parse_delivery(sender: Sender, received: Received) -> ParsedDelivery:
    """Parse a delivery; the result of an unreadable one has a `problem`."""
    try:
        return SENDERS[sender].module.parse(received)
    except Unreadable as problem:
        return ParsedDelivery(Receipt([digest(received.body)]), problem=str(problem))


def load_sample(sender: Sender) -> bytes:
    """Return a sample payload from the sender's documentation."""
    return (SAMPLES / f"{sender}.json").read_bytes()
