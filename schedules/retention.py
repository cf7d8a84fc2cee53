"""Scheduled job for retention: delete expired data every night, a batch at a time."""

from datetime import timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import Occurrence

BATCH = 1000
NEXT_BATCH = timedelta(seconds=1)


async def prune(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Delete a batch of expired data; if the batch was full, schedule another run in a second."""
    if await personal_data.prune(session, workspace.id, now=due.at, limit=BATCH) == BATCH:
        await scheduler.put_workspace_job(session, PRUNE, workspace.id, due_at=due.at + NEXT_BATCH)


PRUNE = JobName("retention.prune")
