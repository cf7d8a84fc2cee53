"""One format for the alerts and tickets of all tools, and a parser for the words that tools use for alert states."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Signal(StrEnum):
    FIRING = "firing"
    RESOLVED = "resolved"
    INFO = "info"
    """Neither firing nor resolved: acknowledged, reassigned, a test. It changes nothing."""


class NoEffectReason(StrEnum):
    """Why an alert has no effect. Lists only reasons that people should be told."""

    TEST = "test"
    NO_DATA = "no data"
    """The tool had no data, so the state of the queue is unknown."""
    UNKNOWN = "unknown"
    """The tool's word for the state is not in our vocabulary."""


class State(NamedTuple):
    """The state of an alert: its signal, and the reason if it has no effect."""

    signal: Signal
    why: NoEffectReason | None = None


SOURCES_THAT_SEND_RESOLVED = frozenset({"grafana", "alertmanager", "pagerduty", "events", "datadog", "tickets"})
"""Sources that send a resolve by default, so their silence does not mean that an alert is over."""
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
NEGATIONS = {"not", "no", "never", "partially", "longer"}
"""Words that negate the word after them."""
WORDS = (
    dict.fromkeys(FIRING.split(), State(Signal.FIRING))
    | dict.fromkeys(RESOLVED.split(), State(Signal.RESOLVED))
    | dict.fromkeys(NEITHER.split(), State(Signal.INFO))
    | dict.fromkeys(TESTS.split(), State(Signal.INFO, NoEffectReason.TEST))
)
UNKNOWN = State(Signal.INFO, NoEffectReason.UNKNOWN)


def parse_state(said: str) -> State:
    """Parse the state of an alert from a tool's text: that of the first known word.

    An unknown text neither opens nor resolves anything, because it may mean either in another language.
    """
    words = "".join(mark if mark.isalpha() else " " for mark in said.casefold().replace("re-", "re")).split()
    if " ".join(words).startswith(MISSING) or " ".join(words).removeprefix("re").startswith(MISSING):
        return State(Signal.INFO, NoEffectReason.NO_DATA)
    for word in words:
        if word in NEGATIONS:
            return UNKNOWN
        if word in WORDS:
            return WORDS[word]
    return UNKNOWN


def state_of(name: str) -> State | None:
    """Return the state that an alert's name stands for, or None for an ordinary name.

    Grafana uses special names for test alerts and for rules that could not be evaluated.
    """
    name = (name.partition("]")[2] if name.startswith("[") else name).strip()
    if name.startswith(("DatasourceNoData", "DatasourceError")):
        return State(Signal.INFO, NoEffectReason.NO_DATA)
    is_test = name.startswith("TestAlert Grafana") or name == "Test notification"
    return State(Signal.INFO, NoEffectReason.TEST) if is_test else None


@dataclass(frozen=True)
class Alert:
    """An alert about a queue, from a tool, a message or a person."""

    source: str
    """The sender, like `grafana`, `message` or `person`."""
    signal: Signal
    key: str = ""
    """The deduplication key that links a resolve to its alert, within one source. If empty, the queue is the link."""
    queue: str = ""
    """The queue's name as the sender writes it; empty if the sender names none."""
    title: str = ""
    value: float | None = None
    """The measured value, such as how many customers wait. It is the size of a spike."""
    threshold: float | None = None
    url: str = ""
    """A link to the alert in the tool."""
    occurred_at: datetime | None = None
    why: NoEffectReason | None = None
    """Why the alert changes nothing, if people should be told."""
    word: str = ""
    """The sender's word for the state, if it is not in our vocabulary."""


@dataclass(frozen=True)
class Ticket:
    """One ticket or conversation that has moved. The bot counts those that enter or leave a queue."""

    queue: str
    id: str
    came: bool | None
    """True if the ticket entered the queue, False if it was solved, closed or moved away, None if it did neither."""
    at: datetime
    status: str = ""
    """The new status in the tool's word, if the tool sends one."""
    url: str = ""
    """A link to the ticket in the tool."""

    @property
    def state(self) -> str:
        """The new status or, if the tool sent none, whether the ticket is open."""
        return self.status.lower() or ("open" if self.came else "closed")
