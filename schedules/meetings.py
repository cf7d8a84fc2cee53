"""Jobs of one-on-ones, shadowing and visits alike: remind, ask, go on to the next, and end what nobody answers."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import visits
from bot.workflows.meetings import bookings, outcomes, updates
from bot.workflows.meetings.outcomes import ASK_AGAIN, ASSUME


async def cancel_orphaned(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.cancel_orphaned(session, team, now=due.at)
    await visits.drop_waiting_cards(session, team, now=due.at)


async def remind(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Before it begins: to both."""
    await updates.remind(session, due.about_id, now=due.at)


async def remind_to_answer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """On a later morning: the times that nobody has chosen from yet, below what was said since."""
    await bookings.remind_to_answer(session, due.question, now=due.at)


async def renew_times(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Somebody booked something at a time that is offered: another one takes its place."""
    await bookings.renew_times(session, due.about_id, now=due.at)


async def pass_on(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The host has had two days: somebody else is asked."""
    await bookings.pass_on(session, due.question, now=due.at)


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The last of the times has passed, and nobody answered."""
    await bookings.expire(session, due.about_id, now=due.at)


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Soon after: how was it?"""
    await outcomes.ask_outcome(session, due.about_id, ASK_AGAIN, now=due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """The next morning, once more."""
    await outcomes.ask_outcome(session, due.about_id, ASSUME, now=due.at)


async def assume_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Nobody said what became of it."""
    await outcomes.assume_outcome(session, due.about_id, now=due.at)
