"""Jobs of one-on-ones: keep pairs up to date, prepare, remind, ask how it went."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.one_on_ones import bookings, outcomes, updates
from bot.workflows.one_on_ones.updates import ASK_AGAIN, LET_GO, REMIND_AGAIN, REMIND_LAST, REMIND_ONCE_MORE


async def reconcile_pairs(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.reconcile_pairs(session, team, now=due.at)


async def prepare(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours before, or as the day before ends."""
    await updates.prepare(session, due.about_id, now=due.at)


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Two hours after: one press."""
    await outcomes.ask(session, due.about_id, ASK_AGAIN, now=due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    await outcomes.ask(session, due.about_id, LET_GO, now=due.at)


async def let_go(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it: it counts as held, and one press says that it was not."""
    await outcomes.assume_met(session, due.about_id, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning after: the times that nobody has chosen from yet, below what was said since."""
    await bookings.remind(session, due.about_id, REMIND_AGAIN, now=due.at)


async def remind_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.remind(session, due.about_id, REMIND_ONCE_MORE, now=due.at)


async def remind_once_more(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The third morning; then it is left to them, until the times have nearly passed."""
    await bookings.remind(session, due.about_id, REMIND_LAST, now=due.at)


async def remind_last(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The morning before the last of the times."""
    await bookings.remind(session, due.about_id, None, now=due.at)


async def lapse(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last of the times has passed, and nobody chose."""
    await outcomes.expire(session, due.about_id, now=due.at)


async def renew_times(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """One of the two has planned something else at a time that is offered."""
    await bookings.renew_times(session, due.about_id, now=due.at)
