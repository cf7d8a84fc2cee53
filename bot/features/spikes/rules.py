"""The state machine of a spike, and the order in which leaders are asked, without a database.

open → asking → covered → resolved → debriefed; an alert within the cooldown reopens it. Also: which alerts are out of
date, and when the calm delay is over.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.escalation.rules import has_grown
from bot.features.spikes.models import PERSON, Cause, Ended, Spike, State

CALM_DELAY = timedelta(minutes=2)
"""How long a tool's resolved alert must hold before the spike ends (debounce); doubles with each reopening."""
MOST_DOUBLINGS = 3
MAX_CLOCK_SKEW = timedelta(days=1)
"""How far in the future an alert's time may be: a sender may use the wrong time zone."""
QUIET_TIMEOUT = timedelta(hours=2)
"""How long after the last report a spike ends by silence."""


class Step(StrEnum):
    ASK = "ask"
    GIVE_UP = "give up"
    """The leader who was asked has not come, and nobody is left to ask."""
    COVER = "cover"
    LEAVE = "leave"
    """The last helper has left, and the spike is not over."""
    END = "end"
    FIRE = "fire"
    """The queue is over its limit again."""
    DEBRIEF = "debrief"


OPEN, ASKING, COVERED, RESOLVED, DEBRIEFED = State
TRANSITIONS: dict[tuple[State, Step], State] = {
    (OPEN, Step.ASK): ASKING,
    (OPEN, Step.GIVE_UP): OPEN,
    (OPEN, Step.COVER): COVERED,
    (OPEN, Step.END): RESOLVED,
    (ASKING, Step.ASK): ASKING,
    (ASKING, Step.GIVE_UP): OPEN,
    (ASKING, Step.COVER): COVERED,
    (ASKING, Step.END): RESOLVED,
    (COVERED, Step.ASK): COVERED,
    (COVERED, Step.COVER): COVERED,
    (COVERED, Step.LEAVE): OPEN,
    (COVERED, Step.END): RESOLVED,
    (RESOLVED, Step.DEBRIEF): DEBRIEFED,
    (RESOLVED, Step.FIRE): OPEN,
    (DEBRIEFED, Step.DEBRIEF): DEBRIEFED,
    (DEBRIEFED, Step.FIRE): OPEN,
}
"""All valid transitions; any other is a bug."""


def take_step(spike: Spike, step: Step) -> None:
    """Change a spike's state by one step. Raises `ValueError` for an invalid transition."""
    state = TRANSITIONS.get((State(spike.state), step))
    if state is None:
        raise ValueError(f"a spike that is {spike.state} cannot {step}")
    spike.state = state


def end_spike(spike: Spike, how: Ended, now: datetime) -> None:
    take_step(spike, Step.END)
    spike.resolved_at, spike.ended_how = spike.heard_at if how is Ended.QUIET else spike.calm_at or now, how
    spike.calm_at = None


def reopen_spike(spike: Spike) -> None:
    take_step(spike, Step.FIRE)
    spike.resolved_at = spike.ended_how = spike.calm_at = None
    spike.reopened += 1


def record_size(spike: Spike, value: float | None) -> bool:
    """Store the size of a spike, and return whether it has grown enough to be reported."""
    if value is None:
        return False
    spike.value = value
    spike.peak = value if spike.peak is None else max(spike.peak, value)
    if spike.mark is None:
        spike.mark = spike.peak
    is_grown = has_grown(spike.mark, spike.peak)
    if is_grown:
        spike.mark = spike.peak
    return is_grown


def record_worst(spike: Spike, firing: Sequence[Cause]) -> bool:
    """Store value and threshold of the worst firing cause; return whether the spike has grown enough to report."""
    found = find_worst(firing)
    limits = [each.threshold for each in firing if each.threshold is not None]
    spike.value = found.value if found else None
    spike.threshold = found.threshold if found else next(iter(limits), None)
    return record_size(spike, spike.value)


def find_worst(firing: Sequence[Cause]) -> Cause | None:
    """Return the cause with the highest ratio of value to threshold, or None if no cause has a value.

    If any threshold is unknown, the largest value wins. A person's value counts until a tool reports a later value.
    """
    tools = [each for each in firing if each.value is not None and each.source != PERSON]
    newest = max((each.heard_at for each in tools), default=None)
    people = [each for each in firing if each.value is not None and each.source == PERSON]
    known = [*tools, *(each for each in people if newest is None or each.heard_at >= newest)]
    by = _ratio if all(each.threshold and each.threshold > 0 for each in known) else _size
    return max(known, key=by, default=None)


def _size(cause: Cause) -> float:
    return cause.value or 0.0


def _ratio(cause: Cause) -> float:
    return _size(cause) / (cause.threshold or 1.0)


def calm_confirmed_at(spike: Spike) -> datetime | None:
    """Return when a resolved spike counts as over, or None while no tool has reported it as resolved."""
    return spike.calm_at and spike.calm_at + CALM_DELAY * 2 ** min(spike.reopened, MOST_DOUBLINGS)


def is_outdated(known: Cause | None, *, is_firing: bool, occurred_at: datetime | None) -> bool:
    """Return whether an alert is outdated: its source has already reported something later about the same key.

    Senders repeat and reorder alerts. If a firing and a resolved alert have the same time, the resolved one is later,
    because repeats of a firing alert carry its start time.
    """
    if known is None or known.occurred_at is None or occurred_at is None:
        return False
    return (occurred_at, not is_firing) < (known.occurred_at, not known.is_firing)


def clamp_occurred_at(occurred_at: datetime | None, now: datetime) -> datetime | None:
    """Return when an alert occurred by the sender's clock; `now` if that is more than `MAX_CLOCK_SKEW` ahead."""
    return now if occurred_at and occurred_at > now + MAX_CLOCK_SKEW else occurred_at


NEVER = datetime.min.replace(tzinfo=UTC)


def ask_order_key(
    *, is_deputy: bool = False, is_ready: bool = True, frontline: int = 0, asked_at: datetime | None = None
) -> tuple[bool, bool, int, datetime]:
    """Return a sort key for the order in which leaders are asked to help with a spike.

    Leaders come before deputies, and those who answer customers before those who only shadow. Next come those with the
    fewest minutes with customers in the last 14 days, then those who were asked longest ago.
    """
    return is_deputy, not is_ready, frontline, asked_at or NEVER
