"""Alerts from the tools around a queue: one module a sender, which proves and reads; `receiving` does the rest.

A module has `proves`, whether a request comes from the holder of the secret; `read`, what it tells, in `bot.alerts`'
words; and `sign`, the headers by which a request of ours would prove itself.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from types import ModuleType
from typing import Any

from bot.features.hooks.tables import Sender
from handlers.alerts import alertmanager, datadog, events, freshdesk, generic, grafana, intercom, pagerduty, zendesk
from handlers.alerts.delivery import Read, Receipt, Received, Unreadable, digest

SAMPLES = Path(__file__).parent / "samples"


@dataclass(frozen=True)
class Way:
    """A sender's module, and how it wants to be answered."""

    module: ModuleType
    unreadable: int = 400
    """What answers a body that says nothing. Some would stop sending at a 4xx, for one strange event."""
    done: int = 200
    answer: Mapping[str, Any] = field(default_factory=dict)
    """What its own API would answer; else ours."""

    @property
    def proves(self) -> Callable[[Received, Sequence[str]], bool]:
        found: Callable[[Received, Sequence[str]], bool] = self.module.proves
        return found

    def answered(self, read: Read) -> dict[str, Any]:
        """What its own API would answer to this; nothing where the answer is ours."""
        reference = {"dedup_key": read.reference} if read.reference else {}
        return {**self.answer, **reference} if self.answer else {}

    def invalid(self, problem: str) -> dict[str, Any]:
        """The same for what cannot be read."""
        return {"status": "invalid event", "message": problem, "errors": [problem]} if self.answer else {}

    @property
    def sign(self) -> Callable[[Received, str], dict[str, str]]:
        found: Callable[[Received, str], dict[str, str]] = self.module.sign
        return found


SENDERS: dict[Sender, Way] = {
    Sender.GRAFANA: Way(grafana),
    Sender.ALERTMANAGER: Way(alertmanager),
    Sender.PAGERDUTY: Way(pagerduty, unreadable=200),  # three refused ones and it stays silent for a day
    Sender.EVENTS: Way(events, done=202, answer={"status": "success", "message": "Event processed"}),
    Sender.DATADOG: Way(datadog, unreadable=200),
    Sender.ZENDESK: Way(zendesk, unreadable=200),
    Sender.INTERCOM: Way(intercom, unreadable=200),
    Sender.FRESHDESK: Way(freshdesk, unreadable=200),
    Sender.GENERIC: Way(generic),
}


def read(sender: Sender, received: Received) -> Read:
    """What a delivery tells; of one that cannot be read, why."""
    try:
        found: Read = SENDERS[sender].module.read(received)
    except Unreadable as problem:
        return Read(Receipt([digest(received.body)]), problem=str(problem))
    return found


def sample(sender: Sender) -> bytes:
    """A body as this sender documents it."""
    return (SAMPLES / f"{sender}.json").read_bytes()
