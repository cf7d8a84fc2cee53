"""Queries on breaks: add, find and lock them."""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import AnswerTooLate, Refusal
from bot.features.breaks.models import Break, State
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import breaks as refusals

SHORTEST, LONGEST = 5, 60
DEFAULT_MINUTES = 15


def check_minutes(minutes: int, more: str = "") -> None:
    """Raise `Refusal` for a break that is too short or too long, or if anything but its length was typed."""
    if more or not SHORTEST <= minutes <= LONGEST:
        raise Refusal(refusals.no_length(SHORTEST, LONGEST))


async def add(session: AsyncSession, team: Team, agent_id: str, minutes: int, *, now: datetime) -> Break:
    asked = Break(team.workspace_id, team.id, agent_id, minutes, now)
    session.add(asked)
    await session.flush()
    return asked


async def find_current(session: AsyncSession, workspace_id: str, agent_id: str, now: datetime) -> Break | None:
    """Return the break that an agent has asked for, is on, or will soon be on; None if there is none."""
    theirs = select(Break).where(
        Break.workspace_id == workspace_id, Break.agent_id == agent_id, Break.state != State.DROPPED
    )
    latest = await session.scalar(theirs.order_by(Break.id.desc()).limit(1))
    return latest if latest and (not latest.is_decided or now < latest.ends_at) else None


async def list_open(session: AsyncSession, team: Team) -> Sequence[Break]:
    """Return a team's undecided breaks, oldest first."""
    theirs = select(Break).where(Break.team_id == team.id, Break.state.in_((State.ASKING, State.UNANSWERED)))
    return (await session.scalars(theirs.order_by(Break.id))).all()


async def lock_break(session: AsyncSession, workspace_id: str, break_id: int) -> tuple[Team, Break]:
    """Lock and return a break, and its team. Raises `AnswerTooLate` if it does not exist."""
    found = await locks.lock_row(session, Break, break_id, refresh=True)
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.DECIDED)
    return await session.get_one(Team, found.team_id), found


async def must_lead(session: AsyncSession, team: Team, person_id: str) -> None:
    """Raise `Refusal` unless the person leads the team."""
    member = await membership.member(session, team, person_id)
    if member is None or member.role is not Role.LEADER:
        raise Refusal(refusals.FOR_LEADERS)
