"""Jobs of the voice of the frontline: show leaders the draft and its changes, and send it to the sponsor."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.voice import drafts


async def send_drafts(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Send leaders the draft about last month, on the first working day of this one."""
    await drafts.send_drafts(session, team, now=due.at)


async def send(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Send a month to the sponsor."""
    await drafts.send(session, team, due.about_id, now=due.at)


async def show_drafts(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Show leaders in their drafts what has changed about the quotes."""
    await drafts.show_all_drafts(session, team, now=due.at)
