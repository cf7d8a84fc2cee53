"""Coffee pairs: made once per run, among people who are at work that day and want to take part."""

import asyncio
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.personal_data import RETENTION
from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.rituals import coffee as rituals_coffee
from bot.features.rituals import pairs, queries, rules, settings
from bot.features.rituals.models import CoffeePair, RitualRun
from bot.features.rituals.settings import Coffee
from bot.org.availability import working_hours
from bot.org.availability.working_hours import Day, WorkingHoursSettings
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from tests.absences import away

TUESDAY = datetime(2026, 12, 8, 10, tzinfo=UTC)
A_FORTNIGHT = timedelta(weeks=2)


async def plan_coffee(session: AsyncSession, team: Team, number: int = 0) -> RitualRun:
    ritual = await queries.find_ritual(session, team, "coffee")
    session.add(ritual)
    await session.flush()
    at = TUESDAY + number * A_FORTNIGHT
    return await queries.plan_run(session, team, ritual, rules.local_day(team, at), at)


async def names(session: AsyncSession, team: Team, number: int = 0) -> list[list[str]]:
    """Plan a run, pair people, and return the names in each group."""
    this = await plan_coffee(session, team, number)
    is_settled, groups = (
        await rituals_coffee.pair_people(session, team, this),
        await rituals_coffee.fetch_groups(session, this),
    )
    assert is_settled == bool(groups)
    return [[each.name for each in group] for group in groups]


def everybody(groups: list[list[str]]) -> list[str]:
    return sorted(name for group in groups for name in group)


async def change(session: AsyncSession, team: Team, id: str) -> Person:
    return await session.get_one(Person, (team.workspace_id, id))


async def test_members_are_paired_for_coffee_and_pairs_do_not_repeat(session: AsyncSession, team: Team) -> None:
    found = [await names(session, team, number) for number in range(3)]

    assert all(everybody(each) == ["ana", "ben", "eli", "maya"] for each in found)
    assert all(len(group) == 2 for each in found for group in each)
    assert len({tuple(group) for each in found for group in each}) == 6


async def test_odd_number_of_members_gets_one_coffee_group_of_three(session: AsyncSession, team: Team) -> None:
    await membership.remove_members(session, team, ["UELI"], now=TUESDAY)

    assert await names(session, team) == [["ana", "ben", "maya"]]


async def test_people_who_are_away_off_work_or_opted_out_are_not_paired_for_coffee(
    session: AsyncSession, team: Team
) -> None:
    assert await names(session, team) != []
    (await change(session, team, "UANA")).absences = away(TUESDAY + A_FORTNIGHT + timedelta(days=1))
    working_hours.WorkingHoursPreferences(days=[Day.MONDAY, Day.WEDNESDAY]).keep(await change(session, team, "UBEN"))
    assert await names(session, team, 1) == [["eli", "maya"]]

    settings.RitualPreferences(coffee=Coffee.RATHER_NOT).keep(await change(session, team, "UELI"))
    assert await names(session, team, 2) == [["ana", "maya"]]
    settings.RitualPreferences(coffee=Coffee.RATHER_NOT).keep(await change(session, team, "UANA"))
    assert await names(session, team, 3) == [], "alone is nobody"


async def test_people_are_not_paired_for_coffee_on_a_public_holiday_of_their_country(
    session: AsyncSession, team: Team
) -> None:
    """8 December is a holiday in Portugal but not in New York, where only Eli lives, so Eli has no partner."""
    WorkingHoursSettings(country="PT").keep(team)

    assert await names(session, team) == []


async def test_sponsor_is_not_paired_for_coffee(session: AsyncSession, team: Team) -> None:
    team.sponsor_id = "UBEN"
    await membership.set_leaders(session, team, leaders=["UMAYA"], now=TUESDAY)

    assert await names(session, team) == [["ana", "eli", "maya"]]


async def test_coffee_pairs_do_not_change_when_somebody_leaves(session: AsyncSession, team: Team) -> None:
    this = await plan_coffee(session, team)
    assert await rituals_coffee.pair_people(session, team, this)
    before = await rituals_coffee.fetch_groups(session, this)
    await membership.remove_members(session, team, ["UELI"], now=TUESDAY)

    assert await rituals_coffee.pair_people(session, team, this)
    assert await rituals_coffee.fetch_groups(session, this) == before


@pytest.mark.own_database
async def test_two_replicas_pair_a_team_for_coffee_exactly_once(database: Database, team: Team) -> None:
    async with database.begin() as session:
        this = await plan_coffee(session, team)

    async def settle(gone: str) -> None:
        async with database.begin() as session:
            (await change(session, team, gone)).absences = away(TUESDAY + A_FORTNIGHT)
            await session.flush()
            await rituals_coffee.pair_people(session, team, this)

    await asyncio.gather(settle("UANA"), settle("UBEN"))
    async with database.reading() as session:
        (three,) = await rituals_coffee.fetch_groups(session, this)
        assert len(three) == 3


async def test_newcomer_is_paired_for_the_next_coffee(session: AsyncSession, team: Team) -> None:
    await names(session, team)
    session.add(Person("T1", "UZOE", "zoe", "Europe/Lisbon"))
    await session.flush()
    await membership.add_members(session, team, ["UZOE"], now=TUESDAY)
    await membership.remove_members(session, team, ["UBEN"], now=TUESDAY)

    assert everybody(await names(session, team, 1)) == ["ana", "eli", "maya", "zoe"]


async def test_past_coffee_pairs_of_another_team_do_not_affect_pairing(session: AsyncSession, team: Team) -> None:
    await names(session, team)
    people = [each.user_id for each in await membership.members(session, team)]
    other = Team("T1", "C2", "quay", "Europe/Lisbon", None, TUESDAY)
    session.add(other)
    await session.flush()
    await membership.set_leaders(session, other, leaders=people[:1], agents=people[1:], now=TUESDAY)

    this = await plan_coffee(session, other, 1)
    await rituals_coffee.pair_people(session, other, this)
    found = [tuple(each.id for each in group) for group in await rituals_coffee.fetch_groups(session, this)]
    assert found == pairs.match_groups(people, {}, this.id)


async def test_coffee_pairs_are_deleted_with_their_run_of_the_ritual(session: AsyncSession, team: Team) -> None:
    await names(session, team)
    await names(session, team, 1)
    await personal_data.prune(session, "T1", now=TUESDAY + RETENTION + timedelta(days=1), limit=10)

    kept = select(func.count()).select_from(CoffeePair)
    assert await session.scalar(kept) == 2


@pytest.mark.parametrize(
    ("said", "is_again"),
    [
        ([None, None, None, None], False),
        ([False, None, False, None], True),
        ([None, False, False, False], True),
        ([False, True, False, None], False),
        ([False, None, True, None], False),
        ([True, None, True, None], False),
    ],
)
async def test_pairs_who_did_not_meet_can_be_paired_for_coffee_again(
    session: AsyncSession, team: Team, said: list[bool | None], is_again: bool
) -> None:
    """`said` lists the answers of the four people in two pairs."""
    first = await plan_coffee(session, team)
    await rituals_coffee.pair_people(session, team, first)
    groups = await rituals_coffee.fetch_groups(session, first)
    for person, has_met in zip([each for group in groups for each in group], said, strict=True):
        if has_met is not None:
            await rituals_coffee.record_whether_met(session, person, first.id, has_met=has_met)

    assert (await rituals_coffee._last_coffee_times(session, team) == {}) == is_again


async def test_only_people_paired_for_coffee_can_say_whether_they_met(session: AsyncSession, team: Team) -> None:
    await membership.remove_members(session, team, ["UELI"], now=TUESDAY)
    this = await plan_coffee(session, team)
    await rituals_coffee.pair_people(session, team, this)

    with pytest.raises(Refusal):
        await rituals_coffee.record_whether_met(session, await change(session, team, "UELI"), this.id, has_met=True)


@pytest.mark.parametrize("zone", ["Pacific/Auckland", "Asia/Tokyo", "Australia/Sydney"])
async def test_people_in_the_same_distant_zone_are_paired_with_each_other(
    session: AsyncSession, team: Team, zone: str
) -> None:
    for id in ("UANA", "UELI"):
        (await change(session, team, id)).zone = zone

    assert [await names(session, team, number) for number in range(2)] == [[["ana", "eli"], ["ben", "maya"]]] * 2
