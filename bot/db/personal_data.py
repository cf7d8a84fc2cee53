"""Personal data in each table: who can read it, whose export includes it, what an erase does, and how long it is kept.

There is one declaration next to each model. Retention, export and erase iterate over all declarations.
"""

from collections.abc import Awaitable, Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from enum import StrEnum
from functools import cache
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Date,
    Executable,
    and_,
    bindparam,
    delete,
    exists,
    inspect,
    or_,
    select,
    true,
    tuple_,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import InstrumentedAttribute

from bot.db.models import Base, table

Column = InstrumentedAttribute[Any]
Delete = Callable[[AsyncSession, ColumnElement[bool], int], Awaitable[int]]
"""A function that deletes rows that match a condition, up to a limit, and returns how many it deleted."""
Find = Callable[[AsyncSession, str, str], Awaitable[Sequence[Mapping[str, Any]]]]
"""A function that returns what rows say about a person, by name, given the ids of the workspace and the person."""

RETENTION = timedelta(days=400)
"""The default retention period of personal data."""
TIME_RETENTION = timedelta(days=90)
"""The retention period of leaders' time entries."""
DECLINED_RETENTION = timedelta(days=30)
"""The retention period of declined requests."""
WORK_RETENTION = timedelta(days=7)
WITH_ITS_PARENT = "goes with its parent, by a foreign key that cascades"
MOST_NAMES = 100
"""How many names of cards one statement deletes."""
KNOWN_NOW = "what Slack knows now"
DECLARED: "dict[type[Base], Personal]" = {}


class Reader(StrEnum):
    """Who can read the data in Slack."""

    NOBODY = "nobody"
    NAMED = "named"
    """Only the people named in the row."""
    LEADERS = "leaders"
    TEAM = "team"
    AS_CHOSEN = "as chosen"
    """The audience chosen by the person who gave or wrote what the row stores."""
    OPERATOR = "operator"


STAND_IN = "gone-"
"""The start of the random id that replaces the id of an erased person in rows that stay."""
FORMER = "a former colleague"


class Erase(StrEnum):
    """What an erase does to the rows that name the person."""

    DELETE = "delete"
    UNNAME = "unname"
    """Replace the person's id by one that names nobody, and keep the rest."""
    CLEAR = "clear"
    """Empty the column and keep the rest."""
    TAKE_OUT = "take out"
    """Take the person out of a list of people, and keep the rest."""
    DELETE_WORDS = "delete words"
    """The same as `UNNAME`, and delete what the person wrote, or what was written to the person alone."""


@dataclass(frozen=True)
class Keep:
    """A retention period, counted from a column's instant or day. With `only`, it applies only to rows that match."""

    counted_from: Column
    period: timedelta = RETENTION
    only: ColumnElement[bool] | None = None

    def find_end(self, now: datetime) -> datetime | date:
        """Return the instant or day before which the period is over."""
        end = now - self.period
        return end.date() if isinstance(self.counted_from.type, Date) else end

    def is_over(self, end: Any) -> ColumnElement[bool]:
        """Return the SQL condition for rows whose period is over; `end` is what `find_end` returns."""
        return and_(self.counted_from < end, true() if self.only is None else self.only)


@dataclass(frozen=True)
class Personal:
    """The declaration of one table's personal data. Creating it registers it in `DECLARED`."""

    model: type[Base]
    kind: str
    """The kind of data, as shown to people."""
    keep: Keep | Sequence[Keep] | str
    """The retention periods of its rows, or the reason why they do not expire by themselves."""
    people: Sequence[Column] = ()
    """The columns that hold ids of people."""
    words: Sequence[Column] = ()
    """The columns with what people wrote or chose, or with what identifies them. A JSON column counts as a whole."""
    plain: str = ""
    """The names of all other columns of text, bytes or JSON except foreign keys, such as ids and states."""
    read_by: Reader = Reader.NAMED
    export_to: Sequence[Column] | None = None
    """The columns of `people` that decide whose export includes the row. By default all; none if nobody can read it."""
    export_if: Mapping[Column, ColumnElement[bool]] = field(default_factory=dict)
    """For columns of `export_to`, the condition for rows to be in that person's export. By default all rows are."""
    private_to: Mapping[Column, Column] = field(default_factory=dict)
    """Columns that only the export of the person in another column contains, and that other column."""
    not_exported: Sequence[Column] = ()
    """Columns that no export contains, such as what others wrote for others."""
    find_exported: Find | None = None
    """Finds a person's rows of a table that names people only in encrypted values; None for all other tables."""
    on_erase: Erase | Mapping[Column, Erase] = Erase.DELETE
    """What an erase does, optionally per column that names the person. A column not in the mapping is unnamed."""
    wrote: Mapping[Column, Sequence[Column]] | None = None
    """Which of `words` the person in each column wrote, for `DELETE_WORDS`; all of them if nothing is given."""
    instead: Mapping[Column, str] = field(default_factory=dict)
    """What is stored in place of deleted words that are shown where a text is needed."""
    words_too: Sequence[Column] = ()
    """The columns whose people wrote `words` that stay unless they ask to have them deleted, too."""
    names: Sequence[Column] = ()
    """Those of `words` in which the bot itself wrote people's names."""
    unsent: ColumnElement[bool] | None = None
    """Rows that nobody but the person has seen yet. They are deleted instead of unnamed."""
    on_mention: Erase = Erase.UNNAME
    """What an erase does to rows that only mention the person, in words or JSON: `DELETE`, or `UNNAME` for the rest."""
    cards: str = ""
    """The first words of the names of cards about its rows: `hand_up` of `hand_up:7`, or of `hand_up:7:…`."""
    delete_by: Delete | None = None
    """Deletes rows that are also counted elsewhere, so that the counts stay correct; None for a plain delete."""

    def __post_init__(self) -> None:
        DECLARED[self.model] = self

    def erase_by(self, column: Column) -> Erase:
        """Return what an erase does to a row whose `column` names the person."""
        return self.on_erase if isinstance(self.on_erase, Erase) else self.on_erase.get(column, Erase.UNNAME)

    def words_of(self, column: Column) -> Sequence[Column]:
        """Return the columns with what the person in `column` wrote."""
        return self.words if self.wrote is None else self.wrote.get(column, ())

    @property
    def exporters(self) -> Sequence[Column]:
        """The columns that decide whose export includes a row."""
        if self.export_to is None:
            return () if self.read_by is Reader.NOBODY else self.people
        return self.export_to

    @property
    def periods(self) -> Sequence[Keep]:
        if isinstance(self.keep, str):
            return ()
        return (self.keep,) if isinstance(self.keep, Keep) else self.keep


async def prune(
    session: AsyncSession, workspace_id: str, *, now: datetime, limit: int, models: Iterable[type[Base]] | None = None
) -> int:
    """Delete the rows whose retention period has expired, in the order that foreign keys require.

    At most `limit` rows are deleted per table and period. Returns the highest number deleted for any table and period,
    so a result of `limit` means that more rows may be left.
    """
    periods = _list_periods(frozenset(models or DECLARED))
    if not periods:
        return 0
    ends = [DECLARED[model].periods[number].find_end(now) for model, number in periods]
    asked = {"workspace": workspace_id, **{f"end_{place}": end for place, end in enumerate(ends)}}
    most, over = 0, (await session.execute(_question(periods), asked)).one()
    for (model, number), end, has_some in zip(periods, ends, over, strict=True):
        if has_some:
            most = max(most, await _delete_over(session, workspace_id, model, number, end, limit))
    return most


async def _delete_over(
    session: AsyncSession, workspace_id: str, model: type[Base], number: int, end: datetime | date, limit: int
) -> int:
    if delete_by := DECLARED[model].delete_by:
        is_over = (table(model).c.workspace_id == workspace_id) & DECLARED[model].periods[number].is_over(end)
        return await delete_by(session, is_over, limit)
    return await _delete(session, model, number, {"workspace": workspace_id, "end": end, "most": limit})


@cache
def _list_periods(models: frozenset[type[Base]]) -> tuple[tuple[type[Base], int], ...]:
    """Return each retention period of these models, in the order in which foreign keys let rows be deleted."""
    order = {each: number for number, each in enumerate(Base.metadata.sorted_tables)}
    ordered = sorted(models, key=lambda each: order[table(each)], reverse=True)
    return tuple((model, number) for model in ordered for number, _ in enumerate(DECLARED[model].periods))


@cache
def _question(periods: tuple[tuple[type[Base], int], ...]) -> Executable:
    """Return the query for whether there are rows as old as each of these periods; on most days there are few.

    It leaves out the conditions of the periods, because some are true only once other rows have been deleted.
    """
    return select(
        *(
            exists()
            .where(table(model).c.workspace_id == bindparam("workspace"))
            .where(DECLARED[model].periods[number].counted_from < bindparam(f"end_{place}"))
            .label(f"is_over_{place}")
            for place, (model, number) in enumerate(periods)
        )
    )


async def _delete(session: AsyncSession, model: type[Base], period: int, values: dict[str, Any]) -> int:
    deleted = (await session.execute(_deletion(model, period), values)).all()
    if DECLARED[model].cards:
        await _forget_cards(session, DECLARED[model].cards.split(), [row[-1] for row in deleted])
    return len(deleted)


@cache
def _deletion(model: type[Base], period: int) -> Executable:
    """Return the statement that deletes rows after one of their retention periods. Cached: it is expensive to build."""
    keep, keys = DECLARED[model].periods[period], inspect(model).primary_key
    is_over = (table(model).c.workspace_id == bindparam("workspace")) & keep.is_over(bindparam("end"))
    old = select(*keys).where(is_over).order_by(keep.counted_from).limit(bindparam("most"))
    return delete(model).where(tuple_(*keys).in_(old)).returning(*keys)


async def _forget_cards(session: AsyncSession, kinds: Sequence[str], ids: Sequence[int]) -> None:
    """Forget where the cards of deleted rows are in Slack.

    SQLite gives the id of a deleted row to a new one. The new row's first card must not edit or delete an old message.
    """
    cards = Base.metadata.tables["cards"]
    names = [f"{kind}:{id}" for kind in kinds for id in ids]
    for start in range(0, len(names), MOST_NAMES):
        some = names[start : start + MOST_NAMES]
        longer = [cards.c.name.startswith(f"{name}:", autoescape=True) for name in some]
        await session.execute(delete(cards).where(or_(cards.c.name.in_(some), *longer)))
