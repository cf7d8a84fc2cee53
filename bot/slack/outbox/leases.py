"""Leases of lanes (conversations' queues) by relays, and the lanes' hints about their next rows."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Select,
    String,
    Update,
    and_,
    bindparam,
    func,
    literal_column,
    select,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import aliased

from bot.db import locks
from bot.db.models import table
from bot.db.sessions import database_clock
from bot.org.workspaces import Address
from bot.slack.outbox.models import Lane, Outgoing, State

_LANES = table(Lane)
_WORKSPACE: Any = bindparam("workspace", type_=String)
_PLACE: Any = bindparam("place", type_=String)
_IS_LANE = and_(_LANES.c.workspace_id == _WORKSPACE, _LANES.c.conversation == _PLACE)
_IS_MINE = and_(_IS_LANE, _LANES.c.lease_by == bindparam("relay"))


async def lease(session: AsyncSession, by: str, seconds: float, paced_until: Mapping[Address, datetime]) -> None:
    """Lease lanes to a relay. Nothing else is sent in each before the given time, even if the lease ends sooner."""
    rows = [{**_names(lane), "relay": by, "seconds": seconds, "until": until} for lane, until in paced_until.items()]
    if rows:
        await session.execute(_LEASE, rows)


async def is_leased(session: AsyncSession, lane: Address, by: str) -> bool:
    """Lock a lane, and return whether it is leased to this relay."""
    mine = locks.for_update(_MINE, Lane)
    return await session.scalar(mine, {**_names(lane), "relay": by}) is not None


async def release(session: AsyncSession, lane: Address, by: str, *, paced_until: datetime, now: datetime) -> None:
    """End a relay's lease of a lane, unless it has lost it, and update the lane's hint."""
    values = {**_names(lane), "relay": by}
    await locks.lock_before_update(session, locks.for_update(_MINE, Lane), values)
    await session.execute(_RELEASE, {**values, "until": paced_until, "now": now})


async def update_hint(session: AsyncSession, lane: Address, now: datetime) -> None:
    """Update a locked lane's hint: the priority and method of its head (the next row to send), and when it is due."""
    await session.execute(_HINT, {**_names(lane), "now": now})


def select_due(of: type[Outgoing], workspace_id: Any, conversation: Any) -> Select[int]:
    """Select the id of a lane's first row that is due by the parameter `now`."""
    due = _waiting(of, workspace_id, conversation).where(of.not_before <= bindparam("now"))
    return due.order_by(of.priority, of.id).limit(1)


def _select_later(of: type[Outgoing], workspace_id: Any, conversation: Any) -> Select[int]:
    later = _waiting(of, workspace_id, conversation).where(of.not_before > bindparam("now"))
    return later.order_by(of.not_before, of.id).limit(1)


def _waiting(of: type[Outgoing], workspace_id: Any, conversation: Any) -> Select[int]:
    waits = of.state == literal_column(f"'{State.WAITING}'")  # no parameter, so that a partial index fits every time
    return select(of.id).where(of.workspace_id == workspace_id, of.conversation == conversation, waits)


def _names(lane: Address) -> dict[str, Any]:
    return {"workspace": lane.workspace_id, "place": lane.conversation}


def _update_hint() -> Update:
    """Update a lane's hint from its head, or from the row that will be the head next if no row is due."""
    due = select_due(aliased(Outgoing), _WORKSPACE, _PLACE)
    later = _select_later(aliased(Outgoing), _WORKSPACE, _PLACE)
    head_id = func.coalesce(due.scalar_subquery(), later.scalar_subquery())
    hint = [func.min(each).label(each.key) for each in (Outgoing.not_before, Outgoing.priority, Outgoing.method)]
    found = select(_WORKSPACE.label("lane"), *hint).where(Outgoing.id == head_id).subquery().c
    values = {
        "next_at": found.not_before,
        "priority": func.coalesce(found.priority, _LANES.c.priority),
        "method": func.coalesce(found.method, _LANES.c.method),
    }
    return update(_LANES).where(_IS_LANE, _LANES.c.workspace_id == found.lane).values(values)


_MINE = select(Lane.conversation).where(_IS_MINE)
_LEASE = (
    update(_LANES)
    .where(_IS_LANE)
    .values(
        lease_by=bindparam("relay"),
        lease_until=database_clock() + bindparam("seconds"),
        paced_until=bindparam("until"),
    )
)
_HINT = _update_hint()
_RELEASE = _HINT.where(_LANES.c.lease_by == bindparam("relay")).values(
    lease_by=None, lease_until=None, paced_until=bindparam("until")
)
