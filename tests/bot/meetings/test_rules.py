"""Rules of meetings of every kind: who may answer, which times are allowed, and that a meeting ends once."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.errors import Refusal
from bot.meetings import rules
from bot.meetings.models import NOT_HELD, OPEN, WAITING, Kind, Meeting, Series, State
from bot.meetings.rules import Pair
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

AT = datetime(2026, 11, 18, 11, tzinfo=UTC)
AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
MAYA, ANA = (Person("T1", f"U{name.upper()}", name, "Europe/Lisbon") for name in ("maya", "ana"))
FAR = Person("T1", "UFAY", "fay", "Pacific/Auckland")
SERIES = Series("T1", 1, MAYA.id, ANA.id, rule="FREQ=WEEKLY", due_on=date(2026, 12, 1), since=TUESDAY)
PAIR = Pair(TEAM, MAYA, ANA, SERIES)
KINDS = pytest.mark.parametrize("kind", list(Kind))
ASKED = {State.REQUESTED: ANA.id, State.COUNTERED: MAYA.id}
"""The person who has to accept before the meeting is planned, by state."""


def meeting(kind: Kind = Kind.VISIT, state: State = State.REQUESTED, at: datetime = AT) -> Meeting:
    made = Meeting("T1", 1, kind, MAYA.id, ANA.id, 45, starts_at=at, made_at=TUESDAY, state=state)
    made.id = 1
    return made


def taken(*ids: str, about: str = "meeting:2", is_planned: bool = True) -> list[Busy]:
    return [Busy({*ids}, (AT - AN_HOUR / 2, AT + AN_HOUR / 4), about, is_planned)]


@KINDS
@pytest.mark.parametrize("state", list(State))
@pytest.mark.parametrize("by", [MAYA.id, ANA.id, "UBEN"])
def test_meeting_is_planned_only_when_the_person_asked_last_accepts(kind: Kind, state: State, by: str) -> None:
    this = meeting(kind, state)
    if ASKED.get(state) == by:
        rules.accept(PAIR, this, by, now=TUESDAY)
        assert (this.state, this.starts_at, this.is_invited) == (State.PLANNED, AT, True)
        return
    with pytest.raises(Refusal):
        rules.accept(PAIR, this, by, now=TUESDAY)
    assert (this.state, this.is_invited) == (state, False)


@KINDS
@pytest.mark.parametrize("state", WAITING)
@pytest.mark.parametrize(
    ("now", "busy", "sentence"),
    [
        (AT, [], "has passed"),
        (AT + AN_HOUR, [], "has passed"),
        (TUESDAY, taken(MAYA.id, "UTOM"), "something else at that time"),
        (TUESDAY, taken(ANA.id, "UTOM"), "something else at that time"),
        (TUESDAY, taken("UTOM"), None),
        (TUESDAY, taken(MAYA.id, ANA.id, about="meeting:1"), None),
        (TUESDAY, taken(ANA.id, "UTOM", is_planned=False), None),
    ],
    ids=["now", "passed", "organizer busy", "attendee busy", "others busy", "itself", "only asked"],
)
def test_past_or_taken_meeting_time_cannot_be_accepted(
    kind: Kind, state: State, now: datetime, busy: list[Busy], sentence: str | None
) -> None:
    this = meeting(kind, state)
    if sentence is None:
        rules.accept(PAIR, this, ASKED[state], busy=busy, now=now)
        assert this.state == State.PLANNED
        return
    with pytest.raises(Refusal, match=sentence):
        rules.accept(PAIR, this, ASKED[state], busy=busy, now=now)
    assert this.state == state


@KINDS
@pytest.mark.parametrize("state", WAITING)
@pytest.mark.parametrize(("by", "asks"), [(MAYA, State.REQUESTED), (ANA, State.COUNTERED)])
def test_suggested_time_can_be_accepted_only_by_the_other_person(
    kind: Kind, state: State, by: Person, asks: State
) -> None:
    this, at = meeting(kind, state), AT + A_DAY
    rules.suggest_time(PAIR, this, by.id, at, now=TUESDAY)

    assert (this.state, this.times, this.starts_at, this.sequence) == (asks, [at], at, 1)
    assert rules.find_person_asked(PAIR, this) is PAIR.other(by)
    with pytest.raises(Refusal):
        rules.accept(PAIR, this, by.id, now=TUESDAY)
    rules.accept(PAIR, this, PAIR.other(by).id, now=TUESDAY)
    assert (this.state, this.starts_at, this.times) == (State.PLANNED, at, [at])


@KINDS
def test_rescheduled_meeting_is_not_planned_until_the_other_person_accepts(kind: Kind) -> None:
    this = meeting(kind, State.PLANNED)
    rules.suggest_time(PAIR, this, MAYA.id, AT + AN_HOUR / 4, busy=taken(ANA.id, about="meeting:1"), now=TUESDAY)

    assert (this.state, this.starts_at) == (State.REQUESTED, AT + AN_HOUR / 4)


@KINDS
@pytest.mark.parametrize("by", [MAYA, ANA])
@pytest.mark.parametrize(
    ("at", "sentence"),
    [
        (TUESDAY, "has passed"),
        (TUESDAY - A_DAY, "has passed"),
        (AT, "busy then"),
        (AT.replace(hour=20), "isn't at work"),
        (AT.replace(day=21), "isn't at work"),
    ],
)
def test_suggested_meeting_time_must_be_free_in_the_future_and_in_working_hours(
    kind: Kind, by: Person, at: datetime, sentence: str
) -> None:
    this = meeting(kind, at=AT + A_DAY)
    with pytest.raises(Refusal, match=sentence) as refused:
        rules.suggest_time(PAIR, this, by.id, at, busy=taken(ANA.id, "UTOM"), now=TUESDAY)

    assert refused.value.field == rules.TIME
    assert (this.state, this.starts_at, this.sequence) == (State.REQUESTED, AT + A_DAY, 0)


def test_working_hours_of_the_other_person_limit_a_suggested_time() -> None:
    """It is night for Fay when it is morning for Maya, and vice versa."""
    pair, morning, night = Pair(TEAM, MAYA, FAR), AT, AT.replace(hour=22)
    this = Meeting("T1", 1, Kind.VISIT, MAYA.id, FAR.id, 45, starts_at=AT + A_DAY, made_at=TUESDAY)
    this.id = 1
    for by, at in ((MAYA, morning), (FAR, night)):
        with pytest.raises(Refusal, match="isn't at work"):
            rules.suggest_time(pair, this, by.id, at, now=TUESDAY)
    for by, at in ((MAYA, night), (FAR, morning)):
        rules.suggest_time(pair, this, by.id, at, now=TUESDAY)
        assert this.starts_at == at


@KINDS
@pytest.mark.parametrize("state", list(State))
def test_open_meeting_can_be_canceled_only_once(kind: Kind, state: State) -> None:
    this = meeting(kind, state)
    if state in OPEN:
        rules.cancel(this, now=TUESDAY)
        assert (this.state, this.ended_at, this.sequence) == (State.CANCELLED, TUESDAY, 1)
    with pytest.raises(Refusal, match="already settled"):
        rules.cancel(this, now=AT)
    assert this.ended_at == (TUESDAY if state in OPEN else None)


@pytest.mark.parametrize("state", [each for each in State if each not in OPEN])
@pytest.mark.parametrize("is_confirmed", [True, False])
def test_ended_meeting_has_one_outcome_and_can_no_longer_be_accepted(state: State, is_confirmed: bool) -> None:
    this = meeting(state=State.PLANNED)
    rules.end(this, state, AT + AN_HOUR, is_confirmed=is_confirmed)

    assert (this.state, this.ended_at, this.is_confirmed) == (state, AT + AN_HOUR, is_confirmed)
    assert not this.is_open
    assert this.lacks_outcome == (not is_confirmed and state not in NOT_HELD)
    with pytest.raises(Refusal):
        rules.accept(PAIR, this, ANA.id, now=TUESDAY)


def test_organizer_and_attendee_of_a_meeting_have_separate_permissions() -> None:
    for kind in Kind:
        PAIR.must_organize(MAYA.id, kind)
        PAIR.must_attend(ANA.id, kind)
        for other in (ANA.id, "UBEN"):
            with pytest.raises(Refusal):
                PAIR.must_organize(other, kind)
        for other in (MAYA.id, "UBEN"):
            with pytest.raises(Refusal):
                PAIR.must_attend(other, kind)


Act = Callable[[Meeting, str, datetime], None]
ACTS: dict[str, Act] = {
    "accept": lambda this, by, at: rules.accept(PAIR, this, by, now=TUESDAY),
    "suggest": lambda this, by, at: rules.suggest_time(PAIR, this, by, at, now=TUESDAY),
    "cancel": lambda this, by, at: rules.cancel(this, now=TUESDAY),
    "end": lambda this, by, at: rules.end(this, State.MISSED, TUESDAY),
}


@given(
    some.lists(
        some.tuples(some.sampled_from(sorted(ACTS)), some.sampled_from([MAYA.id, ANA.id]), some.integers(-30, 200)),
        max_size=12,
    )
)
def test_icalendar_sequence_increases_whenever_a_meeting_gets_a_new_time_or_ends(
    acts: list[tuple[str, str, int]],
) -> None:
    this = meeting()
    for act, by, hours in acts:
        before, at, was_invited = this.sequence, this.starts_at, this.is_invited
        try:
            ACTS[act](this, by, TUESDAY + hours * AN_HOUR)
        except Refusal:
            assert (this.sequence, this.starts_at) == (before, at)
            continue
        assert this.sequence == before + (act != "accept" or was_invited)
