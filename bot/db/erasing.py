"""Erase a person from the rows of every table, as the declarations of personal data say.

It is done in two passes. `erase_rows` finds the rows that name the person in a column of people, and deletes them, or
takes out the name or the words. `replace_mentions` then reads all other text and JSON, also what is encrypted, and
replaces the person's id there. Both can be repeated.
"""

import json
import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any, NamedTuple

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
    tuple_,
    update,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.sql.base import ReadOnlyColumnCollection
from sqlalchemy.sql.type_api import TypeEngine

from bot.db import locks
from bot.db.encryption import Vault
from bot.db.models import Base, Spans, Words, table
from bot.db.personal_data import DECLARED, FORMER, STAND_IN, Erase, Personal
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


class Place(NamedTuple):
    """Where `replace_mentions` goes on: a table, and the key of the last row that it read."""

    table: str
    after: Sequence[Any] = ()


async def erase_rows(session: AsyncSession, who: Subject, *, without: Collection[type[Base]] = ()) -> Erased:
    """Erase a person from all rows that name them in a column of people, except in the tables `without`."""
    done = Erased()
    for model in _children_first():
        if DECLARED[model].people and model not in without:
            await _erase_in(session, who, DECLARED[model], done)
    return done


def _children_first() -> list[type[Base]]:
    order = {each: number for number, each in enumerate(Base.metadata.sorted_tables)}
    return sorted(DECLARED, key=lambda each: order[table(each)], reverse=True)


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
            values = {each: _emptied(this.c[each], row._mapping[this.c[each]]) for each in gone}
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


def _has_workspace(this: Table) -> bool:
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


def _emptied(column: Column[Any], value: Any) -> Any:
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


class Rewriter:
    """Replaces a person's id in text and JSON: mentions by words, everything else by an id that names nobody."""

    def __init__(self, who: Subject) -> None:
        self._mention = re.compile(rf"<@{who.person_id}(?:\|[^<>]*)?>")
        self._bare = re.compile("|".join([rf"(?<![A-Z0-9]){who.person_id}(?![A-Z0-9])", *who.hashes]))
        self._stand_in = who.stand_in
        spelt = {spelling for name in who.names if name for spelling in (name, json.dumps(name)[1:-1])}
        self._name = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in sorted(spelt, key=len)[::-1]))
        self.has_names = bool(spelt)

    def text(self, text: str) -> str:
        return self._bare.sub(self._stand_in, self._mention.sub(FORMER, text))

    def named(self, text: str) -> str:
        """Replace the person's names, too. For text of our own only: others may have used the name as a word."""
        return self._name.sub(FORMER, text) if self.has_names else text

    def value(self, value: Any) -> Any:
        """Rewrite all text in a JSON value. A text keeps its type, which says whether it is encrypted."""
        match value:
            case str():
                return type(value)(self.text(value))
            case list():
                return [self.value(each) for each in value]
            case dict():
                return {self.text(key): self.value(value[key]) for key in value}
            case _:
                return value


async def replace_mentions(
    session: AsyncSession, who: Subject, place: Place | None, *, limit: int, without: Collection[type[Base]] = ()
) -> tuple[Place | None, Erased]:
    """Replace a person's id in a batch of up to `limit` rows; return where to go on, or None after the last table."""
    models = [
        each for each in _children_first()
        if each not in without and _has_workspace(table(each)) and _columns_of(DECLARED[each])
    ]  # fmt: skip
    names = [table(each).name for each in models]
    at = names.index(place.table) if place and place.table in names else 0
    done = Erased()
    last = await _rewrite(session, who, DECLARED[models[at]], place.after if place else (), limit, done)
    if last is not None:
        return Place(names[at], last), done
    return (Place(names[at + 1]) if at + 1 < len(names) else None), done


def _columns_of(declared: Personal) -> list[Column[Any]]:
    """Return the columns to read: all text and JSON, and what is encrypted if it is somebody's words."""
    this, words = table(declared.model), {each.key for each in declared.words}
    return [
        each
        for each in this.columns
        if not each.foreign_keys and not isinstance(each.type, Spans)
        and (isinstance(getattr(each.type, "impl_instance", each.type), (String, JSON)) or each.key in words)
    ]  # fmt: skip


def _is_sealed(column: Column[Any]) -> bool:
    return isinstance(column.type, (Words, LargeBinary))


async def _rewrite(
    session: AsyncSession, who: Subject, declared: Personal, after: Sequence[Any], limit: int, done: Erased
) -> Sequence[Any] | None:
    """Rewrite the next rows of one table. Return the key of the last one, or None if there may be no more."""
    this, columns = table(declared.model), _columns_of(declared)
    keys, sought = [*this.primary_key], [who.person_id, *who.hashes]
    query = select(*keys, *(each for each in columns if not each.primary_key)).where(
        in_workspace(declared.model, who.workspace_id)
    )
    if not any(_is_sealed(each) for each in columns):
        query = query.where(or_(*(cast(each, String).contains(one) for each in columns for one in sought)))
    # A key with a date is not stored in a `Place`: such tables are small, and read at once.
    is_batched = not any(issubclass(each.type.python_type, date) for each in keys)
    if is_batched:
        query = query.limit(limit)
        query = query.where(tuple_(*keys) > tuple_(*after)) if after else query
    change = _change_of(session, who, declared, columns)
    rows = (await session.execute(query.order_by(*keys))).all()
    for row in rows:
        if change(row):
            key = [row._mapping[each] for each in keys]
            await _store(session, declared, key, query, change)
            kept = done.deleted if declared.on_mention is Erase.DELETE else done.changed
            kept.setdefault(declared.model, []).append(key[-1])
    return [rows[-1]._mapping[each] for each in keys] if is_batched and len(rows) == limit else None


Change = Callable[[Row[*tuple[Any, ...]]], dict[str, Any]]


def _change_of(session: AsyncSession, who: Subject, declared: Personal, columns: Sequence[Column[Any]]) -> Change:
    rewriter, vault = Rewriter(who), vault_of(session)
    names = {each.key for each in declared.names}

    def change(row: Row[*tuple[Any, ...]]) -> dict[str, Any]:
        before = {each.key: row._mapping[each] for each in columns}
        after = {name: _rewritten(rewriter, vault, before[name], with_names=name in names) for name in before}
        return {name: after[name] for name in after if after[name] != before[name]}

    return change


def _rewritten(rewriter: Rewriter, vault: Vault, value: Any, *, with_names: bool) -> Any:
    if isinstance(value, bytes) and value:
        was = vault.decrypt(value)
        text = rewriter.text(was)
        return value if text == was else vault.encrypt(text)
    found = rewriter.value(value)
    return type(found)(rewriter.named(found)) if with_names and isinstance(found, str) else found


async def _store(session: AsyncSession, declared: Personal, key: Sequence[Any], query: Any, change: Change) -> None:
    """Change a row as it is now: somebody may have changed it since it was read."""
    this = table(declared.model)
    here = and_(*(column == value for column, value in zip(this.primary_key, key, strict=True)))
    if declared.on_mention is Erase.DELETE:
        await session.execute(delete(this).where(here))
        return
    row = (await session.execute(locks.for_update(query.where(here), this))).first()
    if row and (values := change(row)):
        await session.execute(update(this).where(here).values(values))
