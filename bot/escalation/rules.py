"""Who may be asked and who is next, and what may become of an ask: pure decisions, the same for every kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.escalation.models import Ask, State
from bot.org.people import Person

GROWTH_FACTOR = 1.5
"""A size so many times the one before is worth asking again."""
WAITING, ACCEPTED, DECLINED, EXPIRED, WITHDRAWN = State
TRANSITIONS: dict[State, set[State]] = {
    WAITING: {ACCEPTED, DECLINED, EXPIRED, WITHDRAWN},
    ACCEPTED: set(),
    DECLINED: {ACCEPTED, DECLINED},
    EXPIRED: {ACCEPTED, DECLINED},
    WITHDRAWN: {ACCEPTED, DECLINED, WAITING},
}
"""Who said no, or nothing in time, may still come; anything else is a mistake of ours."""


@dataclass(frozen=True)
class Candidate:
    """Somebody who could be asked, as the order looks at them."""

    person: Person
    turn: tuple[Any, ...] = ()
    """The policy's sort key: who has the smallest is next."""
    lot: bytes = b""
    """Decides between those whose turn it is alike."""
    is_free: bool = True
    is_in_peace: bool = False
    """Asked for another thing a moment ago."""
    sizes: Sequence[float | None] = ()
    """How big it was each time they were asked for it."""


def has_grown(since: float | None, size: float | None) -> bool:
    return since is not None and size is not None and 0 < since * GROWTH_FACTOR <= size


def may_be_asked(candidate: Candidate, size: float | None) -> bool:
    """Once for each thing, and once more only if it has grown since."""
    if not candidate.is_free or candidate.is_in_peace or len(candidate.sizes) > 1:
        return False
    return not candidate.sizes or has_grown(candidate.sizes[0], size)


def waits_for_cooldown(candidate: Candidate, size: float | None) -> bool:
    """Whether nothing but the question about another thing keeps somebody from being asked."""
    return candidate.is_in_peace and may_be_asked(replace(candidate, is_in_peace=False), size)


def choose_next(candidates: Iterable[Candidate], size: float | None = None) -> Candidate | None:
    """Return who is asked next, those not asked yet first; None when nobody is left."""
    return min((each for each in candidates if may_be_asked(each, size)), key=_order, default=None)


def _order(each: Candidate) -> tuple[bool, tuple[Any, ...], bytes]:
    return bool(each.sizes), each.turn, each.lot


def change_state(ask: Ask, state: State, *, how: str | None = None, now: datetime) -> None:
    """Write down an answer, or that none is waited for; one that waits again is asked now."""
    if state not in TRANSITIONS[State(ask.state)]:
        raise ValueError(f"an ask that is {ask.state} cannot be {state}")
    ask.state, ask.how, ask.answered_at = state, how, now
    if state is WAITING:
        ask.asked_at, ask.answered_at = now, None
