"""Queries of nudge checks: who is due, their seats and earlier nudges. Each asks for all people of a batch at once."""

from collections import defaultdict
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import bindparam, func, or_, select, union
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.nudges.models import HISTORY_PERIOD, OPEN, Nudge, NudgeCheck
from bot.org import people as org_people
from bot.org.teams.membership import Seat
from bot.org.teams.models import Member, Role, Team

SeatsByPerson = dict[str, list[Seat]]

_IDS: Any = bindparam("ids", expanding=True)
_KNOWN = select(NudgeCheck.person_id).where(NudgeCheck.workspace_id == bindparam("workspace_id"))
_NEW_LEADERS = select(Member.user_id).where(
    Member.workspace_id == bindparam("workspace_id"),
    Member.role == Role.LEADER,
    Member.left_at.is_(None),
    Member.user_id.not_in(_KNOWN),
)
_NEW_SPONSORS = select(Team.sponsor_id).where(
    Team.workspace_id == bindparam("workspace_id"), Team.sponsor_id.is_not(None), Team.sponsor_id.not_in(_KNOWN)
)
_UNKNOWN: Any = union(_NEW_LEADERS, _NEW_SPONSORS).limit(bindparam("most"))
_CHECKS = select(NudgeCheck).where(NudgeCheck.workspace_id == bindparam("workspace_id"))
NEXT_AT = _CHECKS.with_only_columns(func.min(NudgeCheck.at))
_DUE = locks.for_update(
    _CHECKS.where(NudgeCheck.at <= bindparam("now"))
    .order_by(NudgeCheck.at, NudgeCheck.person_id)
    .limit(bindparam("most")),
    NudgeCheck,
    skip_locked=True,
)
_SEATS = (
    select(Member, Team)
    .join(Team, Team.id == Member.team_id)
    .where(Member.workspace_id == bindparam("workspace_id"), Member.user_id.in_(_IDS), Member.left_at.is_(None))
    .order_by(Member.id)
)
_SPONSORED = (
    select(Team).where(Team.workspace_id == bindparam("workspace_id"), Team.sponsor_id.in_(_IDS)).order_by(Team.id)
)
_EARLIER = (
    select(Nudge)
    .where(
        Nudge.workspace_id == bindparam("workspace_id"),
        Nudge.person_id.in_(_IDS),
        or_(Nudge.said_at > bindparam("since"), Nudge.state.in_(OPEN)),
    )
    .order_by(Nudge.said_at.desc(), Nudge.id.desc())
)
"""Built once at import, because every check executes them."""


async def find_unknown(session: AsyncSession, workspace_id: str, most: int) -> list[str]:
    """Return the ids of up to `most` leaders and sponsors who have no check yet."""
    return [id for id in await session.scalars(_UNKNOWN, {"workspace_id": workspace_id, "most": most}) if id]


async def lock_due(session: AsyncSession, workspace_id: str, most: int, now: datetime) -> Sequence[NudgeCheck]:
    """Lock and return up to `most` due checks, without those that another transaction has locked."""
    return (await session.scalars(_DUE, {"workspace_id": workspace_id, "most": most, "now": now})).all()


async def find_seats(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> SeatsByPerson:
    """Return each person's seats: the teams they are in, then those they sponsor. People without seats are left out."""
    if not ids:
        return {}
    whose = {"workspace_id": workspace_id, "ids": [*ids]}
    rows = await session.execute(_SEATS, whose)
    people = await org_people.fetch_people(session, workspace_id, ids)
    seats: SeatsByPerson = defaultdict(list)
    for member, team in rows:
        if (person := people.get(member.user_id)) and person.may_join:
            seats[person.id].append(Seat(person, team, member.role))
    for team in await session.scalars(_SPONSORED, whose):
        if (person := people.get(team.sponsor_id or "")) and person.may_join:
            seats[person.id].append(Seat(person, team, None))
    return dict(seats)


async def find_earlier(
    session: AsyncSession, workspace_id: str, ids: Sequence[str], now: datetime
) -> dict[str, list[Nudge]]:
    """Return each person's nudges of the last `HISTORY_PERIOD`, and all open ones, newest first."""
    lately = {"workspace_id": workspace_id, "ids": [*ids], "since": now - HISTORY_PERIOD}
    before: dict[str, list[Nudge]] = {id: [] for id in ids}
    for nudge in await session.scalars(_EARLIER, lately):
        before[nudge.person_id].append(nudge)
    return before
