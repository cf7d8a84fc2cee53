"""Scheduled jobs for meetings of every kind: remind, ask for the outcome, ask the next host, expire questions."""

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
    """Remind both people of a meeting that starts soon."""
    await updates.remind(session, due.about_id, now=due.at)


async def remind_to_answer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Post an unanswered question about a meeting again, on a later morning, with the times that are still free."""
    await bookings.remind_to_answer(session, due.subject, now=due.at)


async def renew_times(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Replace the offered times of a meeting when one of them has been booked for another meeting."""
    await bookings.renew_times(session, due.about_id, now=due.at)


async def pass_on(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask the next person to host a visit, because the one asked has not answered for two days."""
    await bookings.ask_next_attendee(session, due.subject, now=due.at)


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Expire a question about a meeting, because the last offered time has passed."""
    await bookings.expire(session, due.about_id, now=due.at)


async def ask_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask for the outcome of a meeting, soon after its end."""
    await outcomes.ask_outcome(session, due.about_id, ASK_AGAIN, now=due.at)


async def ask_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask for the outcome of a meeting once more, on the next morning."""
    await outcomes.ask_outcome(session, due.about_id, ASSUME, now=due.at)


async def assume_outcome(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Record the most likely outcome of a meeting, because nobody answered."""
    await outcomes.assume_outcome(session, due.about_id, now=due.at)
