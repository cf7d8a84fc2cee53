"""Which spikes are open, who may call one, and what is forgotten in the end."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import UserError
from bot.features.spikes.settings import Settings
from bot.features.spikes.tables import Ask, Cause, Spike, Stint
from bot.teams import membership
from bot.teams.tables import Role, Team

LEADERS_CALL = "In this team its leaders call a spike. Tell one of them what you see; they will be glad you did."
NOT_IN_TEAM = "You're no longer in that team, so its leaders are asked instead."
YOU_ARE_THERE = "This is how leaders come to help. You are with the customers every day; thank you for that."


async def open_ones(session: AsyncSession, team: Team) -> Sequence[Spike]:
    """A team's open spikes, the oldest first."""
    theirs = select(Spike).where(Spike.team_id == team.id, Spike.resolved_at.is_(None))
    return (await session.scalars(theirs.order_by(Spike.opened_at, Spike.id))).all()


async def spike_of(session: AsyncSession, spike_id: int) -> Spike:
    """A spike that nobody else changes meanwhile."""
    return await session.get_one(Spike, spike_id, with_for_update=True)


async def must_call(session: AsyncSession, team: Team, person_id: str) -> None:
    """Anybody in the team may say how its queues are, unless it leaves that to its leaders."""
    member = await membership.member(session, team, person_id)
    if not Settings.of(team).may_call and (member is None or member.role is not Role.LEADER):
        raise UserError(LEADERS_CALL)


async def must_help(session: AsyncSession, team: Team, person_id: str) -> None:
    """Stints are for those who lead; agents are with their customers anyway."""
    member = await membership.member(session, team, person_id)
    if member is None:
        raise UserError(NOT_IN_TEAM)
    if member.role is not Role.LEADER:
        raise UserError(YOU_ARE_THERE)


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what retention ends, and what sources told a while ago; says how much."""
    old = select(Spike.id).where(Spike.workspace_id == workspace_id, Spike.resolved_at < before).limit(limit)
    ids = (await session.scalars(old)).all()
    for table in (Ask, Stint):
        await session.execute(delete(table).where(table.spike_id.in_(ids)))
    await session.execute(delete(Spike).where(Spike.id.in_(ids)))
    came = select(Stint.id).where(Stint.workspace_id == workspace_id, Stint.spike_id.is_(None), Stint.ended_at < before)
    alone = delete(Stint).where(Stint.id.in_(came.limit(limit))).returning(Stint.id)
    return max(len(ids), len((await session.execute(alone)).all()))


async def forget_told(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget what sources have told; says how much. Nothing of it is sent again after that long."""
    told = select(Cause.id).where(Cause.workspace_id == workspace_id, Cause.heard_at < before)
    gone = delete(Cause).where(Cause.id.in_(told.limit(limit))).returning(Cause.id)
    return len((await session.execute(gone)).all())
