"""Jobs of visits: post a month's themes."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import visits


async def post_themes(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Send last month's themes to the leaders and the sponsor."""
    await visits.post_themes(session, team, now=due.at)
