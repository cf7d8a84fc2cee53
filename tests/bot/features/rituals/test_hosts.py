"""Hosts of rituals: members host equally often, and in a small team the bot hosts."""

from collections import Counter
from datetime import timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.escalation import queries as asks
from bot.escalation.models import Kind, State
from bot.features.rituals import hosts as rituals_hosts
from bot.features.rituals import queries
from bot.features.rituals.models import Ritual, RitualRun
from bot.org.teams import membership
from bot.org.teams.models import Team
from tests.conftest import TUESDAY

NOON_IN_BOTH_ZONES = timedelta(hours=5)


async def hosts(session: AsyncSession, team: Team, number: int) -> list[str | None]:
    """Plan `number` weekly runs of a ritual and return their hosts."""
    session.add(team)
    ritual, *_ = await queries.add_default_rituals(session, team)
    await session.flush()
    found = []
    for week in range(number):
        at = TUESDAY + NOON_IN_BOTH_ZONES + timedelta(weeks=week)
        occasion = await queries.plan_run(session, team, ritual, at.date(), at)
        found.append(await rituals_hosts.appoint_host(session, team, occasion, now=at - timedelta(days=1)))
    return found


async def planned(session: AsyncSession) -> tuple[Ritual, RitualRun]:
    run = (await session.scalars(select(RitualRun))).one()
    return await session.get_one(Ritual, run.ritual_id), run


async def test_four_people_host_rituals_equally_often(session: AsyncSession, team: Team) -> None:
    hosted = Counter(await hosts(session, team, 8))

    assert hosted == {"UMAYA": 2, "UANA": 2, "UBEN": 2, "UELI": 2}


async def test_every_agent_hosts_a_ritual_before_any_leader_does(session: AsyncSession, team: Team) -> None:
    assert (await hosts(session, team, 4))[-1] == "UMAYA"


@pytest.mark.parametrize("gone", [["UELI"], ["UELI", "UBEN"]])
async def test_bot_hosts_rituals_in_a_small_team(session: AsyncSession, team: Team, gone: list[str]) -> None:
    session.add(team)
    await membership.remove_members(session, team, gone, now=TUESDAY)

    assert await hosts(session, team, 3) == [None] * 3


async def test_host_of_a_canceled_ritual_does_not_count_as_having_hosted(session: AsyncSession, team: Team) -> None:
    """A new run never reuses the ID of a cancelled run, so the ask for the cancelled run does not count for it."""
    (first,) = await hosts(session, team, 1)
    ritual, _ = await planned(session)
    (cancelled,) = await queries.cancel_planned_runs(session, ritual, now=TUESDAY)
    again = await queries.plan_run(session, team, ritual, cancelled.day, cancelled.starts_at)

    assert not await rituals_hosts.has_asked_host(session, again)
    assert await rituals_hosts.appoint_host(session, team, again, now=TUESDAY) == first


@pytest.mark.parametrize("state", [State.ACCEPTED, State.EXPIRED, State.WITHDRAWN, State.DECLINED])
async def test_next_ritual_asks_another_host_whatever_the_previous_host_answered(
    session: AsyncSession, team: Team, state: State
) -> None:
    (first,) = await hosts(session, team, 1)
    ritual, run = await planned(session)
    await asks.answer(session, Kind.RITUAL, run, state, now=TUESDAY)
    at = run.starts_at + timedelta(weeks=1)
    later = await queries.plan_run(session, team, ritual, at.date(), at)

    assert await rituals_hosts.appoint_host(session, team, later, now=at) not in (None, first)
