"""A visit's participants and states, and what a sponsor may write down afterwards."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from bot.errors import Passed, Refusal
from bot.features.visits.models import OPEN, State, Visit
from bot.features.visits.settings import Settings
from bot.org.availability import slots
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import visits as refusals

IN_THE_WAY, SEEN, WILL_DO, DUE = "in_the_way", "themes", "will_do", "due"
"""Fields of a form."""


LONGEST_ANSWER = 2000


@dataclass(frozen=True)
class DebriefAnswers:
    """What a sponsor writes down afterwards; all of it may be left out."""

    works: str = ""
    in_the_way: str = ""
    will_do: str = ""
    due_on: date | None = None
    themes: Sequence[str] = ()


@dataclass(frozen=True)
class Promise:
    """What a sponsor will do, readable."""

    id: int
    visit_id: int
    words: str
    due_on: date | None


def takes_visits(team: Team) -> bool:
    """Whether a team's sponsor is offered visits at all."""
    return not (team.is_closed or Settings.of(team).paused)


@dataclass(frozen=True)
class Participants:
    """A team's sponsor and their host."""

    team: Team
    sponsor: Person
    host: Person

    def person(self, id: str) -> Person:
        return self.sponsor if id == self.sponsor.id else self.host

    def other(self, person: Person) -> Person:
        return self.host if person is self.sponsor else self.sponsor

    def must_sponsor(self, person_id: str) -> None:
        if person_id != self.sponsor.id:
            raise Refusal(refusals.FOR_SPONSOR)

    def must_host(self, person_id: str) -> None:
        if person_id != self.host.id:
            raise Refusal(refusals.FOR_HOST)


def end_visit(visit: Visit, state: State, now: datetime) -> None:
    """It is over, or will not be; calendars count that as a change."""
    visit.state, visit.ended_at, visit.sequence = state, now, visit.sequence + 1


def check_state(visit: Visit, *states: State) -> None:
    if visit.state not in states:
        raise Passed(refusals.SETTLED)


TIME = "time"
"""The field of a form."""


def accept(pair: Participants, visit: Visit, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan the visit, now that the person asked last says yes."""
    check_state(visit, State.ASKED, State.SUGGESTED)
    if visit.state == State.ASKED:
        pair.must_host(by)
    else:
        pair.must_sponsor(by)
    if visit.starts_at <= now:
        raise Passed(common.SUGGESTED_TIME_PASSED)
    if slots.is_booked(busy, {visit.sponsor_id, visit.host_id}, visit.span, but=visit.about):
        raise Passed(common.SUGGESTED_TIME_TAKEN)
    visit.state, visit.is_invited = State.PLANNED, True


def cancel(visit: Visit, *, now: datetime) -> None:
    """Call it off, which either of the two may."""
    check_state(visit, *OPEN)
    end_visit(visit, State.CANCELLED, now)
