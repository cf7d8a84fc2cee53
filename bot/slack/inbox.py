"""Idempotency for incoming deliveries. Slack and webhook senders retry when in doubt; a duplicate has no effect."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from datetime import datetime, timedelta
from functools import cache

from sqlalchemy import Executable, Index, Insert
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, table
from bot.db.personal_data import WORK_RETENTION, Erase, Keep, Personal
from bot.db.sessions import WROTE, Database, insert_for


class Delivery(KeyedRow):
    """A processed delivery that had an effect. Its id, which comes from the sender, is the idempotency key."""

    __tablename__ = "deliveries"
    __table_args__ = (Index(None, "workspace_id", "received_at"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    received_at: Mapped[datetime]


Personal(Delivery, "inbox", plain="id", on_mention=Erase.DELETE, keep=Keep(Delivery.received_at, WORK_RETENTION))


class Duplicate(Exception):
    """Raised for a delivery that has had its effect before. Ack it and do nothing."""


class Sessions:
    """Opens the one transaction of a listener.

    The delivery's id is written in the same transaction. If the listener writes nothing, nothing is committed. With
    `shared`, the first of several listeners begins the transaction, and `commit` ends it after the last.
    """

    def __init__(
        self, database: Database, workspace_id: str, delivery_id: str | None, now: datetime, *, shared: bool = False
    ) -> None:
        self.delivery_id = delivery_id
        self._database = database
        self._workspace_id = workspace_id
        self._now = now
        self._shared = shared
        self._session: AsyncSession | None = None

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """Begin the transaction to write in. Raises `Duplicate` if the delivery has been processed before."""
        try:
            yield self._session or await self._receive()
            if not self._shared:
                await self.commit()
        except BaseException:
            await self.close()
            raise

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        """Open a read-only session, which blocks no other transaction."""
        async with self._database.reading() as session:
            yield session

    async def commit(self) -> None:
        """Commit if the listeners wrote anything; otherwise roll back, including the delivery's id."""
        if self._session is None:
            return
        await self._session.flush()
        if self._session.info.get(WROTE):
            await self._session.commit()
        await self.close()

    async def close(self) -> None:
        """Close the session and roll back what was not committed."""
        session, self._session = self._session, None
        if session is not None:
            await session.close()

    async def _receive(self) -> AsyncSession:
        session = self._session = self._database.session()
        if self.delivery_id is None:
            return session
        row = {"workspace_id": self._workspace_id, "id": self.delivery_id, "received_at": self._now}
        receipt = _insert_statement(session.get_bind().dialect.name)
        if (await session.execute(receipt, row)).first() is None:
            raise Duplicate(self.delivery_id)
        session.info[WROTE] = False
        return session


async def record_delivery(
    session: AsyncSession,
    workspace_id: str,
    delivery_id: str,
    *,
    again_after: timedelta | None = None,
    longer: timedelta = timedelta(0),
    now: datetime,
) -> None:
    """Record a delivery in the transaction of its effects. Raises `Duplicate` if it has been recorded before.

    After `again_after` the same id is accepted again. `longer` extends how long the record is retained.
    """
    row = {"workspace_id": workspace_id, "id": delivery_id, "received_at": now + longer}
    written = insert_for(session.get_bind().dialect.name, Delivery).values(row)
    if again_after is None:
        taken: Insert = written.on_conflict_do_nothing()
    else:
        is_new = Delivery.received_at <= now - again_after
        taken = written.on_conflict_do_update(
            index_elements=["workspace_id", "id"], set_={"received_at": now}, where=is_new
        )
    if (await session.execute(taken.returning(Delivery.id))).first() is None:
        raise Duplicate(delivery_id)


async def claim_turn(
    session: AsyncSession,
    workspace_id: str,
    key: str,
    *,
    turns: int = 1,
    again_after: timedelta | None = None,
    now: datetime,
) -> int | None:
    """Count one use of a key that has `turns` uses within `again_after`; return its number, or None if none is left."""
    for turn in range(1, turns + 1):
        with suppress(Duplicate):
            await record_delivery(session, workspace_id, f"{key}:{turn}", again_after=again_after, now=now)
            return turn
    return None


@cache
def _insert_statement(dialect: str) -> Executable:
    """Return the INSERT statement for a delivery, cached because every command executes it."""
    written = insert_for(dialect, table(Delivery)).on_conflict_do_nothing()
    return written.returning(table(Delivery).c.id)
