"""Whose turn it is to host: each alike, and in a small team nobody's."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.rituals import hosts as rituals_hosts
from bot.features.rituals import queries
from bot.org.teams import membership
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

NOON_IN_BOTH_ZONES = timedelta(hours=5)


async def hosts(session: AsyncSession, team: Team, number: int) -> list[str | None]:
    """Who hosts so many rituals, one a week."""
    session.add(team)
    ritual, *_ = await queries.add_default_rituals(session, team)
    await session.flush()
    found = []
    for week in range(number):
        at = TUESDAY + NOON_IN_BOTH_ZONES + timedelta(weeks=week)
        occasion = await queries.plan_run(session, team, ritual, at.date(), at)
        found.append(await rituals_hosts.appoint_host(session, team, occasion))
    return found


async def test_of_four_people_each_hosts_as_often(session: AsyncSession, team: Team) -> None:
    hosted = Counter(await hosts(session, team, 8))

    assert hosted == {"UMAYA": 2, "UANA": 2, "UBEN": 2, "UELI": 2}


async def test_the_first_round_begins_with_agents(session: AsyncSession, team: Team) -> None:
    assert (await hosts(session, team, 4))[-1] == "UMAYA"


@pytest.mark.parametrize("gone", [["UELI"], ["UELI", "UBEN"]])
async def test_in_a_small_team_the_bot_hosts(session: AsyncSession, team: Team, gone: list[str]) -> None:
    session.add(team)
    await membership.leave(session, team, gone, now=TUESDAY)

    assert await hosts(session, team, 3) == [None] * 3
