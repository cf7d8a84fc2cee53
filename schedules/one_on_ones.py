"""Scheduled job for one-on-ones: update the pairs to match the team's members."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.one_on_ones import bookings


async def reconcile_pairs(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await bookings.reconcile_pairs(session, team, now=due.at)
