"""Jobs of roadblocks, ideas and promises."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.followups import report


async def post_report(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await report.post_report(session, team, now=due.at)
