"""The fun tank by the clock: a working day drains it, and a week's private part is summed."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import fun_tank


async def drain(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """On each day that the team works."""
    await fun_tank.drain(session, team, now=due.at)


async def sum_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The week's private sum."""
    await fun_tank.sum_up(session, team, now=due.at)
