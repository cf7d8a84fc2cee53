"""Delete what nobody needs any more, as each table declares it."""

from collections.abc import Iterable
from datetime import datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, delete, inspect, select, tuple_
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import Base
from bot.db.personal import DECLARED, Keep
from bot.db.sessions import table


async def prune(
    session: AsyncSession, workspace_id: str, *, now: datetime, limit: int, models: Iterable[type[Base]] | None = None
) -> int:
    """Delete the rows whose time is over, those that refer to others first.

    Of each period of each table at most `limit` go; returns the most that went of one.
    """
    order = {each: number for number, each in enumerate(Base.metadata.sorted_tables)}
    most = 0
    for model in sorted(models or DECLARED, key=lambda each: order[table(each)], reverse=True):
        for keep in DECLARED[model].periods:
            is_over = (table(model).c.workspace_id == workspace_id) & keep.is_over(now)
            delete_by = DECLARED[model].delete_by or partial(_delete, model, keep)
            most = max(most, await delete_by(session, is_over, limit))
    return most


async def _delete(
    model: type[Base], keep: Keep, session: AsyncSession, is_over: ColumnElement[bool], limit: int
) -> int:
    keys: tuple[Any, ...] = inspect(model).primary_key
    old = select(*keys).where(is_over).order_by(keep.counted_from).limit(limit)
    gone = delete(model).where(tuple_(*keys).in_(old)).returning(*keys)
    return len((await session.execute(gone)).all())
