"""Nudges by the clock: leaders and sponsors are checked as their working day begins, and when they asked to be."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges import engine
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import nudges
from bot.workflows.nudges import KINDS


async def check_due(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """A batch of those whose time has come; those who are left have the next moment."""
    if await engine.run_due_checks(session, workspace.id, KINDS, now=due.at):
        await nudges.enroll_leaders(session, workspace.id, now=due.at)
    else:
        await nudges.schedule_next_check(session, workspace.id, now=due.at, at=due.at)
