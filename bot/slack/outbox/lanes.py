"""Queries for the next lane (a conversation's queue) that may send.

Its head (first row) is due and within the rate limit, and no other relay leases the lane.
"""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, and_, case, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import database_clock
from bot.org.availability import good_moments, working_hours
from bot.org.erasures import KEY
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.slack.outbox import queries, reposts
from bot.slack.outbox.models import Card, Lane, Method, Outgoing, State
from bot.slack.rate_limits import RateLimit

log = structlog.get_logger()

PEOPLE = ("U", "W")
"""The first letters of people's ids."""
NO_GOOD_MOMENT_DELAY = timedelta(days=365)

_LIMIT = and_(RateLimit.workspace_id == Lane.workspace_id, RateLimit.method == Lane.method)
_FREE = or_(Lane.lease_until.is_(None), Lane.lease_until < database_clock())


async def lock_ready_lanes(
    session: AsyncSession, now: datetime, limit: int, full: Collection[str] = ()
) -> Sequence[Lane]:
    """Lock and return up to `limit` ready lanes. Workspaces take turns; in each the most urgent lane comes first.

    Lanes of the workspaces in `full` are left out.
    """
    return (await session.scalars(_ready(now, full).limit(limit))).all()


async def update_hint(session: AsyncSession, lane: Lane, now: datetime) -> None:
    """Update the lane's hint: the priority and method of its head (the next row to send), and when that row is due."""
    head = await session.scalar(_due(lane, now)) or await session.scalar(_later(lane, now))
    lane.next_at = head.not_before if head else None
    if head:
        lane.priority, lane.method = head.priority, head.method


async def next_at(session: AsyncSession) -> datetime | None:
    """Return when the first unleased lane will be ready, or None if nothing waits."""
    return await session.scalar(READY_AT)


def _ready_at() -> Select[datetime | None]:
    moment = Lane.next_at
    for other in (Lane.paced_until, RateLimit.open_at):
        moment = case((other > moment, other), else_=moment)  # type: ignore[assignment]
    waiting = (
        select(func.min(moment))
        .select_from(Lane)
        .outerjoin(RateLimit, _LIMIT)
        .join(Workspace, Workspace.id == Lane.workspace_id)
    )
    return waiting.where(Lane.next_at.is_not(None), Workspace.parked.is_(None), _FREE)


READY_AT = _ready_at()
"""Built once at import, because it is executed after every commit that adds rows to the outbox."""


def _ready(now: datetime, full: Collection[str]) -> Select[Lane]:
    """Select ready lanes: the first lane of every workspace, then the second of every workspace, and so on.

    The conditions are repeated outside the ranking, because PostgreSQL checks only those again on a row that another
    relay has leased in the meantime.
    """
    is_ready = and_(Lane.next_at <= now, or_(Lane.paced_until.is_(None), Lane.paced_until <= now), _FREE)
    if full:
        is_ready = and_(is_ready, Lane.workspace_id.not_in(full))
    rank = func.row_number().over(partition_by=Lane.workspace_id, order_by=(Lane.priority, Lane.next_at))
    ranked = (
        select(Lane.workspace_id, Lane.conversation, rank.label("rank"))
        .join(Workspace, Workspace.id == Lane.workspace_id)
        .outerjoin(RateLimit, _LIMIT)
        .where(is_ready, Workspace.parked.is_(None), or_(RateLimit.open_at.is_(None), RateLimit.open_at <= now))
        .subquery()
    )
    same = and_(ranked.c.workspace_id == Lane.workspace_id, ranked.c.conversation == Lane.conversation)
    fair = select(Lane).join(ranked, same).where(is_ready).order_by(ranked.c.rank, Lane.priority, Lane.next_at)
    return locks.for_update(fair, Lane, skip_locked=True)


async def lock_next_row(session: AsyncSession, lane: Lane, now: datetime) -> Outgoing | None:
    """Lock and return the lane's next row. None if nothing is due, or the row is locked by another transaction.

    Closes rows that must not be sent (expired, no card, recipient has left), and holds rows back outside the
    recipient's or team's working hours.
    """
    while (head_id := await session.scalar(_due(lane, now).with_only_columns(Outgoing.id))) is not None:
        locked = select(Outgoing).where(Outgoing.id == head_id, Outgoing.state == State.WAITING)
        row = await session.scalar(locks.for_update(locked, Outgoing, skip_locked=True))
        if row is None:
            return None
        is_posted = await reposts.post_refused_card(session, row, now)
        if is_posted is None:
            return None
        if is_posted:
            continue
        reader = await _reader(session, row)
        if await _is_for_erased(session, row):
            row.finish(State.DROPPED, now, queries.NOBODY)
            await session.flush()
            continue
        if row.attempted_at is None and row.expires_at and now >= row.expires_at:
            row.finish(State.DROPPED, now, "expired")
        elif row.under and row.method != Method.FILE and await session.get(Card, (row.workspace_id, row.under)) is None:
            row.finish(State.DROPPED, now, "no_card")
        elif reader and reader.has_left:
            row.finish(State.DROPPED, now, "has_left")
        elif (moment := await _moment(session, row, reader, now)) is None:
            row.state, row.reason, row.settled_at = State.FAILED, "hours cannot be read", now
        elif moment == now:
            lane.priority, lane.method = row.priority, row.method
            return row
        else:
            row.held_from, row.not_before = row.held_from or row.not_before, moment
        await session.flush()
    await update_hint(session, lane, now)
    return None


async def _is_for_erased(session: AsyncSession, row: Outgoing) -> bool:
    """Return whether a row is for somebody whose data is being erased, and not about that."""
    if row.conversation[:1] not in PEOPLE:
        return False
    person = await session.get(Person, (row.workspace_id, row.conversation))
    is_about = (row.key or "").startswith(KEY) or row.method in queries.TAKES_AWAY
    return person is not None and person.is_being_erased and not is_about


async def _moment(session: AsyncSession, row: Outgoing, person: Person | None, now: datetime) -> datetime | None:
    """Return when a row may be sent or must be checked again: now, at the next good moment, or when it expires.

    None if this release cannot read the working hours. Then only that row fails, and does not block the lane.
    """
    if row.team_id is None or row.attempted_at is not None:
        return now
    team = await session.get_one(Team, row.team_id)
    try:
        good = good_moments.next_good_moment(
            working_hours.person_hours(person, team) if person else working_hours.team_hours(team), now
        )
    except (ValueError, LookupError):
        log.exception("working_hours_read_failed", row=row.id, team=team.id)
        return None
    return min(filter(None, [good or now + NO_GOOD_MOMENT_DELAY, row.expires_at]))


async def _reader(session: AsyncSession, row: Outgoing) -> Person | None:
    """Return the person whose working hours a row waits for, or None if the row is sent at any time or not to a DM."""
    waits = row.team_id is not None and row.attempted_at is None
    return await session.get(Person, (row.workspace_id, row.conversation)) if waits else None


def _due(lane: Lane, now: datetime) -> Select[Outgoing]:
    return _waiting(lane).where(Outgoing.not_before <= now).order_by(Outgoing.priority, Outgoing.id).limit(1)


def _later(lane: Lane, now: datetime) -> Select[Outgoing]:
    return _waiting(lane).where(Outgoing.not_before > now).order_by(Outgoing.not_before, Outgoing.id).limit(1)


def _waiting(lane: Lane) -> Select[Outgoing]:
    return select(Outgoing).where(
        Outgoing.workspace_id == lane.workspace_id,
        Outgoing.conversation == lane.conversation,
        Outgoing.state == State.WAITING,
    )
