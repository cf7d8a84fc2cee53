"""What each table holds of people: who reads it, whose export has it, what an erase does to it, how long it is kept.

One declaration stands beside each model; retention, export and erase walk all of them.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Date, and_, delete, inspect, select, true, tuple_
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.models import Base, table

Column = InstrumentedAttribute[Any]
Delete = Callable[[AsyncSession, ColumnElement[bool], int], Awaitable[int]]
"""Deletes rows for which a condition holds, so many at most; returns how many."""

RETENTION = timedelta(days=400)
"""How long a person's own record is kept."""
WORK_RETENTION = timedelta(days=7)
WITH_ITS_PARENT = "goes with its parent, by a foreign key that cascades"
KNOWN_NOW = "what Slack knows now"
DECLARED: "dict[type[Base], Personal]" = {}


class Reader(StrEnum):
    """Who reads it in Slack."""

    NOBODY = "nobody"
    NAMED = "named"
    """Only the people whom the row names."""
    LEADERS = "leaders"
    TEAM = "team"
    AS_CHOSEN = "as chosen"
    """By whoever gave or wrote it."""
    OPERATOR = "operator"


class Erase(StrEnum):
    """What an erase does to the rows that name the person."""

    DELETE = "delete"
    UNNAME = "unname"
    """The name goes, the rest stays."""
    DELETE_WORDS = "delete words"
    """The row stays, without the words."""


@dataclass(frozen=True)
class Keep:
    """How long rows live, counted from a column's instant or day; `only` those for which a condition holds."""

    counted_from: Column
    period: timedelta = RETENTION
    only: ColumnElement[bool] | None = None

    def is_over(self, now: datetime) -> ColumnElement[bool]:
        end = now - self.period
        has_passed = self.counted_from < (end.date() if isinstance(self.counted_from.type, Date) else end)
        return and_(has_passed, true() if self.only is None else self.only)


@dataclass(frozen=True)
class Personal:
    """The declaration of one table, which is known from then on."""

    model: type[Base]
    kind: str
    """The kind of data, as people are told of it."""
    keep: Keep | Sequence[Keep] | str
    """Each way in which a row's time ends, or why it never does by itself."""
    people: Sequence[Column] = ()
    """Ids of people."""
    words: Sequence[Column] = ()
    """What people wrote or chose, and what says who they are; JSON as a whole."""
    plain: str = ""
    """The names of all other columns of text, bytes or JSON, foreign keys aside: ids of things, states, jobs."""
    read_by: Reader = Reader.NAMED
    export_to: Sequence[Column] | None = None
    """Those of `people` whose export has the row; everybody's unless said otherwise, or unless nobody reads it."""
    on_erase: Erase | Mapping[Column, Erase] = Erase.DELETE
    """By the column that names the person, where that matters; a column that is missing then changes nothing."""
    delete_by: Delete | None = None
    """How rows are deleted that something else counts."""

    def __post_init__(self) -> None:
        DECLARED[self.model] = self

    @property
    def periods(self) -> Sequence[Keep]:
        if isinstance(self.keep, str):
            return ()
        return (self.keep,) if isinstance(self.keep, Keep) else self.keep


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
