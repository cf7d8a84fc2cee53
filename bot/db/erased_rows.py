"""Erase a person from the rows that name them in a column of people, as the declarations of personal data say.

The rows are deleted, or the name or the words are taken out. It can be repeated. `erased_mentions.py` does the rest.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import cache
from typing import Any

from sqlalchemy import (
    JSON,
    Column,
    ColumnElement,
    ForeignKey,
    LargeBinary,
    Row,
    String,
    Table,
    and_,
    cast,
    delete,
    or_,
    select,
    true,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.type_api import TypeEngine

from bot.db import locks
from bot.db.models import Base, table
from bot.db.personal_data import DECLARED, STAND_IN, Erase, Personal
from bot.db.sessions import vault_of

SHORTEST_SENTENCE = 12
"""Shorter texts are not looked for in messages that wait to be sent, because others may have written the same."""


@dataclass(frozen=True)
class Subject:
    """The person who is erased."""

    workspace_id: str
    person_id: str
    stand_in: str
    """The id that replaces theirs; it starts with `STAND_IN`, and names nobody."""
    words_too: bool = False
    """Whether to delete their words, too, where these would stay."""
    hashes: Sequence[str] = ()
    """Hashes of their id that are stored without a key."""
    names: Sequence[str] = ()
    """Their names, as they are shown in text of our own."""


@dataclass
class Erased:
    """What an erase did: the ids of deleted and changed rows by model, and the texts that it deleted."""

    deleted: dict[type[Base], list[Any]] = field(default_factory=dict)
    changed: dict[type[Base], list[Any]] = field(default_factory=dict)
    sentences: set[str] = field(default_factory=set)


async def erase_rows(session: AsyncSession, who: Subject, *, without: Collection[type[Base]] = ()) -> Erased:
    """Erase a person from all rows that name them in a column of people, except in the tables `without`."""
    done = Erased()
    for model in sorted(children_first(), key=lambda each: locks.rank(table(each).name)):
        if DECLARED[model].people and model not in without:
            await _erase_in(session, who, DECLARED[model], done)
    return done


def children_first() -> Sequence[type[Base]]:
    return _sort(frozenset(DECLARED))


@cache
def _sort(models: frozenset[type[Base]]) -> Sequence[type[Base]]:
    order = {each: number for number, each in enumerate(Base.metadata.sorted_tables)}
    return tuple(sorted(models, key=lambda each: order[table(each)], reverse=True))


async def _erase_in(session: AsyncSession, who: Subject, declared: Personal, done: Erased) -> None:
    this = table(declared.model)
    named = or_(*(_names(this.c[each.key], who.person_id) for each in declared.people))
    is_unsent = (declared.unsent if declared.unsent is not None else ~true()).label("is_unsent")
    query = select(*this.c, is_unsent).where(in_workspace(declared.model, who.workspace_id), named)
    rows = (await session.execute(locks.for_update(query.order_by(*this.primary_key), this))).all()
    for row in rows:
        theirs = [each for each in declared.people if _has(row._mapping[this.c[each.key]], who.person_id)]
        key = [row._mapping[each] for each in this.primary_key]
        here = and_(*(column == value for column, value in zip(this.primary_key, key, strict=True)))
        is_own = any(each in declared.words_too for each in theirs)
        if any(declared.erase_by(each) is Erase.DELETE for each in theirs) or (row.is_unsent and is_own):
            done.sentences |= _sentences(session, [row._mapping[this.c[each.key]] for each in declared.words])
            await session.execute(delete(this).where(here))
            done.deleted.setdefault(declared.model, []).append(key[-1])
            for parent, id in _parents(declared, row, this.c):
                done.changed.setdefault(parent, []).append(id)
        else:
            gone = _words_to_delete(declared, who, theirs, row, this.c)
            done.sentences |= _sentences(session, [row._mapping[this.c[each]] for each in gone])
            values = {each: _emptied(declared, this.c[each], row._mapping[this.c[each]]) for each in gone}
            values |= {
                each.key: _renamed(declared.erase_by(each), row._mapping[this.c[each.key]], who) for each in theirs
            }
            await session.execute(update(this).where(here).values(values))
            done.changed.setdefault(declared.model, []).append(key[-1])


def _parents(
    declared: Personal, row: Row[*tuple[Any, ...]], columns: ReadOnlyColumnCollection[str, Column[Any]]
) -> Iterator[tuple[type[Base], Any]]:
    """Yield the rows that a row belongs to and that have cards, which may show it."""
    by_table = {table(model): model for model in DECLARED if DECLARED[model].cards}
    for key in table(declared.model).foreign_keys:
        if (model := by_table.get(key.column.table)) and (id := row._mapping[columns[key.parent.key]]) is not None:
            yield model, id


def in_workspace(model: type[Base], workspace_id: str) -> ColumnElement[bool]:
    """Return the SQL condition for the rows of a workspace, also for a table whose parent alone says which it is."""
    this = table(model)
    if "workspace_id" in this.c:
        return this.c.workspace_id == workspace_id
    key = next(_keys_of_parents(this))
    return key.parent.in_(select(key.column).where(key.column.table.c.workspace_id == workspace_id))


def _keys_of_parents(this: Table) -> Iterator[ForeignKey]:
    return (each for each in this.foreign_keys if "workspace_id" in each.column.table.c)


def has_workspace(this: Table) -> bool:
    return "workspace_id" in this.c or any(_keys_of_parents(this))


def _names(column: Column[Any], person_id: str) -> ColumnElement[bool]:
    return cast(column, String).like(f'%"{person_id}"%') if is_json(column.type) else column == person_id


def is_json(type_: TypeEngine[Any]) -> bool:
    return isinstance(getattr(type_, "impl_instance", type_), JSON)


def _has(value: Any, person_id: str) -> bool:
    return person_id in value if isinstance(value, list) else value == person_id


def _words_to_delete(
    declared: Personal,
    who: Subject,
    theirs: Iterable[Any],
    row: Row[*tuple[Any, ...]],
    columns: ReadOnlyColumnCollection[str, Column[Any]],
) -> list[str]:
    """Return the names of the columns whose words are deleted. What several people were told stays with the others."""
    gone: list[str] = []
    for each in theirs:
        value = row._mapping[columns[each.key]]
        others = (
            [one for one in value if one != who.person_id and not one.startswith(STAND_IN)]
            if isinstance(value, list)
            else []
        )
        if (declared.erase_by(each) is Erase.DELETE_WORDS and not others) or (
            who.words_too and each in declared.words_too
        ):
            gone += [words.key for words in declared.words_of(each)]
    return gone


def _emptied(declared: Personal, column: Column[Any], value: Any) -> Any:
    for each in declared.instead:
        if each.key == column.key:
            return type(value)(declared.instead[each])
    if is_json(column.type):
        return type(value)() if value is not None else None
    return None if column.nullable else b"" if isinstance(column.type, LargeBinary) else ""


def _renamed(how: Erase, value: Any, who: Subject) -> Any:
    match how:
        case Erase.CLEAR:
            return None
        case Erase.TAKE_OUT:
            return [each for each in value if each != who.person_id]
        case _ if isinstance(value, list):
            return [who.stand_in if each == who.person_id else each for each in value]
        case _:
            return who.stand_in


def _sentences(session: AsyncSession, values: Iterable[Any]) -> set[str]:
    opened = (vault_of(session).decrypt(each) if isinstance(each, bytes) and each else each for each in values)
    return {str(each) for each in opened if isinstance(each, str) and len(each) >= SHORTEST_SENTENCE}
