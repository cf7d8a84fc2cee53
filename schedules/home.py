"""Scheduled job for the Home tab: publish stale Home tabs again, a batch at a time."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import home


async def publish(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Publish a batch of stale Home tabs whose content has changed; the next batch follows some seconds later."""
    await home.publish_stale(session, workspace.id, now=due.at)
