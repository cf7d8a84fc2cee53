"""Operator actions on the outbox: list unsent messages, retry a failed one, drop one."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.slack.outbox.lane_updates import announce_row
from bot.slack.outbox.models import Outgoing, State

Change = Callable[[AsyncSession, int, datetime], Awaitable[None]]


@dataclass(frozen=True)
class Filter:
    """Which unsent messages are meant. `reason` is a part of the reason why a message failed."""

    states: Sequence[State] = (State.WAITING, State.FAILED)
    workspace_id: str = ""
    reason: str = ""


async def list_unsent(session: AsyncSession, only: Filter = Filter()) -> Sequence[Outgoing]:
    """Return waiting and failed messages, oldest first, without their text."""
    rows = select(Outgoing).where(Outgoing.state.in_(only.states))
    if only.workspace_id:
        rows = rows.where(Outgoing.workspace_id == only.workspace_id)
    if only.reason:
        rows = rows.where(Outgoing.reason.contains(only.reason, autoescape=True))
    return (await session.scalars(rows.order_by(Outgoing.id))).all()


async def list_unsent_data(database: Database) -> list[dict[str, Any]]:
    """Return the unsent messages as plain data, for the sandbox's Inspector."""
    async with database.reading() as session:
        rows = await list_unsent(session)
    shown = ("id", "method", "conversation", "state", "not_before")
    return [{key: value for key, value in describe_row(row).items() if key in shown} for row in rows]


def describe_row(row: Outgoing) -> dict[str, Any]:
    """Return what an operator may see of a message, as plain data."""
    plain = ("id", "workspace_id", "method", "conversation", "tries", "reason")
    return {key: getattr(row, key) for key in plain} | {
        "state": State(row.state).name.lower(),
        "not_before": row.not_before.isoformat(),
    }


async def retry(session: AsyncSession, row_id: int, now: datetime) -> None:
    """Retry a dead letter: put a failed row back into its lane."""
    row = await _one_of(session, row_id, (State.FAILED,), "has not failed")
    row.state, row.tries, row.reason, row.settled_at = State.WAITING, 0, None, None
    announce_row(session, row)


async def drop(session: AsyncSession, row_id: int, now: datetime) -> None:
    """Drop a waiting or failed row and delete its payload."""
    row = await _one_of(session, row_id, (State.WAITING, State.FAILED), "is neither waiting nor failed")
    row.finish(State.DROPPED, now, "dropped by the operator")


async def _one_of(session: AsyncSession, row_id: int, states: tuple[State, ...], otherwise: str) -> Outgoing:
    row = await locks.lock_row(session, Outgoing, row_id)
    if row is None or row.state not in states:
        raise OperatorError(f"Row {row_id} {otherwise}. `steward outbox list` shows the current rows.")
    return row
