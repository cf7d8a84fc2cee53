"""Scheduled job for ideas: reopen an idea that was closed as *not now*."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.ideas import decisions


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Reopen an idea on the day that was chosen when it was closed as *not now*."""
    await decisions.reopen_deferred(session, team, due.about_id, now=due.at)
