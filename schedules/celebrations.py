"""Scheduled job for celebrations: celebrate a spike that ended early, if its queue has stayed calm since."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import celebrations


async def look_back(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await celebrations.celebrate_early_end(session, team, due.about_id, now=due.at)
