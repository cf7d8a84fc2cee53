"""Times offered for a one-on-one: by the due day, in the future, free, and different for each agent."""

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise

import pytest

from bot.errors import Refusal
from bot.features.one_on_ones import rules
from bot.features.one_on_ones.rules import OFFERED_TIMES, find_times, refresh_times
from bot.features.one_on_ones.settings import Cadence
from bot.meetings.models import Kind, Meeting, Series, State
from bot.meetings.rules import Pair, is_free
from bot.org.availability import absences
from bot.org.availability.slots import Busy
from bot.org.availability.working_hours import Day, WorkingHoursPreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.absences import away
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)
MONDAY = datetime(2026, 11, 30, 9, tzinfo=UTC)
DUE = date(2026, 12, 7)


def pair(due_on: date = DUE, *, agent: str = "UANA", zone: str = "Europe/Lisbon", asked: bool = False) -> Pair:
    series = Series("T1", 1, "UMAYA", agent, rule=Cadence.EVERY_2_WEEKS, due_on=due_on, since=TUESDAY)
    series.asked_at = MONDAY if asked else None
    team = Team("T1", "C1", "harbour-support", "Europe/Lisbon", None, created_at=TUESDAY, settings={})
    return Pair(team, Person("T1", "UMAYA", "maya", "Europe/Lisbon"), Person("T1", agent, "ana", zone), series)


def meeting(nth: int = 1, *slots: datetime) -> Meeting:
    made = Meeting("T1", 1, Kind.ONE_ON_ONE, "UMAYA", "UANA", 30, starts_at=MONDAY, made_at=MONDAY, series_id=nth)
    made.id = nth
    made.offer(slots)
    return made


@pytest.mark.parametrize(
    ("now", "due_on", "days"),
    [
        (MONDAY, DUE, ["Fri 04", "Mon 07", "Mon 07"]),
        (MONDAY, date(2026, 12, 11), ["Thu 10", "Fri 11", "Fri 11"]),
        (MONDAY, date(2026, 12, 3), ["Wed 02", "Thu 03", "Thu 03"]),
        (MONDAY, date(2026, 12, 2), ["Tue 01", "Wed 02", "Wed 02"]),
        (MONDAY, date(2026, 12, 1), ["Tue 01", "Wed 02", "Thu 03"]),
        (MONDAY, date(2026, 11, 20), ["Tue 01", "Wed 02", "Thu 03"]),
        (MONDAY, date(2027, 1, 20), ["Tue 01", "Wed 02", "Thu 03"]),
        (MONDAY + 4 * A_DAY, DUE, ["Mon 07", "Tue 08", "Wed 09"]),
    ],
    ids=["a week ahead", "next week", "few days", "one day", "tomorrow", "overdue", "long before", "over the weekend"],
)
def test_times_offered_for_a_one_on_one_are_the_last_ones_by_its_due_day(
    now: datetime, due_on: date, days: list[str]
) -> None:
    found = find_times(pair(due_on), meeting(), (), now)

    assert [f"{each:%a %d}" for each in found] == days
    assert all(one + HALF_AN_HOUR <= other for one, other in pairwise(found))


def test_agent_back_from_an_absence_has_a_day_to_pick_a_one_on_one_time() -> None:
    waiting = pair(date(2026, 12, 11), asked=True)
    waiting.attendee.absences = away(MONDAY + 2 * A_DAY)

    assert min(find_times(waiting, meeting(), (), MONDAY)).date() == date(2026, 12, 3)


@pytest.mark.parametrize(
    ("away_from", "back_on", "days"),
    [
        (date(2026, 12, 9), date(2026, 12, 14), ["Mon 07", "Tue 08", "Tue 08"]),
        (date(2026, 12, 5), date(2026, 12, 21), ["Fri 04", "Fri 04", "Fri 04"]),
        (date(2026, 12, 2), date(2026, 12, 12), ["Mon 14", "Tue 15", "Wed 16"]),
        (date(2026, 12, 2), date(2026, 12, 22), ["Tue 22", "Wed 23", "Thu 24"]),
    ],
    ids=["before a few days off", "before a vacation", "right after a vacation", "after a long vacation"],
)
def test_pair_with_an_absence_around_the_due_date_is_offered_times_before_it_unless_they_are_too_early(
    away_from: date, back_on: date, days: list[str]
) -> None:
    two = pair(date(2026, 12, 11))
    two.series.met_on = date(2026, 11, 27)
    two.attendee.absences = [(datetime.combine(away_from, time(), UTC), datetime.combine(back_on, time(), UTC))]

    assert [f"{each:%a %d}" for each in find_times(two, meeting(), (), MONDAY)] == days


def test_pair_with_one_common_weekday_is_offered_times_on_the_due_day_not_a_week_before() -> None:
    two = pair(date(2026, 12, 9))
    two.series.met_on = date(2026, 11, 25)
    WorkingHoursPreferences(days=[Day.WEDNESDAY]).keep(two.organizer)

    assert [f"{each:%a %d}" for each in find_times(two, meeting(), (), MONDAY)] == ["Wed 09", "Wed 09", "Wed 09"]


def test_agent_who_asked_for_a_meeting_is_offered_times_on_the_next_days() -> None:
    found = find_times(pair(date(2026, 12, 11), asked=True), meeting(), (), MONDAY)

    assert [f"{each:%a %d}" for each in found] == ["Tue 01", "Wed 02", "Thu 03"]


def test_two_agents_of_a_leader_are_not_offered_the_same_times() -> None:
    offered: list[datetime] = []
    busy: list[Busy] = []
    for nth, agent in enumerate(("UANA", "UBEN", "UCHIDI", "UDINA")):
        found = find_times(pair(agent=agent), meeting(nth), busy, MONDAY)
        assert len(found) == OFFERED_TIMES
        offered += found
        busy += [Busy({"UMAYA", agent}, (at, at + HALF_AN_HOUR), f"meeting:{nth}", False) for at in found]

    assert len(set(offered)) == len(offered)


@pytest.mark.parametrize("zone", ["Europe/Lisbon", "America/New_York", "Asia/Kolkata"])
def test_past_or_taken_times_of_a_one_on_one_are_replaced_by_new_ones(zone: str) -> None:
    two = pair(zone=zone)
    this = meeting(1, *find_times(two, meeting(), (), MONDAY))
    first, second, third = this.times
    taken = Busy({"UMAYA", "UGRACE"}, (second - HALF_AN_HOUR, second + timedelta(minutes=5)), "meeting:2")
    now = first + timedelta(minutes=1)
    refresh_times(two, this, [taken], now)

    assert third in this.times
    assert not {first, second} & set(this.times)
    assert len(this.times) == OFFERED_TIMES
    assert all(is_free(two, this, each, [taken], now) for each in this.times)
    assert {first.isoformat(), second.isoformat()} <= set(this.refused)


@pytest.mark.parametrize("who", ["UMAYA", "UANA"])
def test_offered_time_that_was_taken_in_the_meantime_cannot_be_picked(who: str) -> None:
    two, this = pair(), meeting()
    this.offer(find_times(two, this, (), MONDAY))
    at = this.times[0]
    planned = [Busy({who, "UGRACE"}, (at, at + HALF_AN_HOUR), "meeting:2")]
    is_on = rules.plan_at_offered_time(two, this, "UANA", at, busy=planned, now=MONDAY)

    assert (is_on, this.state) == (False, State.REQUESTED)
    assert at not in this.times
    assert rules.plan_at_offered_time(two, this, "UANA", this.times[0], busy=planned, now=MONDAY)
    assert this.state == State.PLANNED


def test_time_offered_in_another_unanswered_request_can_still_be_picked() -> None:
    two, this = pair(), meeting()
    this.offer(find_times(two, this, (), MONDAY))
    at = this.times[0]
    asked = [Busy({"UANA", "UTOM"}, (at, at + HALF_AN_HOUR), "meeting:2", is_planned=False)]

    assert rules.plan_at_offered_time(two, this, "UANA", at, busy=asked, now=MONDAY)


def test_only_the_agent_can_pick_a_one_on_one_time_and_only_once() -> None:
    two, this = pair(), meeting()
    this.offer(find_times(two, this, (), MONDAY))
    at = this.times[0]
    with pytest.raises(Refusal, match="Only the agent can pick"):
        rules.plan_at_offered_time(two, this, "UMAYA", at, now=MONDAY)
    assert rules.plan_at_offered_time(two, this, "UANA", at, now=MONDAY)
    with pytest.raises(Refusal, match="already settled"):
        rules.plan_at_offered_time(two, this, "UANA", at, now=MONDAY)
    assert (this.starts_at, this.offered) == (at, [])


@pytest.mark.parametrize("by", [-A_DAY, timedelta(0)], ids=["passed", "taken"])
def test_planned_meeting_can_be_moved_only_to_a_free_time_in_the_future(by: timedelta) -> None:
    two, this, at = pair(), meeting(), datetime.combine(DUE, time(11), UTC)
    busy = [Busy({"UANA", "UTOM"}, (at, at + HALF_AN_HOUR), "meeting:2")]
    with pytest.raises(Refusal, match="already settled"):
        rules.reschedule(two, this, at + A_DAY, now=MONDAY)
    this.state, this.starts_at = State.PLANNED, at - A_DAY
    now = at if by else MONDAY
    with pytest.raises(Refusal):
        rules.reschedule(two, this, at + by, busy=busy, now=now)
    assert (this.starts_at, this.sequence) == (at - A_DAY, 0)

    rules.reschedule(two, this, at + A_DAY, busy=busy, now=now)
    assert (this.starts_at, this.sequence) == (at + A_DAY, 1)


def test_times_in_a_future_absence_are_not_offered() -> None:
    two = pair()
    two.attendee.absences = away(datetime(2026, 12, 4, tzinfo=UTC))

    assert [f"{each:%a %d}" for each in find_times(two, meeting(), (), MONDAY)] == ["Fri 04", "Fri 04", "Fri 04"]
    assert absences.is_away(two.attendee.absences, MONDAY)
