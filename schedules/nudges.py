"""Nudges by the clock: leaders and sponsors are checked as their working day begins, and when they asked to be."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import nudges


async def check_due(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """A batch of those whose time has come; those who are left have the next moment."""
    await nudges.check_due(session, workspace.id, now=due.at)
