"""What an operator may do with the outbox: look, try again, drop."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import OperatorError
from bot.outbox import announce
from bot.outbox.tables import Outgoing, State

Change = Callable[[AsyncSession, int, datetime], Awaitable[None]]


async def unsent(session: AsyncSession) -> Sequence[Outgoing]:
    """What waits or was set aside, oldest first; without their text."""
    rows = select(Outgoing).where(Outgoing.state.in_([State.WAITING, State.ASIDE]))
    return (await session.scalars(rows.order_by(Outgoing.id))).all()


async def retry(session: AsyncSession, row_id: int, now: datetime) -> None:
    """Put a row that was set aside back into its lane."""
    row = await _unsent(session, row_id)
    row.state, row.tries, row.reason, row.settled_at = State.WAITING, 0, None, None
    announce(session, row)


async def drop(session: AsyncSession, row_id: int, now: datetime) -> None:
    row = await _unsent(session, row_id)
    row.settle(State.DROPPED, now, "dropped by the operator")


async def _unsent(session: AsyncSession, row_id: int) -> Outgoing:
    row = await session.get(Outgoing, row_id, with_for_update=True)
    if row is None or row.state not in (State.WAITING, State.ASIDE):
        raise OperatorError(f"Row {row_id} neither waits nor was set aside; `steward outbox list` shows those that do.")
    return row
