"""Rules of shadowing: which agent is suggested to which leader and when, and a fair number of sessions for each."""

from collections import Counter
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import pytest

from bot.features.shadowing.nudges import make_suggestion_candidate
from bot.features.shadowing.rules import (
    Agent,
    Assignment,
    TeamWeek,
    assign_agents,
    assign_second_agents,
    find_slot,
    select_askable,
    start_of_week,
)
from bot.meetings.models import State
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from tests.conftest import TUESDAY

A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
MAYA, TOM = (Person("T1", id, id.lower(), "Europe/Lisbon") for id in ("UMAYA", "UTOM"))


@dataclass(frozen=True)
class Waits:
    """An agent who joined, and whose shadowing sessions ended in these ways, the given numbers of days ago."""

    joined: int = 100
    met: int | None = None
    missed: int | None = None
    declined: int | None = None
    expired: int | None = None
    taken: bool = False
    rather_not: bool = False


def agent(nth: int, waits: Waits, zone: str = "Europe/Lisbon") -> Agent:
    person = Person("T1", f"U{nth}", f"agent{nth}", zone)
    ShadowingPreferences(asked=Asked.RATHER_NOT if waits.rather_not else Asked.ASK_ME).keep(person)
    ended = {
        State.MET: waits.met,
        State.MISSED: waits.missed,
        State.DECLINED: waits.declined,
        State.EXPIRED: waits.expired,
    }
    ago = {str(state): TUESDAY - days * A_DAY for state, days in ended.items() if days is not None}
    return Agent(person, TUESDAY - waits.joined * A_DAY, ago, waits.taken)


def ids(agents: list[Agent]) -> list[int]:
    return [int(each.person.id[1:]) for each in agents]


@pytest.mark.parametrize(
    ("agents", "expected"),
    [
        ([], []),
        ([Waits(met=20), Waits(met=40), Waits(met=30)], [1, 2, 0]),
        ([Waits(joined=90), Waits(joined=5), Waits(met=40)], [0, 2, 1]),
        ([Waits(met=90), Waits(met=20, missed=3)], [1, 0]),
        ([Waits(met=20, missed=30), Waits(met=40)], [1, 0]),
        ([Waits(joined=2, missed=1), Waits(joined=300)], [0, 1]),
        ([Waits(met=9), Waits(met=10)], [1]),
        ([Waits(met=9, missed=1)], [0]),
        ([Waits(taken=True), Waits(rather_not=True)], []),
        ([Waits(declined=27), Waits(declined=28)], [1]),
        ([Waits(expired=13), Waits(expired=14)], [1]),
        ([Waits(missed=3, declined=1)], []),
    ],
)
def test_agents_whose_shadowing_session_was_missed_come_before_those_who_waited_longest(
    agents: list[Waits], expected: list[int]
) -> None:
    made = [agent(nth, waits) for nth, waits in enumerate(agents)]

    assert ids(select_askable(made, 10 * A_DAY, TUESDAY)) == expected


def test_leaders_get_different_agents_to_shadow_and_take_turns_at_the_first_choice() -> None:
    agents = [agent(nth, Waits(met=90 - nth)) for nth in range(3)]
    week = TeamWeek(TEAM, [MAYA, TOM], agents)
    first, second = (assign_agents(week, TUESDAY + weeks * A_WEEK) for weeks in (0, 1))

    assert {turn.agent.person.id for turn in first.values()} == {"U0", "U1"}
    assert {id: turn.agent.person.id for id, turn in second.items()} == {
        id: first[other].agent.person.id for id, other in (("UMAYA", "UTOM"), ("UTOM", "UMAYA"))
    }


def test_leader_with_an_open_shadowing_request_is_not_assigned_another_agent() -> None:
    agents = [agent(nth, Waits(met=90 - nth)) for nth in range(3)]
    before = assign_agents(TeamWeek(TEAM, [MAYA, TOM], agents), TUESDAY)
    asked = [replace(each, is_taken=each is before["UMAYA"].agent) for each in agents]
    after = assign_agents(TeamWeek(TEAM, [MAYA, TOM], asked, have_asked={"UMAYA"}), TUESDAY)

    assert {id: turn.agent.person.id for id, turn in after.items()} == {"UTOM": before["UTOM"].agent.person.id}


def test_second_agent_has_waited_for_four_weeks_and_is_suggested_at_another_time() -> None:
    agents = [agent(nth, Waits(met=days)) for nth, days in enumerate((90, 27, 28, 60))]
    week = TeamWeek(TEAM, [MAYA], agents)
    first = assign_agents(week, TUESDAY)["UMAYA"]
    second = assign_second_agents(week, {"UMAYA": first}, TUESDAY)["UMAYA"]

    assert (first.agent.person.id, second.agent.person.id) == ("U0", "U3")
    assert second.at >= first.at + timedelta(minutes=45)

    lately = TeamWeek(TEAM, [MAYA], agents[:2])
    assert assign_second_agents(lately, {"UMAYA": first}, TUESDAY) == {}


def test_two_leaders_get_four_different_agents() -> None:
    week = TeamWeek(TEAM, [MAYA, TOM], [agent(nth, Waits(met=90 - nth)) for nth in range(4)])
    first = assign_agents(week, TUESDAY)
    second = assign_second_agents(week, first, TUESDAY)

    assert {turn.agent.person.id for each in (first, second) for turn in each.values()} == {"U0", "U1", "U2", "U3"}


def test_agent_without_common_working_hours_is_not_suggested_to_a_leader() -> None:
    far, near = agent(0, Waits(met=90), "Pacific/Auckland"), agent(1, Waits(met=20))

    assert assign_agents(TeamWeek(TEAM, [MAYA], [far, near]), TUESDAY)["UMAYA"].agent is near


def test_suggested_time_is_free_and_in_the_working_hours_of_leader_and_agent() -> None:
    eli = Person("T1", "UELI", "eli", "America/New_York")
    wednesday_14 = TUESDAY.replace(day=18, hour=15)
    assert find_slot(TEAM, (MAYA, eli), (), TUESDAY) == wednesday_14

    busy = [Busy({"UMAYA", "UANA"}, (wednesday_14, wednesday_14 + timedelta(minutes=30)))]
    assert find_slot(TEAM, (MAYA, eli), busy, TUESDAY) == wednesday_14 + timedelta(minutes=30)
    nobody = [Busy({"UTOM"}, busy[0].span)]
    assert find_slot(TEAM, (MAYA, eli), nobody, TUESDAY) == wednesday_14


def test_suggested_time_is_on_the_day_after_the_agent_can_read_the_request() -> None:
    eli = Person("T1", "UELI", "eli", "America/New_York")
    at = find_slot(TEAM, (MAYA, eli), (), TUESDAY.replace(hour=23))

    assert at
    assert at.date() == TUESDAY.date() + 2 * A_DAY


@pytest.mark.parametrize(
    ("role", "turn", "facts"),
    [
        (Role.LEADER, None, None),
        (Role.AGENT, Assignment(agent(1, Waits()), TUESDAY), None),
        (Role.LEADER, Assignment(agent(1, Waits(met=12)), TUESDAY), ("U1", 12, True, False)),
        (Role.LEADER, Assignment(agent(1, Waits(joined=5)), TUESDAY), ("U1", 5, False, False)),
        (Role.LEADER, Assignment(agent(1, Waits(met=12, missed=2)), TUESDAY), ("U1", 12, True, True)),
    ],
)
def test_shadowing_suggestion_contains_the_facts_that_explain_the_agents_turn(
    role: Role, turn: Assignment | None, facts: tuple[object, ...] | None
) -> None:
    found = make_suggestion_candidate(Seat(MAYA, TEAM, role), turn, TUESDAY)

    assert (found and tuple(found.facts[name] for name in ("agent", "days", "sat", "missed"))) == facts


def test_all_agents_are_shadowed_equally_often_over_a_year() -> None:
    """Simulate twelve agents and two leaders who follow every suggestion."""
    sat: dict[int, datetime] = {}
    visits = Counter(dict.fromkeys(range(12), 0))
    for week in range(52):
        now = start_of_week(TEAM, TUESDAY) + week * A_WEEK + timedelta(hours=9)
        agents = [replace(agent(nth, Waits()), ended={State.MET: sat[nth]} if nth in sat else {}) for nth in range(12)]
        for turn in assign_agents(TeamWeek(TEAM, [MAYA, TOM], agents), now).values():
            nth = int(turn.agent.person.id[1:])
            sat[nth], visits[nth] = turn.at, visits[nth] + 1

    assert sum(visits.values()) == 104
    assert max(visits.values()) - min(visits.values()) <= 1
