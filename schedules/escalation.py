"""One person at a time, until somebody comes: by the clock, the next one."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import escalation


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Somebody has not answered in time, counted from when the question reached them: the next one is asked."""
    await escalation.expire(session, team, due.about_id, now=due.at)
