"""Scheduled job for the exports of people's own data."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.workflows import personal_exports


async def send(session: AsyncSession, workspace: Workspace, due: Occurrence) -> None:
    """Send their data to those who wait for it."""
    await personal_exports.send_waiting(session, workspace, now=due.at)
