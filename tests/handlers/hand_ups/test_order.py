"""Tests of the order in which leaders are asked about a hand-up."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.escalation.models import Ask
from bot.escalation.models import Kind as AskKind
from bot.features.balance import queries as balance
from bot.features.balance.models import Part
from bot.features.hand_ups.settings import Settings
from bot.features.one_on_ones.queries import find_pairs
from bot.features.spikes.settings import Ready, SpikePreferences
from bot.meetings.models import Kind, Meeting, State
from bot.messages.hand_ups import names
from bot.org.people import Person
from bot.org.teams.models import Team
from tests.handlers.hand_ups.drivers import (
    LEADERS,
    MINUTE,
    asked,
    make_leaders,
    press_ask,
    press_card,
    raise_hand,
)  # fmt: skip
from tests.harness import World


async def person(world: World, name: str) -> Person:
    async with world.database.reading() as session:
        return (await session.scalars(select(Person).where(Person.name == name))).one()


async def spend_time_with_customers(world: World, name: str, minutes: int, *, days_ago: int = 1) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await balance.add_measured_time(
            session, team, (await person(world, name)).id, part=Part.FRONTLINE, minutes=minutes,
            started_at=world.now - timedelta(days=days_ago), source=f"test:{name}", now=world.now,
        )  # fmt: skip


async def test_leader_with_the_least_time_with_customers_is_asked_first_about_a_hand_up(seven: World) -> None:
    for name, minutes in zip(LEADERS, (50, 10, 40, 20, 30), strict=True):
        await spend_time_with_customers(seven, name, minutes)
    await raise_hand(seven, "ana")
    await seven.move(21 * MINUTE)

    assert await asked(seven) == ["nora", "petra", "quinn", "omar", "maya"]


async def test_time_with_customers_three_weeks_ago_does_not_affect_who_is_asked_first(seven: World) -> None:
    await spend_time_with_customers(seven, "nora", 500, days_ago=21)
    for name in LEADERS:
        if name != "nora":
            await spend_time_with_customers(seven, name, 30)
    await raise_hand(seven, "ana")

    assert await asked(seven) == ["nora"]


async def test_leader_asked_longest_ago_is_asked_first_among_leaders_with_equal_time(seven: World) -> None:
    for agent in ("ana", "ben", "chidi", "dina", "fay"):
        await raise_hand(seven, agent)
        await press_card(seven, agent, names.SORTED)
    first_five = await asked(seven)
    assert {*first_five} == {*LEADERS}
    await raise_hand(seven, "ana")

    assert await asked(seven) == [*first_five, first_five[0]]


async def test_agents_own_leader_is_asked_first_if_the_team_setting_is_on(seven: World) -> None:
    async with seven.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        Settings(own_leader_first=True).keep(team)
        pairs = await find_pairs(session, team.workspace_id, (await person(seven, "chidi")).id)
        own = {each.organizer.name for each in pairs}
    for name in own:
        await spend_time_with_customers(seven, name, 500)
    await raise_hand(seven, "chidi")

    assert own
    assert {*await asked(seven)} == own


async def test_leader_working_in_a_queue_is_asked_after_other_leaders_and_before_deputies(seven: World) -> None:
    await seven.slack.command("nora", "join 60", word="/queue")
    await raise_hand(seven, "ana")
    await seven.move(26 * MINUTE)

    assert (await asked(seven))[4:] == ["nora", "tom"]


async def test_leader_in_a_meeting_is_asked_after_other_leaders_and_before_deputies(seven: World) -> None:
    omar, ben = await person(seven, "omar"), await person(seven, "ben")
    async with seven.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        session.add(
            Meeting(
                team.workspace_id,
                team.id,
                kind=Kind.SHADOWING,
                organizer_id=omar.id,
                attendee_id=ben.id,
                made_at=seven.now,
                starts_at=seven.now - MINUTE,
                minutes=60,
                state=State.PLANNED,
            )
        )
    await raise_hand(seven, "ana")
    await seven.move(26 * MINUTE)

    assert (await asked(seven))[4:] == ["omar", "tom"]


async def test_leader_with_an_open_ask_is_asked_after_everybody_at_work_without_one(tuesday: World) -> None:
    await make_leaders(tuesday, "maya", deputies=("tom",))
    for agent in ("ana", "ben", "chidi"):
        await raise_hand(tuesday, agent)
    assert await asked(tuesday) == ["maya", "tom", "maya"]
    await tuesday.move(6 * MINUTE)
    async with tuesday.database.reading() as session:
        both = select(Ask.about_id, Ask.person_id)
        asks = (await session.execute(both.where(Ask.kind == AskKind.HAND_UP))).all()
    assert len(asks) == len({*asks}) == 6


@pytest.mark.parametrize("ready", list(Ready))
async def test_leader_who_only_shadows_during_spikes_is_still_asked_about_hand_ups(
    tuesday: World, ready: Ready
) -> None:
    async with tuesday.database.begin() as session:
        for each in await session.scalars(select(Person)):
            SpikePreferences(ready=ready).keep(each)
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.ANOTHER)

    assert await asked(tuesday) == ["maya", "tom"]
