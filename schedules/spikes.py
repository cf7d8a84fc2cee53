"""Scheduled jobs for spikes: confirm calm, end spikes without alerts, ask the next leader, end stints."""

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes import queries
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.workflows.spikes import asks, signals, stints


async def confirm_calm(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await signals.confirm_calm(session, team, due.about_id, now=due.at)


async def end_if_quiet(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await signals.end_if_quiet(session, team, due.about_id, now=due.at)


async def ask_next(session: AsyncSession, team: Team, due: Occurrence) -> None:
    """Ask the next leader to help with a spike, because the helper has left or a leader has become available."""
    await asks.ask_next_leader(session, team, await queries.lock_spike(session, due.about_id), now=due.at)


async def ask_if_still_there(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await stints.ask_if_still_there(session, team, due.about_id, now=due.at)


async def end_unanswered(session: AsyncSession, team: Team, due: Occurrence) -> None:
    await stints.end_unanswered(session, team, due.about_id, now=due.at)
