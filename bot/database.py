"""The database: SQLite with one writer for a single process, or PostgreSQL for many."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from sqlalchemy import DateTime, Dialect, Double, MetaData, event
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession, create_async_engine
from sqlalchemy.ext.compiler import compiles
from sqlalchemy.orm import DeclarativeBase, MappedAsDataclass, Session
from sqlalchemy.pool import ConnectionPoolEntry
from sqlalchemy.sql.functions import FunctionElement
from sqlalchemy.types import TypeDecorator

from bot.crypto import Vault

BUSY_SECONDS = 2
IDLE_SECONDS = 10
"""A transaction in which nothing happens for so long is one of a replica that stands still: its locks are freed."""


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


def insert_for(dialect: str, table: type[Base]) -> postgresql.Insert | sqlite.Insert:
    return sqlite.insert(table) if dialect == "sqlite" else postgresql.insert(table)


class Database:
    """Write with `begin`, read with `reading`. On SQLite there is one writer connection and several readers.

    Its sessions carry the vault in `info["vault"]`, and in `info["posted"]` an event that is set when a
    transaction has left messages to send.
    """

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine, vault: Vault) -> None:
        self.writer = writer
        self.reader = reader
        self.vault = vault
        self.posted = asyncio.Event()

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
        async with AsyncSession(self.reader, expire_on_commit=False) as session:
            yield session

    async def close(self) -> None:
        await self.writer.dispose()
        await self.reader.dispose()


def connect(url: str | None, data: Path, vault: Vault) -> Database:
    """PostgreSQL at `url`, else SQLite in the folder `data`. Errors name the statement, not what people wrote."""
    if url:
        idle = {"idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s"}
        engine = create_async_engine(
            url,
            hide_parameters=True,
            pool_size=10,
            max_overflow=10,
            pool_pre_ping=True,
            pool_timeout=2,
            connect_args={"server_settings": idle},
        )
        return Database(engine, engine, vault)
    data.mkdir(parents=True, exist_ok=True)
    file = f"sqlite+aiosqlite:///{data / 'steward.db'}"
    writer = create_async_engine(file, hide_parameters=True, pool_size=1, max_overflow=0, pool_timeout=10)
    reader = create_async_engine(file, hide_parameters=True, pool_size=4, max_overflow=0)
    _tune(writer, "BEGIN IMMEDIATE")
    _tune(reader, "BEGIN", "PRAGMA query_only=ON")
    return Database(writer, reader, vault)


def _tune(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    """Transactions begin as `begin` says; SQLite's own driver would begin them late and read-only."""

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        connection.isolation_level = None
        cursor = connection.cursor()
        for pragma in (
            f"PRAGMA busy_timeout={BUSY_SECONDS * 1000}",
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA foreign_keys=ON",
            *pragmas,
        ):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        connection.exec_driver_sql(begin)
