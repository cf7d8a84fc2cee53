"""Key rotation: every encrypted value in the database, which key reads it, and its encryption with the first key.

Both go through the tables in portions, so that replicas can go on writing.
"""

from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, LargeBinary, String, Table, and_, bindparam, func, select, tuple_, type_coerce, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.encryption import Vault
from bot.db.models import SEALED, Base, Words
from bot.db.sessions import Database

PORTION = 500


class Value(NamedTuple):
    """An encrypted value of a row: the row's primary key, and the value as it is stored."""

    row: Sequence[Any]
    stored: bytes | str

    @property
    def ciphertext(self) -> bytes:
        return self.stored if isinstance(self.stored, bytes) else self.stored.removeprefix(SEALED).encode()

    def with_ciphertext(self, ciphertext: bytes) -> bytes | str:
        """Return a ciphertext in the form in which the column stores it."""
        return ciphertext if isinstance(self.stored, bytes) else SEALED + ciphertext.decode()


class KeyCounts(NamedTuple):
    """How many encrypted values each key reads, by fingerprint, and how many no key reads, by table and column."""

    by_key: Counter[str]
    unreadable: Counter[str]


def sealed_columns() -> Iterator[tuple[Table, Column[Any]]]:
    """Yield every column with encrypted values, in the order in which rows are locked."""
    for table in sorted(Base.metadata.sorted_tables, key=lambda each: locks.rank(each.name)):
        for column in table.columns:
            if isinstance(column.type, LargeBinary | Words):
                yield table, column


async def count_values(session: AsyncSession, vault: Vault) -> KeyCounts:
    """Count the encrypted values that each key reads."""
    counts = KeyCounts(Counter(dict.fromkeys(vault.fingerprints, 0)), Counter())
    for table, column in sealed_columns():
        async for portion in _portions(session, table, column):
            for value in portion:
                if (reader := vault.find_reader(value.ciphertext)) is None:
                    counts.unreadable[f"{table.name}.{column.name}"] += 1
                else:
                    counts.by_key[reader] += 1
    return counts


async def rotate(database: Database) -> int:
    """Encrypt with the first key every value that only another key reads, and return how many there were.

    Values that no key reads are left alone. It may be interrupted and repeated, and replicas may write meanwhile.
    """
    vault, done = database.vault, 0
    for table, column in sealed_columns():
        async with database.reading() as session:
            async for portion in _portions(session, table, column):
                stale = [each for each in portion if is_stale(vault, each)]
                done += len(stale)
                new = [each.with_ciphertext(vault.rotate(each.ciphertext)) for each in stale]
                await replace_values(database, table, column, stale, new)
    return done


def is_stale(vault: Vault, value: Value) -> bool:
    """Return whether a key other than the first reads a value."""
    return vault.find_reader(value.ciphertext) not in (None, vault.fingerprints[0])


async def list_unreadable(session: AsyncSession, vault: Vault, table: Table, column: Column[Any]) -> list[Value]:
    """Return the values of a column that no key reads."""
    return [
        value
        async for portion in _portions(session, table, column)
        for value in portion
        if vault.find_reader(value.ciphertext) is None
    ]


async def replace_values(
    database: Database, table: Table, column: Column[Any], old: Sequence[Value], new: Sequence[bytes | str | None]
) -> None:
    """Replace stored values, except those that have been changed in the meantime."""
    if not old:
        return
    keys, raw = list(table.primary_key), _raw(column)
    these = and_(*(key == bindparam(f"of_{key.name}", type_=key.type) for key in keys))
    statement = update(table).where(these, raw == bindparam("stored", type_=raw.type))
    rows = [
        {**{f"of_{key.name}": part for key, part in zip(keys, each.row, strict=True)}, "stored": each.stored, "new": to}
        for each, to in zip(old, new, strict=True)
    ]
    async with database.begin() as session:
        to = type_coerce(bindparam("new", type_=raw.type), column.type)
        connection = await session.connection()
        await connection.execute(statement.values({column.name: to}), rows)


async def _portions(session: AsyncSession, table: Table, column: Column[Any]) -> AsyncIterator[list[Value]]:
    """Yield the encrypted values of a column in portions, each read in a transaction of its own."""
    keys, raw = list(table.primary_key), _raw(column)
    sealed = column.is_not(None) if isinstance(column.type, LargeBinary) else func.substr(raw, 1, 1) == SEALED
    query = select(*keys, raw.label("stored")).where(sealed).order_by(*keys).limit(PORTION)
    last: Sequence[Any] | None = None
    while True:
        after = (
            tuple_(*keys) > tuple_(*(bindparam(None, part, key.type) for key, part in zip(keys, last, strict=True)))
            if last
            else None
        )
        rows = (await session.execute(query if after is None else query.where(after))).all()
        await session.rollback()
        if not rows:
            return
        last = rows[-1][:-1]
        yield [Value(tuple(row[:-1]), row[-1]) for row in rows]


def _raw(column: Column[Any]) -> Any:
    """Return a column as it is stored, without decryption."""
    return column if isinstance(column.type, LargeBinary) else type_coerce(column, String)
