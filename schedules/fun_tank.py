"""The fun tank by the clock: a working day drains it, and a week's private part is summed."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.fun_tank import ledger
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import fun_tank


async def drain(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """On each day that the team works. Whoever moved it without a word may have filled it: that is told now."""
    await ledger.lock_tank(session, team, now=due.at)
    await fun_tank.announce_full(session, team, now=due.at)
    await ledger.drain(session, team, now=due.at)
    await fun_tank.refresh_homes(session, team, now=due.at)


async def sum_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The week's private sum."""
    await ledger.sum_up_weeks(session, team, now=due.at)
    await fun_tank.announce_full(session, team, now=due.at)
