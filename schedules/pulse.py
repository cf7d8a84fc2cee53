"""Jobs of the pulse: open a round, ask and remind, and close it."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.pulse import questions, rounds


async def open_round(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await rounds.open_round(session, team, now=due.at)


async def ask(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask agents who could not be asked yet and, on the days for reminders, those who have not answered."""
    await questions.ask_again(session, team, due.about_id, now=due.at)


async def discard_round(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Close a round whose close did not run in time, and delete its answers unread."""
    await rounds.discard_round(session, team, due.about_id, now=due.at)


async def close_round(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await rounds.close_round(session, team, due.about_id, now=due.at)
