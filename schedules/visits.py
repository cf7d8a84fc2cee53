"""Scheduled job for visits: send the recurring themes of a month."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import visits


async def post_themes(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Send the themes of last month's debriefs and wrap-ups to the leaders and the sponsor."""
    await visits.send_themes(session, team, now=due.at)
