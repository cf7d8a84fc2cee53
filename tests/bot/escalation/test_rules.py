"""Rules of escalation: who may be asked, the state machine of an ask, and one open ask per subject."""

from collections.abc import Sequence
from datetime import timedelta

import pytest
from sqlalchemy.exc import IntegrityError
from sqlalchemy.ext.asyncio import AsyncSession

from bot.escalation.models import Ask, Kind, State
from bot.escalation.rules import (
    TRANSITIONS,
    Candidate,
    change_state,
    choose_next,
    has_grown,
    is_only_in_cooldown,
    may_be_asked,
)
from bot.org.people import Person, draw_lot
from bot.org.teams.models import Team
from tests.conftest import TUESDAY


def ask(who: str = "UMAYA", state: State = State.WAITING, *, team_id: int = 1, about: int = 7) -> Ask:
    return Ask("T1", team_id, Kind.SPIKE, about, who, TUESDAY, 40.0, state)


def candidate(
    name: str = "ana", *, free: bool = True, in_peace: bool = False, sizes: Sequence[float | None] = ()
) -> Candidate:
    lot = draw_lot(name, "spike", 1)
    return Candidate(Person("T1", name, name), lot=lot, is_free=free, is_in_cooldown=in_peace, sizes=sizes)


@pytest.mark.parametrize(
    ("since", "size", "expected"),
    [(20, 29, False), (20, 30, True), (None, 30, False), (20, None, False), (0, 0, False), (0, 9, False)],
)
def test_spike_has_grown_once_it_is_50_percent_larger_than_when_the_leader_was_asked(
    since: float | None, size: float | None, expected: bool
) -> None:
    assert has_grown(since, size) is expected


@pytest.mark.parametrize(
    ("someone", "may_be"),
    [
        (candidate(), True),
        (candidate(free=False), False),
        (candidate(in_peace=True), False),
        (candidate(sizes=[20]), True),
        (candidate(sizes=[21]), False),
        (candidate(sizes=[10, 20]), False),
    ],
)
def test_candidate_is_asked_again_only_if_the_spike_has_grown_by_half(someone: Candidate, may_be: bool) -> None:
    assert may_be_asked(someone, 30) is may_be


@pytest.mark.parametrize(
    ("someone", "waits"),
    [
        (candidate(in_peace=True), True),
        (candidate(), False),
        (candidate(in_peace=True, free=False), False),
        (candidate(in_peace=True, sizes=[21]), False),
    ],
)
def test_candidate_counts_as_in_cooldown_only_if_nothing_else_rules_them_out(someone: Candidate, waits: bool) -> None:
    assert is_only_in_cooldown(someone, 30) is waits


def test_ties_between_equal_candidates_are_broken_at_random() -> None:
    names = ["ana", "ben", "eli"]
    found = choose_next(map(candidate, names))
    again = choose_next(map(candidate, reversed(names)))

    assert found
    assert again
    assert found.person.id == again.person.id == min(names, key=lambda each: draw_lot(each, "spike", 1))


@pytest.mark.parametrize("before", State)
@pytest.mark.parametrize("after", State)
def test_ask_allows_only_the_transitions_of_its_state_machine(before: State, after: State) -> None:
    found, later = ask(state=before), TUESDAY + timedelta(minutes=1)
    if after not in TRANSITIONS[before]:
        with pytest.raises(ValueError, match="cannot be"):
            change_state(found, after, now=later)
        return
    change_state(found, after, now=later)

    is_waiting = after is State.WAITING
    assert (found.state, found.answered_at) == (after, None if is_waiting else later)
    assert found.asked_at == (later if is_waiting else TUESDAY)


@pytest.mark.parametrize("state", State)
async def test_database_allows_one_open_ask_per_subject(session: AsyncSession, team: Team, state: State) -> None:
    session.add(ask(team_id=team.id))
    session.add(ask("UBEN", team_id=team.id, about=8))
    await session.flush()
    session.add(ask("UBEN", state, team_id=team.id))
    if state is State.WAITING:
        with pytest.raises(IntegrityError):
            await session.flush()
    else:
        await session.flush()
