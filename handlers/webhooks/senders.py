"""Every sender's module, how it wants to be answered, and a sample of what it sends."""

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
    """What each sender's module has."""

    def proves(self, received: Received, secrets: Sequence[str]) -> bool: ...

    def sign(self, received: Received, secret: str) -> dict[str, str]: ...

    def parse(self, received: Received) -> ParsedDelivery: ...


@dataclass(frozen=True)
class SenderModule:
    """A sender's module, and how it wants to be answered."""

    module: Module
    unreadable: int = 400
    """What answers a body that says nothing. Some would stop sending at a 4xx, for one strange event."""
    done: int = 200
    answer: Mapping[str, Any] = field(default_factory=dict)
    """What its own API would answer; else ours."""

    def answered(self, read: ParsedDelivery) -> dict[str, Any]:
        """What its own API would answer to this; nothing where the answer is ours."""
        reference = {"dedup_key": read.reference} if read.reference else {}
        return {**self.answer, **reference} if self.answer else {}

    def invalid(self, problem: str) -> dict[str, Any]:
        """The same for what cannot be read."""
        return {"status": "invalid event", "message": problem, "errors": [problem]} if self.answer else {}


SENDERS: dict[Sender, SenderModule] = {
    Sender.GRAFANA: SenderModule(grafana),
    Sender.ALERTMANAGER: SenderModule(alertmanager),
    Sender.PAGERDUTY: SenderModule(pagerduty, unreadable=200),  # three refused ones and it stays silent for a day
    Sender.EVENTS: SenderModule(pagerduty_events, done=202, answer={"status": "success", "message": "Event processed"}),
    Sender.DATADOG: SenderModule(datadog, unreadable=200),
    Sender.ZENDESK: SenderModule(zendesk, unreadable=200),
    Sender.INTERCOM: SenderModule(intercom, unreadable=200),
    Sender.FRESHDESK: SenderModule(freshdesk, unreadable=200),
    Sender.GENERIC: SenderModule(generic),
}


def parse_delivery(sender: Sender, received: Received) -> ParsedDelivery:
    """What a delivery tells; of one that cannot be read, why."""
    try:
        return SENDERS[sender].module.parse(received)
    except Unreadable as problem:
        return ParsedDelivery(Receipt([digest(received.body)]), problem=str(problem))


def load_sample(sender: Sender) -> bytes:
    """A body as this sender documents it."""
    return (SAMPLES / f"{sender}.json").read_bytes()
