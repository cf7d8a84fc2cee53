"""Row locks. All are taken with these functions, in one global order, which the tests check (`tests/lock_order.py`).

Two transactions that lock in different orders can deadlock; PostgreSQL then aborts one of them.
"""

from typing import Any, TypeVar, TypeVarTuple

from sqlalchemy import Select, Table, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base

Model = TypeVar("Model", bound=Base)
Row = TypeVarTuple("Row")
INSTALLATION, WORKSPACE, SOURCE, TEAM, PERSON, THING, JOB, LANE = range(8)
"""The ranks of the lock order. A source is a row that receives events about others: a channel, a message, a webhook."""
RANKS = {
    "keyring": INSTALLATION, "installations": INSTALLATION, "workspaces": WORKSPACE, "channels": SOURCE,
    "cheered_messages": SOURCE, "webhooks": SOURCE, "teams": TEAM, "people": PERSON, "scheduled_jobs": JOB,
    "lanes": LANE, "rate_limits": LANE,
}  # fmt: skip
MOST_CLAIMED = 32
"""How many candidates a claim considers: more than there are replicas, each of which claims one at a time."""


def rank(table: str) -> int:
    """Return the rank of a table in the lock order. Rows of one table are locked in the order of their ids."""
    return RANKS.get(table, THING)


def for_update(
    query: Select[*Row], of: type[Base] | Table, *, key_share: bool = False, skip_locked: bool = False
) -> Select[*Row]:
    """Add a row lock on one table to a query. A query for several rows must order them by key.

    With `skip_locked` the query never waits, so it may lock in any order.
    """
    return query.with_for_update(of=of, key_share=key_share, skip_locked=skip_locked)


async def lock_row(session: AsyncSession, model: type[Model], key: Any, *, refresh: bool = False) -> Model | None:
    """Lock and return a row by its primary key, or None. With `refresh`, overwrite the session's copy of the row."""
    return await session.get(model, key, with_for_update=True, populate_existing=refresh)


async def lock_existing(session: AsyncSession, model: type[Model], key: Any) -> Model:
    """Lock and return a row by its primary key. Raises `NoResultFound` if it does not exist."""
    return await session.get_one(model, key, with_for_update=True)


async def lock_shared(session: AsyncSession, model: type[Model], key: Any) -> Model | None:
    """Lock a row against changes by others, and return it, or None. Several transactions can hold this lock at once."""
    return await session.get(model, key, with_for_update={"read": True}, populate_existing=True)


async def lock_before_update(session: AsyncSession, query: Select[*Row], values: dict[str, Any]) -> None:
    """Lock rows on PostgreSQL, so that the UPDATE that follows sees what their last holder has committed elsewhere.

    An UPDATE that itself waits for a lock reads other tables as they were before. SQLite has a single writer.
    """
    if session.get_bind().dialect.name != "sqlite":
        await session.execute(query, values)


def claiming(ids: Select[int], dialect: str) -> Select[int]:
    """Return a query that claims the first id that no other transaction has claimed, until its transaction ends.

    It finds none if every id is claimed. A claim on PostgreSQL is an advisory lock: it never waits and does not lock
    the row. SQLite has a single writer and needs no lock.
    """
    if dialect == "sqlite":
        return ids.limit(1)
    each = ids.limit(MOST_CLAIMED).subquery()
    return select(each.c.id).where(func.pg_try_advisory_xact_lock(each.c.id)).limit(1)
