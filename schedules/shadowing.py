"""Jobs of shadowing: cancel what cannot be, remind, ask how it went."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.shadowing import bookings, outcomes, updates
from bot.workflows.shadowing.updates import ASK_AGAIN, LET_GO


async def cancel_orphaned(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.cancel_orphaned(session, team, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """An hour before, or as the day begins: to both."""
    await updates.remind(session, due.about_id, now=due.at)


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    await outcomes.ask(session, due.about_id, ASK_AGAIN, now=due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    await outcomes.ask(session, due.about_id, LET_GO, now=due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: the agent comes first next time."""
    await outcomes.assume_missed(session, due.about_id, now=due.at)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The time has passed, and nobody answered."""
    await bookings.expire(session, due.about_id, now=due.at)
