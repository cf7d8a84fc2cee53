"""What the tools around a queue tell, in one shape, whichever of them said it and in whatever way."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Signal(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"
    INFO = "info"
    """Neither: acknowledged, reassigned, a test. It changes nothing."""


class Why(StrEnum):
    """Why an alert changes nothing, where somebody should hear of it."""

    TEST = "test"
    NO_DATA = "no data"
    """It could not be measured, so that nobody knows how the queue is."""
    UNKNOWN = "unknown"
    """Its state is a word that we do not know."""


class State(NamedTuple):
    """A word of a tool's for how things are, as it is understood."""

    signal: Signal
    why: Why | None = None


SENDS_ENDS = frozenset({"grafana", "alertmanager", "pagerduty", "events", "datadog", "tickets"})
"""Sources that tell when something is over, as long as nobody turns that off: their silence says nothing."""
FIRING = (
    "firing fire fired alerting alert alerted alarm triggered retriggered trigger critical crit open opened "
    "reopened red down problem high breached breach breaching exceeded failed failing failure fail error spike "
    "warning warn rewarn major minor severe urgent emergency fatal panic active activated create created start "
    "started raised unhealthy degraded unreachable offline outage overloaded renotify unacknowledged"
)
RESOLVED = (
    "resolved resolve ok okay recovered recovery recover closed close green cleared clear calm normal up fixed "
    "done solved back passing passed pass good success successful succeeded healthy inactive deactivated restored "
    "ended end finished online operational"
)
NEITHER = (
    "acknowledged acknowledge acknowledgement ack acked info information informational pending paused pause "
    "silenced suppressed muted snoozed shelved inhibited assigned reassigned escalated annotated comment "
    "commented maintenance downtime debug trace update updated investigating identified monitoring"
)
TESTS = "test testing"
MISSING = ("no data", "nodata", "insufficient data", "missing data", "datasource nodata", "datasourcenodata")
DENIED = {"not", "no", "never", "partially", "longer"}
"""Before a word that we know they make another one of it."""
WORDS = (
    dict.fromkeys(FIRING.split(), State(Signal.FIRING))
    | dict.fromkeys(RESOLVED.split(), State(Signal.RESOLVED))
    | dict.fromkeys(NEITHER.split(), State(Signal.INFO))
    | dict.fromkeys(TESTS.split(), State(Signal.INFO, Why.TEST))
)
UNKNOWN = State(Signal.INFO, Why.UNKNOWN)


def state(said: str) -> State:
    """Return what a tool's word for how things are means, whatever tool; the first word that means something counts.

    One that is not known opens nothing and ends nothing: it may be another language's word for either.
    """
    words = "".join(mark if mark.isalpha() else " " for mark in said.casefold().replace("re-", "re")).split()
    if " ".join(words).startswith(MISSING) or " ".join(words).removeprefix("re").startswith(MISSING):
        return State(Signal.INFO, Why.NO_DATA)
    for word in words:
        if word in DENIED:
            return UNKNOWN
        if word in WORDS:
            return WORDS[word]
    return UNKNOWN


def state_of(name: str) -> State | None:
    """What an alert's name alone says of it, as Grafana names its tests and rules that could not be evaluated."""
    name = (name.partition("]")[2] if name.startswith("[") else name).strip()
    if name.startswith(("DatasourceNoData", "DatasourceError")):
        return State(Signal.INFO, Why.NO_DATA)
    is_test = name.startswith("TestAlert Grafana") or name == "Test notification"
    return State(Signal.INFO, Why.TEST) if is_test else None


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
    why: Why | None = None
    """Why it changes nothing, where that is worth a word."""
    word: str = ""
    """Its state as the sender has it, where we do not know that word."""


@dataclass(frozen=True)
class Ticket:
    """A tool tells of one ticket or conversation that came into a queue, or left it. They are counted."""

    queue: str
    id: str
    came: bool
    """False when it is solved, closed or moved away."""
    at: datetime
