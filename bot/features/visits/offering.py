"""The monthly offer to a sponsor: would they like to visit the team, and when?"""

import asyncio
from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat
from bot.features.visits.hosts import Busy, MayHost, crowds
from bot.features.visits.settings import Settings
from bot.features.visits.tables import OPEN, State, Visit
from bot.teams.tables import Team

OFFER = "visits.offer"
A_DAY = timedelta(days=1)
A_WEEK = timedelta(days=7)
"""So long a new team finds its feet first."""


def offer(seat: Seat, times: Sequence[datetime]) -> Candidate | None:
    """When a sponsor could visit their team."""
    if not times:
        return None
    facts = {"times": [[int(at.timestamp()), seat.person.local(at).replace(tzinfo=None).isoformat()] for at in times]}
    every = timedelta(days=Settings.of(seat.team).every) - A_DAY
    return Candidate(seat, OFFER, about=str(seat.team.id), facts=facts, every=every)


async def offers(
    session: AsyncSession, seats: Sequence[Seat], now: datetime, *, busy: Busy, may_host: MayHost
) -> list[Candidate]:
    """One for each team whose sponsor has not visited it for a while."""
    sponsors = [seat for seat in seats if seat.role is None and is_on(seat.team)]
    visited = await _visited(session, [seat.team.id for seat in sponsors])
    waiting = [seat for seat in sponsors if _is_due(seat.team, visited.get(seat.team.id), now)]
    found = []
    hosts = await crowds(session, [seat.team for seat in waiting], now, busy=busy, may_host=may_host)
    for seat in waiting:
        found.append(offer(seat, hosts[seat.team.id].times(seat.person, now)))
        await asyncio.sleep(0)  # acks find their way in between
    return [each for each in found if each]


def is_on(team: Team) -> bool:
    """Whether a team's sponsor is offered visits at all."""
    return not (team.is_closed or Settings.of(team).paused)


async def last_visited(session: AsyncSession, team: Team) -> datetime | None:
    """When its sponsor was there last."""
    done = select(func.max(Visit.starts_at)).where(Visit.team_id == team.id, Visit.state == State.DONE)
    return await session.scalar(done)


def _is_due(team: Team, visited: datetime | None, now: datetime) -> bool:
    if visited is None:
        return now - team.created_at >= A_WEEK
    return now - visited >= timedelta(days=Settings.of(team).every) - A_DAY


async def _visited(session: AsyncSession, teams: Collection[int]) -> dict[int, datetime]:
    """When teams were visited last, or will be."""
    if not teams:
        return {}
    counted = or_(Visit.state == State.DONE, Visit.state.in_(OPEN))
    latest = select(Visit.team_id, func.max(Visit.starts_at)).where(Visit.team_id.in_(teams), counted)
    return {team_id: at for team_id, at in await session.execute(latest.group_by(Visit.team_id)) if at}
