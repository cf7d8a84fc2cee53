"""Scheduled jobs for the fun tank: drain it each working day, and sum up the week's private events."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import fun_tank


async def drain(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Drain the tank on each of the team's working days."""
    await fun_tank.drain(session, team, now=due.at)


async def sum_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Change the tank's level to reflect private events, such as private thanks, of weeks that have ended."""
    await fun_tank.sum_up(session, team, now=due.at)
