"""Row locks, all taken here and in one order, which the tests check (`tests/lock_order.py`).

Two transactions that lock in different orders wait for each other until PostgreSQL ends one of them.
"""

from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base

Model = TypeVar("Model", bound=Base)
Row = TypeVarTuple("Row")
WORKSPACE, SOURCE, TEAM, PERSON, THING, JOB, LANE = range(7)
"""A source tells of others: a channel of its team, a message of its reactions, a webhook of its alerts."""
RANKS = {
    "keyring": WORKSPACE, "workspaces": WORKSPACE, "channels": SOURCE, "cheered_messages": SOURCE, "webhooks": SOURCE,
    "teams": TEAM, "people": PERSON, "scheduled_jobs": JOB, "lanes": LANE, "rate_limits": LANE,
}  # fmt: skip
MOST_CLAIMED = 32
"""More than there are replicas, each of which claims one at a time."""


def rank(table: str) -> int:
    """Return the place of a table's rows in the order, in which rows of one table go by id."""
    return RANKS.get(table, THING)


def for_update(
    query: Select[*Row], of: type[Base] | Table, *, key_share: bool = False, skip_locked: bool = False
) -> Select[*Row]:
    """Lock the rows of one table that a query finds, several in the order of their keys.

    A query that skips locked rows waits for nobody, and so may take them out of order.
    """
    return query.with_for_update(of=of, key_share=key_share, skip_locked=skip_locked)


async def lock_row(session: AsyncSession, model: type[Model], key: Any, *, refresh: bool = False) -> Model | None:
    """Lock a row by its primary key; `refresh` reads anew what the session knew of it."""
    return await session.get(model, key, with_for_update=True, populate_existing=refresh)


async def lock_existing(session: AsyncSession, model: type[Model], key: Any) -> Model:
    """Lock a row that must be there; raises `NoResultFound` otherwise."""
    return await session.get_one(model, key, with_for_update=True)


async def claim(session: AsyncSession, ids: Select[int]) -> int | None:
    """Return the first id that nobody else has claimed, and claim it until the transaction ends.

    Nobody ever waits for a claim, nor does it lock the row. SQLite has a single writer and needs none.
    """
    if session.get_bind().dialect.name == "sqlite":
        return await session.scalar(ids.limit(1))
    each = ids.limit(MOST_CLAIMED).subquery()
    free = select(each.c.id).where(func.pg_try_advisory_xact_lock(each.c.id))
    return await session.scalar(free.limit(1))
