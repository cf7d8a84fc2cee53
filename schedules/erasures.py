"""Scheduled jobs of erasures: take the next step, and begin with people who left the workspace 90 days ago."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.models import Occurrence
from bot.workflows.erasures import requests, steps


async def go_on(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Take the next step of the workspace's erasures, and schedule the one after it."""
    if wait := await steps.go_on(session, workspace.id, now=due.at):
        await scheduler.put_workspace_job(session, requests.GO_ON, workspace.id, due_at=due.at + wait)


async def begin_deactivated(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Begin to erase the data of people who left the workspace 90 days ago."""
    await requests.begin_deactivated(session, workspace.id, now=due.at)
