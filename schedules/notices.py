"""Jobs of change notices: the nightly update while one is valid."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.notices import posts


async def update(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """End notices that are over, send leaders the questions, and have readers checked for reminders."""
    await posts.update(session, team, now=due.at)
