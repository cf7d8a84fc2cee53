"""Whom to ask next, and the state machine of an ask: pure functions, the same for every kind."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from bot.escalation.models import Ask, State
from bot.org.people import Person

GROWTH_FACTOR = 1.5
"""By which factor a subject must grow before the same person may be asked again."""
WAITING, ACCEPTED, DECLINED, EXPIRED, WITHDRAWN = State
TRANSITIONS: dict[State, set[State]] = {
    WAITING: {ACCEPTED, DECLINED, EXPIRED, WITHDRAWN},
    ACCEPTED: set(),
    DECLINED: {ACCEPTED, DECLINED},
    EXPIRED: {ACCEPTED, DECLINED},
    WITHDRAWN: {ACCEPTED, DECLINED, WAITING},
}
"""The state machine of an ask. After declining or a timeout a person may still accept; other transitions are bugs."""


@dataclass(frozen=True)
class Candidate:
    """A person who could be asked for help, with the facts that decide who is asked first."""

    person: Person
    turn: tuple[Any, ...] = ()
    """The policy's sort key: the candidate with the smallest key is next."""
    lot: bytes = b""
    """A draw that breaks ties between candidates with equal turns."""
    is_free: bool = True
    is_off_hours: bool = False
    """Whether the person is asked although they are not at work now."""
    is_in_cooldown: bool = False
    """Whether the cooldown after an ask about another subject is still running."""
    sizes: Sequence[float | None] = ()
    """The size of the subject each time the person was asked about it."""


def has_grown(since: float | None, size: float | None) -> bool:
    return since is not None and size is not None and 0 < since * GROWTH_FACTOR <= size


def may_be_asked(candidate: Candidate, size: float | None) -> bool:
    """Return whether a person may be asked: once about each subject, and once more if the subject has grown since."""
    if not candidate.is_free or candidate.is_in_cooldown or len(candidate.sizes) > 1:
        return False
    return not candidate.sizes or has_grown(candidate.sizes[0], size)


def is_only_in_cooldown(candidate: Candidate, size: float | None) -> bool:
    """Return whether the cooldown is the only reason not to ask this person now."""
    return candidate.is_in_cooldown and may_be_asked(replace(candidate, is_in_cooldown=False), size)


def choose_next(candidates: Iterable[Candidate], size: float | None = None) -> Candidate | None:
    """Return the candidate to ask next, or None if nobody is left. People who have not been asked yet come first."""
    return min((each for each in candidates if may_be_asked(each, size)), key=_order, default=None)


def _order(each: Candidate) -> tuple[bool, tuple[Any, ...], bytes]:
    return bool(each.sizes), each.turn, each.lot


def change_state(ask: Ask, state: State, *, how: str | None = None, now: datetime) -> None:
    """Move an ask to another state. A reopened ask gets `now` as the time it was asked.

    Raises `ValueError` for a transition that is not in `TRANSITIONS`.
    """
    if state not in TRANSITIONS[State(ask.state)]:
        raise ValueError(f"an ask that is {ask.state} cannot be {state}")
    ask.state, ask.how, ask.answered_at = state, how, now
    if state is WAITING:
        ask.asked_at, ask.answered_at = now, None
