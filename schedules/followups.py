"""Jobs of roadblocks, ideas and promises: close, hand back, ask on a promise's day, post the month's report."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows import promises
from bot.workflows.followups import limits, owners, report


async def expire(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Close follow-ups that were not confirmed, and promises that were not accepted, in time."""
    await limits.close_unconfirmed(session, team, now=due.at)


async def hand_back(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Hand follow-ups back to the team if their owner has left, was demoted, or is away past the next reminder."""
    await owners.hand_back_orphaned(session, team, now=due.at)
    await owners.hand_back_absent(session, team, now=due.at)


async def ask_whether_kept(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask the owner of a promise, on the afternoon of its day, whether it is done."""
    await promises.ask_whether_kept(session, team, due.about_id, now=due.at)


async def post_report(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await report.post_report(session, team, now=due.at)
