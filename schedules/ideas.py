"""Scheduled jobs of ideas: ask again about one that was closed as *not now*."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.ideas import decisions


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Reopen an idea on the day that was set for it."""
    await decisions.ask_again(session, team, due.about_id, now=due.at)
