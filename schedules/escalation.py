"""Scheduled job for escalation: ask the next person when a request for help expires."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import escalation


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Expire a request for help that was not answered in time after its delivery, and ask the next person."""
    await escalation.expire(session, team, due.about_id, now=due.at)
