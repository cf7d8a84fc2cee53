"""Scheduled jobs for one-on-ones: update the pairs to match the team's members, and offer times to those due soon."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.one_on_ones import bookings


async def reconcile_pairs(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.reconcile_pairs(session, team, now=due.at)


async def schedule_offers(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.schedule_offers(session, team, now=due.at)


async def offer(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Offer an agent times for a one-on-one that is due soon and not booked."""
    await bookings.offer_unasked(session, due.about_id, now=due.at)
