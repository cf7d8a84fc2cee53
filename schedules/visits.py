"""Jobs of visits: post a month's themes."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import visits


async def post_themes(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """To those who can do something about them: what stood in the way last month."""
    await visits.post_themes(session, team, now=due.at)
