"""The Home tab by the clock: what has changed is published again, a few at a time."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import home


async def publish(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """A batch of Homes that were touched, if they say something else by now; the rest some seconds later."""
    await home.publish_stale(session, workspace.id, now=due.at)
