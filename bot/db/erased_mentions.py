"""Replace the id of an erased person in all text and JSON, also in what is encrypted.

It reads every row of a workspace, a batch at a time, and can be repeated.
"""

import json
import re
from collections.abc import Callable, Collection, Sequence
from datetime import date
from functools import cache
from typing import Any, NamedTuple

from sqlalchemy import JSON, Column, LargeBinary, Row, String, and_, cast, delete, or_, select, tuple_, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.encryption import Vault
from bot.db.erased_rows import Erased, Subject, children_first, has_workspace, in_workspace
from bot.db.models import Base, Spans, Words, table
from bot.db.personal_data import DECLARED, FORMER, Erase, Personal
from bot.db.sessions import vault_of


class Place(NamedTuple):
    """Where `replace_mentions` goes on: a table, and the key of the last row that it read."""

    table: str
    after: Sequence[Any] = ()


class Rewriter:
    """Replaces a person's id in text and JSON: mentions by words, everything else by an id that names nobody."""

    def __init__(self, who: Subject) -> None:
        mention = rf"<@{who.person_id}(?:\|[^<>]*)?>"
        self._opening, self._mention = re.compile(rf"(\A|\n|[.!?] ){mention}"), re.compile(mention)
        self._bare = re.compile("|".join([rf"(?<![A-Z0-9]){who.person_id}(?![A-Z0-9])", *who.hashes]))
        self._stand_in = who.stand_in
        spelt = {spelling for name in who.names if name for spelling in (name, json.dumps(name)[1:-1])}
        self._name = re.compile("|".join(rf"(?<!\w){re.escape(each)}(?!\w)" for each in sorted(spelt, key=len)[::-1]))
        self.has_names = bool(spelt)

    def text(self, text: str) -> str:
        opened = self._opening.sub(lambda found: f"{found[1]}{FORMER[0].upper()}{FORMER[1:]}", text)
        return self._bare.sub(self._stand_in, self._mention.sub(FORMER, opened))

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
        each for each in children_first()
        if each not in without and has_workspace(table(each)) and _columns_of(each)
    ]  # fmt: skip
    names = [table(each).name for each in models]
    at = names.index(place.table) if place and place.table in names else 0
    done = Erased()
    last = await _rewrite(session, who, DECLARED[models[at]], place.after if place else (), limit, done)
    if last is not None:
        return Place(names[at], last), done
    return (Place(names[at + 1]) if at + 1 < len(names) else None), done


@cache
def _columns_of(model: type[Base]) -> Sequence[Column[Any]]:
    """Return the columns to read: all text and JSON, and what is encrypted if it is somebody's words."""
    words = {each.key for each in DECLARED[model].words}
    return tuple(
        each
        for each in table(model).columns
        if not each.foreign_keys and not isinstance(each.type, Spans)
        and (isinstance(getattr(each.type, "impl_instance", each.type), (String, JSON)) or each.key in words)
    )  # fmt: skip


def _is_sealed(column: Column[Any]) -> bool:
    return isinstance(column.type, (Words, LargeBinary))


async def _rewrite(
    session: AsyncSession, who: Subject, declared: Personal, after: Sequence[Any], limit: int, done: Erased
) -> Sequence[Any] | None:
    """Rewrite the next rows of one table. Return the key of the last one, or None if there may be no more."""
    this, columns = table(declared.model), _columns_of(declared.model)
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
