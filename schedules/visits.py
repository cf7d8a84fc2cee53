"""Jobs of visits: cancel what cannot be, remind, ask how it went, ask the next host, post a month's themes."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.visits import bookings, outcomes, updates
from bot.workflows.visits.updates import ASK_AGAIN, LET_GO


async def cancel_orphaned(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.cancel_orphaned(session, team, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """As the day of it begins: to both."""
    await updates.remind(session, due.about_id, now=due.at)


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    await outcomes.ask(session, due.about_id, ASK_AGAIN, now=due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    await outcomes.ask(session, due.about_id, LET_GO, now=due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it."""
    await outcomes.assume_missed(session, due.about_id, now=due.at)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host had another time in mind; it has passed, and nobody answered."""
    await bookings.expire(session, due.about_id, now=due.at)


async def ask_another(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host has had two days: somebody else is asked."""
    await bookings.pass_on(session, due.about_id, due.about, now=due.at)


async def post_themes(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """To those who can do something about them: what stood in the way last month."""
    await updates.post_themes(session, team, now=due.at)
