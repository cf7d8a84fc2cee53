"""Queries for the next lane (a conversation's queue) that may send, and for its next row.

A lane may send if its head (first row) is due and within the rate limit, and no other relay leases the lane.
"""

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import Select, and_, bindparam, case, func, literal_column, or_, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot.db import locks
from bot.db.models import Instant
from bot.db.sessions import database_clock
from bot.org.availability import good_moments, working_hours
from bot.org.erasures import KEY
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import leases, queries, reposts
from bot.slack.outbox.models import Lane, Method, Outgoing, State
from bot.slack.rate_limits import RateLimit

log = structlog.get_logger()

NO_GOOD_MOMENT_DELAY = timedelta(days=365)

_LIMIT = and_(RateLimit.workspace_id == Lane.workspace_id, RateLimit.method == Lane.method)
_NOW = bindparam("now", type_=Instant)
_FREE = or_(Lane.lease_until.is_(None), Lane.lease_until < database_clock())


async def lock_ready_lanes(
    session: AsyncSession, now: datetime, limit: int, full: Collection[str] = ()
) -> Sequence[Lane]:
    """Lock and return up to `limit` ready lanes. Workspaces take turns; in each the most urgent lane comes first.

    Lanes of the workspaces in `full` are left out.
    """
    return (await session.scalars(_READY, {"now": now, "most": limit, "full": [*full]})).all()


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
"""The query for when the first unleased lane will be ready; None if nothing waits.

Built once at import, because it is executed after every commit that adds rows to the outbox.
"""


def _ready() -> Select[Lane]:
    """Select ready lanes: the first lane of every workspace, then the second of every workspace, and so on.

    The conditions are repeated outside the ranking, because PostgreSQL checks only those again on a row that another
    relay has leased in the meantime.
    """
    is_due = and_(Lane.next_at <= _NOW, or_(Lane.paced_until.is_(None), Lane.paced_until <= _NOW))
    is_ready = and_(is_due, _FREE, Lane.workspace_id.not_in(bindparam("full", expanding=True)))
    rank = func.row_number().over(partition_by=Lane.workspace_id, order_by=(Lane.priority, Lane.next_at))
    ranked = (
        select(Lane.workspace_id, Lane.conversation, rank.label("rank"))
        .join(Workspace, Workspace.id == Lane.workspace_id)
        .outerjoin(RateLimit, _LIMIT)
        .where(is_ready, Workspace.parked.is_(None), or_(RateLimit.open_at.is_(None), RateLimit.open_at <= _NOW))
        .subquery()
    )
    same = and_(ranked.c.workspace_id == Lane.workspace_id, ranked.c.conversation == Lane.conversation)
    fair = select(Lane).join(ranked, same).where(is_ready).order_by(ranked.c.rank, Lane.priority, Lane.next_at)
    return locks.for_update(fair.limit(bindparam("most")), Lane, skip_locked=True)


_READY = _ready()


def _select_heads() -> Select[Outgoing]:
    """Select the heads of lanes, each with what decides whether and how it is sent."""
    first = leases.select_due(Lane.workspace_id, Lane.conversation).correlate(Lane)
    is_head = and_(Outgoing.id == first.scalar_subquery(), Outgoing.state == literal_column(f"'{State.WAITING}'"))
    facts = (Outgoing.recipient, Outgoing.team, Outgoing.posted, Outgoing.parent)
    heads = select(Outgoing).select_from(Lane).join(Outgoing, is_head).options(*map(joinedload, facts))
    is_meant = tuple_(Lane.workspace_id, Lane.conversation).in_(bindparam("lanes", expanding=True))
    return locks.for_update(heads.where(is_meant), Outgoing, skip_locked=True)


_HEADS = _select_heads()


async def lock_heads(session: AsyncSession, of: Sequence[Address], now: datetime) -> dict[Address, Outgoing]:
    """Lock and return the due heads of locked lanes, without those that another transaction has locked."""
    found = await session.scalars(_HEADS, {"lanes": [*of], "now": now}) if of else ()
    return {row.address: row for row in found}


async def lock_next_row(
    session: AsyncSession, lane: Lane, now: datetime, heads: Mapping[Address, Outgoing] | None = None
) -> Outgoing | None:
    """Lock and return the lane's next row. None if nothing is due, or the row is locked by another transaction.

    Closes rows that must not be sent (expired, no card, recipient has left), and holds rows back outside the
    recipient's or team's working hours. `heads` are those that `lock_heads` has returned before for many lanes.
    """
    known = await lock_heads(session, [lane.address], now) if heads is None else heads
    while row := known.get(lane.address):
        is_reposted = await reposts.post_refused_card(session, row, now)
        if is_reposted is None:
            return None
        if not is_reposted and _may_be_sent(row, now):
            if (lane.priority, lane.method) != (row.priority, row.method):
                lane.priority, lane.method = row.priority, row.method
            return row
        await session.flush()
        known = await lock_heads(session, [lane.address], now)
    await leases.update_hint(session, lane.address, now)
    return None


def _may_be_sent(row: Outgoing, now: datetime) -> bool:
    """Return whether a row may be sent now; if not, close it or hold it back."""
    if reason := _find_obstacle(row, now):
        row.finish(State.DROPPED, now, reason)
    elif (moment := _moment(row, now)) is None:
        row.state, row.reason, row.settled_at = State.FAILED, "hours cannot be read", now
    elif moment == now:
        return True
    else:
        row.held_from, row.not_before = row.held_from or row.not_before, moment
    return False


def _find_obstacle(row: Outgoing, now: datetime) -> str | None:
    """Return the reason why a row must not be sent anymore, or None."""
    person, is_new = row.recipient, row.attempted_at is None
    if person and person.is_being_erased and not _is_about_erasure(row):
        return queries.NOBODY
    if is_new and row.expires_at and now >= row.expires_at:
        return "expired"
    if row.under and row.method != Method.FILE and row.parent is None:
        return "no_card"
    return "has_left" if is_new and row.team and person and person.has_left else None


def _is_about_erasure(row: Outgoing) -> bool:
    return (row.key or "").startswith(KEY) or row.method in queries.TAKES_AWAY


def _moment(row: Outgoing, now: datetime) -> datetime | None:
    """Return when a row may be sent or must be checked again: now, at the next good moment, or when it expires.

    None if this release cannot read the working hours. Then only that row fails, and does not block the lane.
    """
    person, team = row.recipient, row.team
    if team is None or row.attempted_at is not None:
        return now
    try:
        good = good_moments.next_good_moment(
            working_hours.person_hours(person, team) if person else working_hours.team_hours(team), now
        )
    except (ValueError, LookupError):
        log.exception("working_hours_read_failed", row=row.id, team=team.id)
        return None
    return min(filter(None, [good or now + NO_GOOD_MOMENT_DELAY, row.expires_at]))
