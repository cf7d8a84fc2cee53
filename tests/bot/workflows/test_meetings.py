"""Nobody is booked twice at one instant, whatever the kinds, also when both are agreed on at once."""

import asyncio
from datetime import datetime, timedelta

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.errors import Refusal
from bot.features.one_on_ones import queries, rules
from bot.features.one_on_ones.models import Meeting, Series
from bot.features.shadowing import queries as shadowing_queries
from bot.features.shadowing import rules as shadowing_rules
from bot.features.shadowing.models import ShadowSession
from bot.features.visits import queries as visits_queries
from bot.features.visits import rules as visits_rules
from bot.features.visits.models import Visit
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.workflows.meetings import find_busy
from tests.conftest import TUESDAY

AT = TUESDAY + timedelta(days=1)
HALF_AN_HOUR = timedelta(minutes=30)


async def pick(session: AsyncSession, now: datetime) -> None:
    """Ana takes the time that Maya offered."""
    pair, meeting = await queries.find_meeting(session, "T1", "UANA", 1, books=True)
    planned = await find_busy(session, "T1", ("UMAYA", "UANA"), now)
    rules.pick(pair, meeting, "UANA", AT, busy=planned, now=now)


async def sit(session: AsyncSession, now: datetime) -> None:
    """Ana says yes to Ben, who sits beside her."""
    pair, sitting = await shadowing_queries.find_session(session, "T1", "UANA", 1, books=True)
    shadowing_rules.accept(pair, sitting, "UANA", busy=await find_busy(session, "T1", ("UBEN", "UANA"), now), now=now)


async def host(session: AsyncSession, now: datetime) -> None:
    """Ana says yes to Eli, who visits."""
    party, visit = await visits_queries.find_visit(session, "T1", "UANA", 1, books=True)
    visits_rules.accept(party, visit, "UANA", busy=await find_busy(session, "T1", ("UELI", "UANA"), now), now=now)


@pytest.fixture
async def asked(database: Database, team: Team) -> None:
    """Three things are put to Ana for one and the same time."""
    async with database.begin() as session:
        team = await session.merge(team)
        team.sponsor_id = "UELI"
        await membership.appoint(session, team, leaders=["UMAYA", "UBEN"], now=TUESDAY)
        series = Series("T1", team.id, "UMAYA", "UANA", rule="FREQ=WEEKLY", due_on=AT.date(), since=TUESDAY)
        session.add(series)
        await session.flush()
        meeting = Meeting("T1", team.id, series.id, "UMAYA", "UANA", 30, TUESDAY, "proposed")
        meeting.slots = [AT.isoformat()]
        session.add_all([
            meeting,
            ShadowSession("T1", team.id, "UBEN", "UANA", 45, AT, TUESDAY, "asked"),
            Visit("T1", team.id, "UELI", "UANA", 45, AT + timedelta(minutes=15), TUESDAY),
        ])  # fmt: skip


@pytest.mark.usefixtures("asked")
@pytest.mark.parametrize("ways", [(pick, sit), (sit, pick), (host, pick), (host, sit), (sit, host), (pick, sit, host)])
@pytest.mark.parametrize("at_once", [True, False])
@pytest.mark.own_database
async def test_two_people_are_never_booked_twice_at_one_instant(
    database: Database,
    ways: tuple[type[object], ...],
    at_once: bool,
) -> None:
    async def agree(way: type[object]) -> bool:
        try:
            async with database.begin() as session:
                await way(session, TUESDAY)  # type: ignore[call-arg, misc]
        except Refusal:
            return False
        return True

    if at_once:
        await asyncio.gather(*(agree(way) for way in ways))
    else:
        for way in ways:
            await agree(way)
    async with database.reading() as session:
        spans = [
            each.span
            for each in await find_busy(session, "T1", select(ShadowSession.agent_id), TUESDAY)
            if each.is_planned
        ]
    assert len(spans) >= 1
    assert not [one for one in spans for other in spans if one != other and one[0] < other[1] and other[0] < one[1]]
    assert spans.count((AT, AT + timedelta(minutes=45))) + spans.count((AT, AT + HALF_AN_HOUR)) <= 1
