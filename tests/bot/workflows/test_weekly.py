"""Tests of what the leader's week costs each morning, when one of the day's nudges is reserved for it."""

from datetime import UTC, datetime

import pytest
from sqlalchemy import event, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import Database
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from bot.scheduler.models import ScheduledJob
from bot.workflows import weekly

MONDAY, FRIDAY = datetime(2026, 11, 16, 9, tzinfo=UTC), datetime(2026, 11, 20, 9, tzinfo=UTC)
MANY = 12


async def add_teams(session: AsyncSession) -> list[Seat]:
    """Add teams with one leader each, and return the leaders' seats."""
    seats = [
        Seat(
            Person("T1", f"ULED{number}", f"leader {number}", "Europe/Lisbon"),
            Team("T1", f"CLED{number}", f"team {number}", "Europe/Lisbon", None, MONDAY),
            Role.LEADER,
        )
        for number in range(MANY)
    ]
    session.add_all(each for seat in seats for each in (seat.person, seat.team))
    await session.flush()
    return seats


@pytest.mark.parametrize(("now", "statements", "jobs"), [(MONDAY, 0, 0), (FRIDAY, 2, MANY)])
async def test_reserving_a_nudge_takes_no_statement_per_leader(
    database: Database, team: Team, session: AsyncSession, now: datetime, statements: int, jobs: int
) -> None:
    seats = await add_teams(session)
    asked: list[str] = []

    def note(*args: object) -> None:
        asked.append(str(args[2]))

    event.listen(database.writer.sync_engine, "before_cursor_execute", note)
    try:
        reserved = await weekly.reserve(session, seats, now)
    finally:
        event.remove(database.writer.sync_engine, "before_cursor_execute", note)

    assert len(reserved) == jobs
    assert len(asked) == statements
    scheduled = select(func.count()).where(ScheduledJob.job == weekly.SEND)
    assert await session.scalar(scheduled) == jobs
