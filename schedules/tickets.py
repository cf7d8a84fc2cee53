"""Scheduled jobs for ticket counts: check whether an open spike is over, and learn the usual load at night."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import tickets


async def check_load(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await tickets.check_load(session, team, due.about_id, now=due.at)


async def learn_usual(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    await tickets.learn_usual(session, workspace, now=due.at)
