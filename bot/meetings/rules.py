"""The state machine of a meeting: which change is valid, by whom, and at which time. Pure functions for all kinds."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import AnswerTooLate, Refusal
from bot.meetings.models import OPEN, WAITING, Meeting, Series, State
from bot.org.availability import slots, working_hours
from bot.org.availability.slots import Busy
from bot.org.availability.working_hours import WorkingHours
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import common

TIME = "time"
"""The form field at which refusals about the time are shown."""


@dataclass(frozen=True)
class Pair:
    """The organizer and attendee of a meeting, their team, and the series if the meeting belongs to a series."""

    team: Team
    organizer: Person
    attendee: Person
    of: Series | None = None

    @property
    def series(self) -> Series:
        assert self.of  # noqa: S101
        return self.of

    @property
    def people(self) -> tuple[Person, Person]:
        return self.organizer, self.attendee

    @property
    def ids(self) -> set[str]:
        return {self.organizer.id, self.attendee.id}

    @property
    def routines(self) -> list[WorkingHours]:
        return [self.hours(each) for each in self.people]

    def hours(self, person: Person) -> WorkingHours:
        return working_hours.person_hours(person, self.team)

    def person(self, id: str) -> Person:
        return self.organizer if id == self.organizer.id else self.attendee

    def other(self, person: Person) -> Person:
        return self.attendee if person is self.organizer else self.organizer

    def must_organize(self, person_id: str, kind: str) -> None:
        if person_id != self.organizer.id:
            raise Refusal(common.FOR_ORGANIZER[kind])

    def must_attend(self, person_id: str, kind: str) -> None:
        if person_id != self.attendee.id:
            raise Refusal(common.FOR_ATTENDEE[kind])


def check_state(meeting: Meeting, *states: str) -> None:
    if meeting.state not in states:
        raise AnswerTooLate(common.SETTLED[meeting.kind])


def check_lacks_outcome(meeting: Meeting) -> None:
    if not meeting.lacks_outcome:
        raise AnswerTooLate(common.SETTLED[meeting.kind])


def find_person_asked(pair: Pair, meeting: Meeting) -> Person:
    """Return the person whose answer a meeting waits for."""
    return pair.attendee if meeting.state == State.REQUESTED else pair.organizer


def is_free(pair: Pair, meeting: Meeting, at: datetime, busy: Sequence[Busy], now: datetime) -> bool:
    """Return whether a time is in the future and neither person has anything else planned then."""
    return at > now and not slots.is_booked(busy, pair.ids, (at, at + meeting.length), excluding=meeting.about)


def check_time(
    pair: Pair, length: timedelta, at: datetime, busy: Sequence[Busy], now: datetime, *,
    other: Person | None = None, excluding: str = "",
) -> None:  # fmt: skip
    """Raise `Refusal` for a time that is past, is taken, or is outside the working hours of `other`.

    `other` is the person who did not pick the time. `excluding` is a meeting that is being rescheduled, whose
    current time does not count as taken.
    """
    if at <= now:
        raise Refusal(common.TIME_PASSED, field=TIME)
    if other and not slots.suits_everybody([pair.hours(other)], at, length):
        raise Refusal(common.not_at_work(other.shown), field=TIME)
    if slots.is_booked(busy, pair.ids, (at, at + length), excluding=excluding):
        raise Refusal(common.TIME_TAKEN, field=TIME)


def accept(pair: Pair, meeting: Meeting, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Plan a meeting at its only offered time, because the person who was asked last accepts it.

    Raises `Refusal` for anybody else, and `AnswerTooLate` if no answer is awaited, or the time is past or taken.
    """
    check_state(meeting, *WAITING)
    if meeting.state == State.REQUESTED:
        pair.must_attend(by, meeting.kind)
    else:
        pair.must_organize(by, meeting.kind)
    if meeting.starts_at <= now:
        raise AnswerTooLate(common.SUGGESTED_TIME_PASSED)
    if not is_free(pair, meeting, meeting.starts_at, busy, now):
        raise AnswerTooLate(common.SUGGESTED_TIME_TAKEN[meeting.kind])
    plan(meeting, meeting.starts_at)


def plan(meeting: Meeting, at: datetime, *, is_invited: bool = True) -> None:
    """Plan a meeting at a time that both people have accepted, or reschedule a planned meeting."""
    meeting.sequence += meeting.is_invited or meeting.state == State.PLANNED
    meeting.state, meeting.starts_at, meeting.is_invited = State.PLANNED, at, meeting.is_invited or is_invited
    meeting.offered = []


def suggest_time(
    pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> None:
    """Suggest another time to the other person. A planned meeting is no longer planned until they accept."""
    other = pair.other(pair.person(by))
    check_time(pair, meeting.length, at, busy, now, other=other, excluding=meeting.about)
    meeting.state = State.REQUESTED if by == pair.organizer.id else State.COUNTERED
    meeting.offer([at])
    meeting.sequence += 1


def end(meeting: Meeting, state: State, now: datetime, *, is_confirmed: bool = True) -> None:
    """End a meeting with an outcome, and increase its iCalendar SEQUENCE."""
    meeting.state, meeting.ended_at, meeting.sequence = state, now, meeting.sequence + 1
    meeting.is_confirmed = is_confirmed


def cancel(meeting: Meeting, *, now: datetime) -> None:
    """Cancel an open meeting, as either of the two people may."""
    check_state(meeting, *OPEN)
    end(meeting, State.CANCELLED, now)
