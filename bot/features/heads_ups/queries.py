"""Reads and writes of heads-ups and of the hours that leaders have booked."""

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import Select, bindparam, delete, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import AnswerTooLate
from bot.features.heads_ups.models import CoverSlot, HeadsUp
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import heads_ups as refusals

Rota = dict[datetime, list[str]]
"""The ids of those who have booked an hour, by its start; hours that nobody has booked are left out."""


async def find_heads_up(session: AsyncSession, workspace_id: str, heads_up_id: int) -> HeadsUp:
    """Return a heads-up. Raises `AnswerTooLate` if it is deleted."""
    return _found(await session.get(HeadsUp, heads_up_id), workspace_id)


async def find_start_after(session: AsyncSession, run_id: int) -> datetime | None:
    """Return when the heads-up starts for which a ritual run is planned; None if there is none, or it is called off."""
    starts = select(HeadsUp.starts_at).where(HeadsUp.ritual_run_id == run_id, HeadsUp.cancelled_at.is_(None))
    return await session.scalar(starts.order_by(HeadsUp.starts_at).limit(1))


async def lock_heads_up(session: AsyncSession, workspace_id: str, heads_up_id: int) -> HeadsUp:
    """Lock a heads-up and its team, and return it, as `find_heads_up` does."""
    await membership.lock_team_of(session, HeadsUp, heads_up_id)
    return _found(await locks.lock_row(session, HeadsUp, heads_up_id, refresh=True), workspace_id)


def _found(found: HeadsUp | None, workspace_id: str) -> HeadsUp:
    if found is None or found.workspace_id != workspace_id:
        raise AnswerTooLate(refusals.GONE)
    return found


def check_ahead(found: HeadsUp, now: datetime) -> None:
    """Raise `AnswerTooLate` for a heads-up that is over or called off."""
    if found.cancelled_at:
        raise AnswerTooLate(refusals.CALLED_OFF)
    if found.is_over(now):
        raise AnswerTooLate(refusals.GONE)


async def list_current(session: AsyncSession, team: Team, *, now: datetime) -> Sequence[HeadsUp]:
    """Return a team's heads-ups that hold now, those that started first first."""
    return (await session.scalars(_CURRENT, {"team_id": team.id, "now": now})).all()


async def list_between(session: AsyncSession, team: Team, since: datetime, until: datetime) -> Sequence[HeadsUp]:
    """Return a team's heads-ups that hold at any time in a span, those that start first first."""
    return (await session.scalars(_standing(team.id).where(HeadsUp.starts_at < until, HeadsUp.ends_at > since))).all()


async def list_ahead(session: AsyncSession, teams: Collection[int], *, now: datetime, until: datetime) -> list[HeadsUp]:
    """Return the heads-ups of teams that start before `until`, and have not started yet."""
    ahead = select(HeadsUp).where(
        HeadsUp.team_id.in_(teams), HeadsUp.cancelled_at.is_(None), HeadsUp.starts_at > now, HeadsUp.starts_at < until
    )
    return [*await session.scalars(ahead.order_by(HeadsUp.starts_at, HeadsUp.id))]


async def list_unfinished(session: AsyncSession, team: Team, *, now: datetime) -> Sequence[HeadsUp]:
    """Return a team's heads-ups that are not over, by id."""
    return (
        await session.scalars(_standing(team.id).where(HeadsUp.ends_at > now).order_by(None).order_by(HeadsUp.id))
    ).all()


async def list_recent(session: AsyncSession, team: Team, *, since: datetime) -> Sequence[HeadsUp]:
    """Return a team's heads-ups that end after `since`, even those that are called off, by id."""
    theirs = select(HeadsUp).where(HeadsUp.team_id == team.id, HeadsUp.ends_at > since)
    return (await session.scalars(theirs.order_by(HeadsUp.id))).all()


def _standing(team_id: Any) -> Select[HeadsUp]:
    theirs = select(HeadsUp).where(HeadsUp.team_id == team_id, HeadsUp.cancelled_at.is_(None))
    return theirs.order_by(HeadsUp.starts_at, HeadsUp.id)


_CURRENT = _standing(bindparam("team_id")).where(
    HeadsUp.starts_at <= bindparam("now"), HeadsUp.ends_at > bindparam("now")
)
"""Built once at import, because every search for a free leader executes it."""


async def load_rota(session: AsyncSession, found: HeadsUp) -> Rota:
    return (await load_rotas(session, [found])).get(found.id, {})


async def load_rotas(session: AsyncSession, found: Sequence[HeadsUp]) -> dict[int, Rota]:
    """Return who covers which hours of heads-ups, by the heads-up's id, each hour in the order of booking."""
    booked = select(CoverSlot).where(CoverSlot.heads_up_id.in_([each.id for each in found]))
    rotas: dict[int, Rota] = {}
    for slot in await session.scalars(booked.order_by(CoverSlot.hour, CoverSlot.id)):
        rotas.setdefault(slot.heads_up_id, {}).setdefault(slot.hour, []).append(slot.person_id)
    return rotas


async def book(session: AsyncSession, found: HeadsUp, person_id: str, hours: Collection[datetime]) -> None:
    """Book hours for a person. The caller must have locked the heads-up and checked that the hours are free."""
    session.add_all(CoverSlot(found.workspace_id, found.team_id, found.id, hour, person_id) for hour in sorted(hours))
    await session.flush()


async def free(
    session: AsyncSession, found: HeadsUp, hours: Collection[datetime], person_id: str | None = None
) -> None:
    """Free booked hours: those of one person, or everybody's."""
    gone = delete(CoverSlot).where(CoverSlot.heads_up_id == found.id, CoverSlot.hour.in_(sorted(hours)))
    await session.execute(gone if person_id is None else gone.where(CoverSlot.person_id == person_id))


async def free_hours_of_others(
    session: AsyncSession, found: HeadsUp, leaders: Collection[str], *, since: datetime
) -> bool:
    """Free the hours from `since` on of everybody but these people; return whether there were any."""
    gone = delete(CoverSlot).where(
        CoverSlot.heads_up_id == found.id, CoverSlot.hour > since, CoverSlot.person_id.not_in(leaders)
    )
    return bool((await session.scalars(gone.returning(CoverSlot.id))).all())
