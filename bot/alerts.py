"""What the tools around a queue tell, in one shape, whichever of them said it and in whatever way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class Signal(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"
    INFO = "info"
    """Neither: acknowledged, reassigned, renotified. It changes nothing."""


SENDS_ENDS = frozenset({"grafana", "alertmanager", "pagerduty", "events", "datadog", "tickets"})
"""Sources that tell when something is over, as long as nobody turns that off: their silence says nothing."""


@dataclass(frozen=True)
class Alert:
    """A tool says how a queue is."""

    source: str
    """Who told, like `grafana`, `message` or `person`."""
    signal: Signal
    key: str = ""
    """Ties a resolve to what fired, within one source; none where there is only the queue to go by."""
    queue: str = ""
    """As the sender names it; none where it does not say."""
    title: str = ""
    value: float | None = None
    """How many wait, say; a spike's size."""
    threshold: float | None = None
    url: str = ""
    """Where to look."""
    occurred_at: datetime | None = None


@dataclass(frozen=True)
class Ticket:
    """A tool tells of one ticket or conversation that came into a queue, or left it. They are counted."""

    queue: str
    id: str
    came: bool
    """False when it is solved, closed or moved away."""
    at: datetime
