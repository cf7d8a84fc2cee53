"""Scheduled job for nudges: check people at the start of their working day and at snoozed times."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import nudges


async def check_due(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Check a batch of people for due nudges, and send these; the next batch follows at once."""
    await nudges.check_due(session, workspace.id, now=due.at)
