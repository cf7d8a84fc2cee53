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

from bot.db import locks
from bot.db.models import table
from bot.db.sessions import database_clock
from bot.org.workspaces import Address
from bot.slack.outbox.models import Lane, Outgoing, State

_LANES, _OUTBOX = table(Lane), table(Outgoing)
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
    return await session.scalar(_LEASED, {**_names(lane), "relay": by}) is not None


async def release(session: AsyncSession, lane: Address, by: str, *, paced_until: datetime, now: datetime) -> None:
    """End a relay's lease of a lane, unless it has lost it, and update the lane's hint."""
    values = {**_names(lane), "relay": by}
    await locks.lock_before_update(session, _LEASED, values)
    await session.execute(_RELEASE, {**values, "until": paced_until, "now": now})


async def update_hint(session: AsyncSession, lane: Address, now: datetime) -> None:
    """Update a locked lane's hint: the priority and method of its head (the next row to send), and when it is due."""
    await session.execute(_HINT, {**_names(lane), "now": now})


def select_due(workspace_id: Any, conversation: Any) -> Select[int]:
    """Select the id of a lane's first row that is due by the parameter `now`."""
    row, waiting = _select_waiting(workspace_id, conversation)
    return waiting.where(row.not_before <= bindparam("now")).order_by(row.priority, row.id)


def _select_later(workspace_id: Any, conversation: Any) -> Select[int]:
    row, waiting = _select_waiting(workspace_id, conversation)
    return waiting.where(row.not_before > bindparam("now")).order_by(row.not_before, row.id)


def _select_waiting(workspace_id: Any, conversation: Any) -> tuple[Any, Select[int]]:
    """Return the columns of a lane's rows, and a query for one waiting row, without a parameter for its state.

    SQLite plans a statement anew, whenever it runs, if a partial index depends on a parameter.
    """
    row = _OUTBOX.alias().c
    is_here = (row.workspace_id == workspace_id, row.conversation == conversation)
    return row, select(row.id).where(*is_here, row.state == literal_column(f"'{State.WAITING}'")).limit(1)


def _names(lane: Address) -> dict[str, Any]:
    return {"workspace": lane.workspace_id, "place": lane.conversation}


def _update_hint() -> Update:
    """Update a lane's hint from its head, or from the row that will be the head next if no row is due."""
    due, later = select_due(_WORKSPACE, _PLACE), _select_later(_WORKSPACE, _PLACE)
    head_id = func.coalesce(due.scalar_subquery(), later.scalar_subquery())
    row = _OUTBOX.c
    hint = [func.min(each).label(each.key) for each in (row.not_before, row.priority, row.method)]
    found = select(_WORKSPACE.label("lane"), *hint).where(row.id == head_id).subquery().c
    values = {
        "next_at": found.not_before,
        "priority": func.coalesce(found.priority, _LANES.c.priority),
        "method": func.coalesce(found.method, _LANES.c.method),
    }
    return update(_LANES).where(_IS_LANE, _LANES.c.workspace_id == found.lane).values(values)


_LEASED = locks.for_update(select(Lane.conversation).where(_IS_MINE), Lane)
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
