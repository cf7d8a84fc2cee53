"""Scheduled jobs for the fun tank: drain it each working day, and add up the private events of the week."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import fun_tank


async def drain(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Drain the fun tank a little if today is one of the team's working days."""
    await fun_tank.drain(session, team, now=due.at)


async def sum_up(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Change the fun tank's level by the private events, such as private thanks, of weeks that have ended."""
    await fun_tank.add_weekly_sums(session, team, now=due.at)
