"""SQLAlchemy engines: one writer and several readers for SQLite, one pool for PostgreSQL.

The pools are fair: connections are handed out first come, first served.
"""

import asyncio
import re
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from sqlalchemy import URL, event, make_url
from sqlalchemy.engine import Connection
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.pool import AsyncAdaptedQueuePool, ConnectionPoolEntry
from sqlalchemy.util import await_
from sqlalchemy.util.queue import AsyncAdaptedQueue, Empty

from bot.db import driver
from bot.errors import OperatorError
from bot.outages import OUTAGE

BUSY_SECONDS = 2
PATIENCE_SECONDS = 2
"""Timeout for a connection from the pool. A listener has 2.5 seconds in all."""
IDLE_SECONDS = 10
"""Timeout for idle transactions on PostgreSQL, so that a suspended replica cannot hold locks."""


STATEMENTS = 1200
"""How many compiled statements an engine keeps. The bot has about nine hundred; by default, 500 are kept."""
CONNECT_SECONDS = 10
URL_SETTING = "STEWARD_DATABASE_URL"
URL_SHAPE = "Use postgresql://user:password@host/name. In the password, write %2F for /, %40 for @ and %3A for a colon."
DRIVERS_WORDS = {"host", "port", "prepared_statement_cache_size", "statement_cache_size"}
LIBPQ_WORDS = {
    "sslmode", "sslrootcert", "sslcert", "sslkey", "sslpassword", "sslcrl", "ssl_min_protocol_version",
    "ssl_max_protocol_version", "target_session_attrs", "application_name", "options", "passfile",
}  # fmt: skip
"""Words in the query of a URL that the driver understands as libpq does, but only in an address of its own."""
WITHOUT_MEANING = {"channel_binding", "gssencmode", "sslcompression", "sslsni", "keepalives", "client_encoding"}
"""Words of libpq that providers put into their URLs, and that the driver has no use for."""
RAISED = re.compile(r"^<class '[^']+'>: ")
"""The prefix with the class name that SQLAlchemy puts before a driver's error message."""


class _FairQueue(AsyncAdaptedQueue[Any]):
    """A first-in, first-out queue of connections. In SQLAlchemy's own queue, newcomers can overtake waiters."""

    def __init__(self, maxsize: int = 0, use_lifo: bool = False) -> None:
        super().__init__(maxsize, use_lifo)
        self._turn = asyncio.Lock()

    def get(self, block: bool = True, timeout: float | None = None) -> Any:
        if not block:
            return self.get_nowait()
        try:
            return await_(self._wait(timeout))
        except TimeoutError:
            raise Empty from None

    async def _wait(self, timeout: float | None) -> Any:
        async with asyncio.timeout(timeout), self._turn:
            return await self._queue.get()


class _FairPool(AsyncAdaptedQueuePool):
    _queue_class = _FairQueue


def connection_arguments(url: str) -> tuple[URL, dict[str, Any]]:
    """Return an address and arguments for the driver, with libpq's words such as `sslmode` as the driver takes them.

    Raises `OperatorError` for an address that is not valid, or a word that is unknown.
    """
    try:
        parsed = make_url(url)
    except (ArgumentError, ValueError):
        raise OperatorError(f"{URL_SETTING} is not a valid URL. {URL_SHAPE}") from None
    if "@" in f"{parsed.host}{parsed.database}":  # part of a password that contains an unescaped slash
        raise OperatorError(f"{URL_SETTING} is not a valid URL. {URL_SHAPE}")
    words = dict(parsed.query)
    if unknown := words.keys() - DRIVERS_WORDS - LIBPQ_WORDS - WITHOUT_MEANING - {"connect_timeout"}:
        raise OperatorError(f"{URL_SETTING}: unknown parameter {', '.join(sorted(unknown))}")
    arguments: dict[str, Any] = {"timeout": float(str(words.get("connect_timeout") or CONNECT_SECONDS))}
    if libpq := {word: value for word, value in words.items() if word in LIBPQ_WORDS}:
        arguments["dsn"] = f"postgresql://?{urlencode(libpq)}"
    return parsed.set(query={word: value for word, value in words.items() if word in DRIVERS_WORDS}), arguments


def describe_error(error: BaseException) -> str:
    """Return the driver's own message in one line, without the class names that SQLAlchemy puts before it."""
    cause = getattr(error, "orig", None) or error
    lines = str(cause).splitlines() or [getattr(cause, "strerror", None) or type(cause).__name__]
    return RAISED.sub("", lines[0]).rstrip(".")


def postgresql(url: str) -> AsyncEngine:
    address, arguments = connection_arguments(url)
    engine = create_async_engine(
        address,
        hide_parameters=True,
        query_cache_size=STATEMENTS,
        poolclass=_FairPool,
        pool_size=10,
        max_overflow=10,
        pool_pre_ping=True,
        pool_timeout=PATIENCE_SECONDS,
        connect_args={
            **arguments,
            "server_settings": {"idle_in_transaction_session_timeout": f"{IDLE_SECONDS}s"},
        },
    )
    event.listen(engine.sync_engine, "connect", OUTAGE.end)
    return engine


def sqlite(file: Path) -> tuple[AsyncEngine, AsyncEngine]:
    """Return the two engines for a SQLite file: one that writes and one that reads."""
    writer = _sqlite(file, pool_size=1, pool_timeout=10)
    reader = _sqlite(file, pool_size=5)
    _tune(writer, "BEGIN IMMEDIATE")
    _tune(reader, "BEGIN", "PRAGMA query_only=ON")
    return writer, reader


def _sqlite(file: Path, **pool: Any) -> AsyncEngine:
    return create_async_engine(
        f"{driver.DRIVER}:///{file}",
        connect_args={"timeout": BUSY_SECONDS},
        hide_parameters=True,
        query_cache_size=STATEMENTS,
        poolclass=_FairPool,
        max_overflow=0,
        **pool,
    )


def _tune(engine: AsyncEngine, begin: str, *pragmas: str) -> None:
    """Set SQLite's pragmas, and begin transactions with the given statement instead of sqlite3's late BEGIN."""

    @event.listens_for(engine.sync_engine, "connect")
    def _on_connect(connection: DBAPIConnection, record: ConnectionPoolEntry) -> None:
        cursor = connection.cursor()
        for pragma in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",
            "PRAGMA foreign_keys=ON",
            "PRAGMA secure_delete=ON",
            *pragmas,
        ):
            cursor.execute(pragma)
        cursor.close()

    @event.listens_for(engine.sync_engine, "begin")
    def _on_begin(connection: Connection) -> None:
        raw: Any = connection.connection.dbapi_connection
        raw.begin(begin)
