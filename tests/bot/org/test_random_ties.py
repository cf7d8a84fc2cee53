"""Random tie-breaking: each occasion gets a separate draw, so that nobody is always first."""

from collections import Counter
from datetime import date, datetime, timedelta

import pytest

from bot.escalation.rules import Candidate, choose_next
from bot.features.one_on_ones.rules import select_pairs_to_plan
from bot.features.rituals.pairs import match_groups
from bot.features.rituals.rules import pick_host
from bot.features.shadowing.rules import Agent, select_askable
from bot.features.visits.hosts import sort_by_turn
from bot.meetings.models import Series
from bot.org.people import Person, draw_lot
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

A_WEEK = timedelta(days=7)
NAMES = ["ana", "ben", "chidi", "dina", "eli"]
PEOPLE = [Person("T1", f"U{name.upper()}", name) for name in NAMES]
TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, TUESDAY)
TEAM.id = 7


def shadowing(week: int) -> str:
    agents = [Agent(each, TUESDAY + timedelta(seconds=nth), {}) for nth, each in enumerate(PEOPLE)]
    return select_askable(agents, A_WEEK, TUESDAY + week * A_WEEK)[0].person.id


def visits(month: int) -> str:
    at = datetime(2026 + month // 12, month % 12 + 1, 3, tzinfo=TUESDAY.tzinfo)
    return sort_by_turn([(each, TUESDAY) for each in PEOPLE], {}, TEAM, at)[0].id


def spikes(spike: int) -> str:
    found = choose_next([Candidate(each, lot=draw_lot(each.id, "spike", spike)) for each in PEOPLE], 40)
    assert found
    return found.person.id


def one_on_ones(week: int) -> str:
    due = [Series("T1", 1, "UMAYA", each.id, "", due_on=date(2026, 1, 1), since=TUESDAY) for each in PEOPLE]
    for nth, each in enumerate(due):
        each.id = nth
    return select_pairs_to_plan(due, left=4, today=TUESDAY.date() + week * A_WEEK)[0].agent_id


def coffee(occasion: int) -> str:
    """Return the ID of Ana's coffee partner."""
    hers = next(each for each in match_groups([each.id for each in PEOPLE], {}, occasion) if "UANA" in each)
    return next(id for id in hers if id != "UANA")


FIRSTS = [shadowing, visits, spikes, one_on_ones, coffee]


@pytest.mark.parametrize("first", FIRSTS)
def test_random_draws_favor_different_people_over_time(first) -> None:  # type: ignore[no-untyped-def]
    seen = Counter(first(occasion) for occasion in range(60))

    assert len(seen) >= 3
    assert max(seen.values()) <= 36


@pytest.mark.parametrize("first", FIRSTS)
def test_random_draw_for_the_same_occasion_always_has_the_same_result(first) -> None:  # type: ignore[no-untyped-def]
    assert [first(3) for _ in range(3)] == [first(3)] * 3


def test_longest_wait_takes_precedence_over_a_random_draw() -> None:
    for week in range(9):
        agents = [Agent(each, TUESDAY - nth * timedelta(days=1), {}) for nth, each in enumerate(PEOPLE)]
        assert select_askable(agents, A_WEEK, TUESDAY + week * A_WEEK)[0].person.name == "eli"


@pytest.mark.parametrize(
    ("free", "hosted", "lead", "members", "next_one"),
    [
        (["UANA", "UMAYA"], {}, {"UMAYA"}, 4, "UANA"),
        (["UMAYA"], {}, {"UMAYA"}, 4, "UMAYA"),
        (["UMAYA"], {"UMAYA": 1, "UANA": 1}, {"UMAYA"}, 4, None),
        (["UMAYA"], {"UMAYA": 1, "UANA": 1, "UBEN": 1, "UELI": 1}, {"UMAYA"}, 4, "UMAYA"),
        (["UMAYA", "UANA"], {"UMAYA": 3, "UANA": 3}, {"UMAYA"}, 4, "UANA"),
        (["UANA"], {"UANA": 9}, {"UMAYA"}, 4, "UANA"),
        ([], {}, {"UMAYA"}, 4, None),
    ],
)
def test_leaders_do_not_host_more_than_their_share_of_rituals(
    free: list[str], hosted: dict[str, int], lead: set[str], members: int, next_one: str | None
) -> None:
    assert pick_host(free, hosted, lead, members) == next_one


def test_leader_often_alone_at_work_does_not_host_more_than_a_fair_share_of_rituals() -> None:
    hosted: Counter[str] = Counter()
    for number in range(7):
        free = ["UMAYA"] if number % 2 else ["UMAYA", "UANA", "UBEN", "UELI"]
        free.sort(key=lambda id: (hosted[id], id != "UMAYA"))
        if found := pick_host(free, hosted, {"UMAYA"}, 4):
            hosted[found] += 1

    assert hosted["UMAYA"] <= 2
