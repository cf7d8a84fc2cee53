"""The database: SQLite with one writer for a single process, or PostgreSQL for many."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import JSON, DateTime, Dialect, Double, MetaData, String, Table
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from bot import crypto, engines
from bot.crypto import Vault

SEALED = "\x01"
"""Before what is encrypted in a column of words: a character that no cleaned text has."""


class Instant(TypeDecorator[datetime]):
    """An aware UTC datetime, also on SQLite, which keeps no zones."""

    impl = DateTime(timezone=True)
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        if value is None or dialect.name != "sqlite":
            return value
        return value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        return value.replace(tzinfo=UTC) if value is not None and value.tzinfo is None else value


Span = tuple[datetime, datetime]


class Spans(TypeDecorator[Sequence[Span]]):
    """Pairs of aware UTC datetimes, the second later than the first."""

    impl = JSON
    cache_ok = True

    def process_bind_param(self, value: Sequence[Span] | None, dialect: Dialect) -> list[list[str]]:
        return [[each.astimezone(UTC).isoformat() for each in span] for span in value or ()]

    def process_result_value(self, value: list[list[str]] | None, dialect: Dialect) -> Sequence[Span]:
        return tuple((datetime.fromisoformat(start), datetime.fromisoformat(end)) for start, end in value or ())


class Private(str):
    """Words that are encrypted wherever they are kept."""


class Words(TypeDecorator[str]):
    """What people wrote: as it is, or encrypted where it is `Private`, which it is again when it is read."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        return SEALED + _vault(dialect).encrypt(value).decode() if value and isinstance(value, Private) else value

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        if value is None or not value.startswith(SEALED):
            return value
        return Private(_vault(dialect).decrypt(value.removeprefix(SEALED).encode()))


def _vault(dialect: Dialect) -> Vault:
    found: Vault = dialect.vault  # type: ignore[attr-defined]
    return found


class Base(MappedAsDataclass, DeclarativeBase):
    type_annotation_map = {datetime: Instant}
    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_N_name)s",
            "pk": "pk_%(table_name)s",
        }
    )


class database_clock(FunctionElement[float]):  # noqa: N801
    """Seconds by the database's own clock, which is the same for every replica: leases are judged by it."""

    type = Double()
    inherit_cache = True


@compiles(database_clock, "postgresql")
def _postgresql_clock(element: database_clock, compiler: Any, **kw: Any) -> str:
    return "CAST(extract(epoch FROM clock_timestamp()) AS double precision)"


@compiles(database_clock, "sqlite")
def _sqlite_clock(element: database_clock, compiler: Any, **kw: Any) -> str:
    return "((julianday('now') - 2440587.5) * 86400.0)"


def insert(session: AsyncSession | Session, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    """An INSERT that knows ON CONFLICT, of whichever database the session talks to."""
    return insert_for(session.get_bind().dialect.name, table)


def insert_for(dialect: str, table: type[Base] | Table) -> postgresql.Insert | sqlite.Insert:
    into: Any = table
    return sqlite.insert(into) if dialect == "sqlite" else postgresql.insert(into)


def vault_of(session: AsyncSession) -> Vault:
    """What encrypts for a session's database."""
    vault: Vault = session.info["vault"]
    return vault


def table(of: type[Base]) -> Table:
    """A model's table: a statement on it goes past the ORM, where somebody waits for it."""
    found = of.__table__
    assert isinstance(found, Table)  # noqa: S101
    return found


class Database:
    """Write with `begin`, read with `reading`. On SQLite there is one writer connection and several readers.

    Its sessions carry the vault in `info["vault"]`; those that write have in `info["posted"]` an event that is set when
    a transaction has left messages to send.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, vault: Vault) -> None:
        self.writer = writer
        self.reader = reader
        self._vault = vault
        self.vault = vault
        self.posted = asyncio.Event()

    @property
    def vault(self) -> Vault:
        return self._vault

    @vault.setter
    def vault(self, vault: Vault) -> None:
        """Have columns of `Words` use it too, which know no session."""
        self._vault = vault
        for engine in (self.writer, self.reader):
            engine.dialect.vault = vault  # type: ignore[attr-defined]

    @property
    def is_sqlite(self) -> bool:
        return self.writer.dialect.name == "sqlite"

    def session(self) -> AsyncSession:
        return AsyncSession(self.writer, expire_on_commit=False, info={"vault": self.vault, "posted": self.posted})

    @asynccontextmanager
    async def begin(self) -> AsyncIterator[AsyncSession]:
        """One transaction: committed at the end, rolled back when anything is raised."""
        async with self.session() as session, session.begin():
            yield session

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with AsyncSession(self.reader, expire_on_commit=False, info={"vault": self.vault}) as session:
            yield session

    async def close(self) -> None:
        await self.writer.dispose()
        await self.reader.dispose()


def connect(url: str | None, data: Path, vault: Vault) -> Database:
    """PostgreSQL at `url`, else SQLite in the folder `data`. Errors name the statement, not what people wrote."""
    if url:
        engine = engines.postgresql(url)
        return Database(engine, engine, vault)
    crypto.keep_private(data)
    (data / crypto.DATABASE).touch(mode=crypto.OWNERS_FILE)
    return Database(*engines.sqlite(data / crypto.DATABASE), vault)
