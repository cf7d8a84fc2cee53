"""A spike's states, and whose turn it is to help, without a database.

open → asking → covered → resolved → debriefed; a firing soon after its end leads back to the beginning. Also: what is
old news, and when a calm is believed.
"""

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from enum import StrEnum

from bot.escalation.rules import has_grown
from bot.features.spikes.models import PERSON, Cause, Ended, Spike, State

CALM_DELAY = timedelta(minutes=2)
"""How long a calm that a tool tells of has to last; twice as long each time the spike was re-opened."""
MOST_DOUBLINGS = 3
MAX_CLOCK_SKEW = timedelta(days=1)
"""As far ahead as a clock in another zone may be."""
QUIET_TIMEOUT = timedelta(hours=2)
"""So long after the last word of it a spike is over."""


class Step(StrEnum):
    ASK = "ask"
    GIVE_UP = "give up"
    """The leader asked has not come, and nobody is left to ask."""
    COVER = "cover"
    LEAVE = "leave"
    """The last one who helped is done, and the queue is not."""
    END = "end"
    FIRE = "fire"
    """It is over its limit again."""
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
"""All there is; anything else is a mistake of ours."""


def take_step(spike: Spike, step: Step) -> None:
    """Go one step."""
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
    """Write down how big it is; says whether it has grown."""
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
    """Write down the size of the worst that fires, and its own limit; says whether it has grown."""
    found = find_worst(firing)
    limits = [each.threshold for each in firing if each.threshold is not None]
    spike.value = found.value if found else None
    spike.threshold = found.threshold if found else next(iter(limits), None)
    return record_size(spike, spike.value)


def find_worst(firing: Sequence[Cause]) -> Cause | None:
    """Return what is furthest over its own limit, or the largest where a limit is not known; None without a number.

    What a person said counts until a tool says a number later.
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
    """When a calm that was told of will have lasted long enough; None while nobody told of one."""
    return spike.calm_at and spike.calm_at + CALM_DELAY * 2 ** min(spike.reopened, MOST_DOUBLINGS)


def is_old_news(known: Cause | None, *, is_firing: bool, occurred_at: datetime | None) -> bool:
    """Whether a source told later things of this before: senders repeat, and do not keep order.

    Of a firing and an end at the same instant the end is the later one: repeats of a firing carry when it began.
    """
    if known is None or known.occurred_at is None or occurred_at is None:
        return False
    return (occurred_at, not is_firing) < (known.occurred_at, not known.is_firing)


def clamp_occurred_at(occurred_at: datetime | None, now: datetime) -> datetime | None:
    """When it happened, as the sender says; what is dated days ahead happened now."""
    return now if occurred_at and occurred_at > now + MAX_CLOCK_SKEW else occurred_at


NEVER = datetime.min.replace(tzinfo=UTC)


def turn(
    *, is_deputy: bool = False, is_ready: bool = True, frontline: int = 0, asked_at: datetime | None = None
) -> tuple[bool, bool, int, datetime]:
    """Whose turn it is: leaders before deputies, who may answer customers before who sits beside somebody.

    Then who had the fewest minutes with customers in the last 14 days, then who was asked longest ago.
    """
    return is_deputy, not is_ready, frontline, asked_at or NEVER
