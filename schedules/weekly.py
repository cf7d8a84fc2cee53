"""The job of the leader's week: send it when it closes."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import weekly


async def send(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Send their week to the leaders of a team for whom it closes now."""
    await weekly.send(session, team, now=due.at)
