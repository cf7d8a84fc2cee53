"""A SQLite driver for SQLAlchemy's asyncio that runs short statements on the event loop and the rest in a thread.

A switch to a thread and back takes longer than most of our statements. What could hold up the event loop runs in a
thread: a commit, which waits for the disk, a wait for another process's lock, and a statement that is or turns out to
be long. Use it as `create_async_engine("sqlite+steward:///…")`.
"""

import asyncio
import sqlite3
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from time import perf_counter
from typing import Any

from sqlalchemy.dialects import registry
from sqlalchemy.dialects.sqlite.pysqlite import SQLiteDialect_pysqlite
from sqlalchemy.util import await_

DRIVER = "sqlite+steward"
SHORT = ("SELECT", "INSERT", "UPDATE", "BEGIN", "SAVEPOINT", "RELEASE", "ROLLBACK")
"""How statements begin that are run on the event loop first."""
QUERY_SECONDS = 0.003
"""After this time a query on the event loop is interrupted, and run in a thread instead."""
STEPS_BETWEEN_LOOKS = 5_000
"""How many steps SQLite's virtual machine makes between two looks at the clock, which is well under 1 ms."""
MOST_VALUES = 1_000
PREPARED = 1024
"""How many prepared statements a connection keeps. The bot has about eight hundred; by default, 128 are kept."""
SLOW_SECONDS = 0.01
"""A statement that took longer than this is run in a thread from then on, until it is fast again."""
_threads = ThreadPoolExecutor(max_workers=16, thread_name_prefix="sqlite")


async def nothing() -> None:
    """Let SQLAlchemy see that something was awaited, as it insists on for a driver for asyncio."""


class Cursor(sqlite3.Cursor):
    """A cursor that fetches all rows when it executes."""

    connection: "Connection"
    _rows: list[Any]

    def execute(self, statement: str, parameters: Any = ()) -> "Cursor":
        is_short = statement.lstrip().startswith(SHORT) and len(parameters) <= MOST_VALUES
        self._rows = self.connection.run(statement, self._execute, parameters, is_short=is_short)
        return self

    def executemany(self, statement: str, rows: Iterable[Any]) -> "Cursor":
        rows = list(rows)
        is_short = sum(map(len, rows)) <= MOST_VALUES
        self.connection.run(statement, super().executemany, rows, is_short=is_short)
        return self

    def _execute(self, statement: str, parameters: Any) -> list[Any]:
        super().execute(statement, parameters)
        return super().fetchall() if self.description else []

    def fetchone(self) -> Any:
        return self._rows.pop(0) if self._rows else None

    def fetchmany(self, size: int | None = None) -> list[Any]:
        rows, self._rows = self._rows[: size or self.arraysize], self._rows[size or self.arraysize :]
        return rows

    def fetchall(self) -> list[Any]:
        rows, self._rows = self._rows, []
        return rows

    async def _async_soft_close(self) -> None:
        """Do nothing: all rows are fetched. SQLAlchemy's engines for asyncio call this."""


class Connection(sqlite3.Connection):
    """A connection for one task at a time. While it is used in a thread, its task waits."""

    def __init__(self, *args: Any, timeout: float = 5, **kw: Any) -> None:
        fixed = {"timeout": 0, "isolation_level": None, "check_same_thread": False, "cached_statements": PREPARED}
        super().__init__(*args, **{**kw, **fixed})
        self._patience = f"PRAGMA busy_timeout={int(timeout * 1000)}"
        self._slow: set[str] = set()
        self._deadline: float | None = None
        self._begins_with = ""
        self._changes_before = 0
        self.set_progress_handler(self._is_late, STEPS_BETWEEN_LOOKS)

    def _is_late(self) -> bool:
        return self._deadline is not None and perf_counter() > self._deadline

    def cursor(self, *_: Any) -> Cursor:  # type: ignore[override]
        return super().cursor(Cursor)

    def begin(self, statement: str) -> None:
        """Hold back a BEGIN statement until the transaction's first statement, so that no lock is taken for nothing."""
        self._begins_with = statement

    def commit(self) -> None:
        self._begins_with = ""
        if self.total_changes == self._changes_before:
            super().commit()
        else:
            self.run_in_thread(super().commit, can_interrupt=False)

    def rollback(self) -> None:
        self._begins_with = ""
        super().rollback()

    def close(self) -> None:
        """Close the connection. Roll back first, because SQLite keeps the lock while a cursor is referenced."""
        with suppress(sqlite3.Error):
            super().rollback()
        super().close()

    async def execute_alone(self, statement: str) -> list[Any]:
        """Execute a statement that no transaction may contain, such as VACUUM, in a thread, and return its rows."""
        return list(await self._wait_for_thread(super().execute, statement, can_interrupt=True))

    def run(self, statement: str, execute: Callable[..., Any], parameters: Any, *, is_short: bool) -> Any:
        """Execute a statement with a cursor's function: here if it is short, otherwise in a thread."""
        if is_short and statement not in self._slow:
            await_(nothing())
            try:
                return self._run(statement, execute, parameters, can_move=statement.startswith("SELECT"))
            except sqlite3.OperationalError as error:
                if error.sqlite_errorcode not in (sqlite3.SQLITE_BUSY, sqlite3.SQLITE_INTERRUPT):
                    raise
        return self.run_in_thread(self._run, statement, execute, parameters)

    def _run(self, statement: str, execute: Callable[..., Any], parameters: Any, *, can_move: bool = False) -> Any:
        """Execute a statement, after a BEGIN that is held back. With `can_move`, it is interrupted if it is long."""
        began = perf_counter()
        try:
            if self._begins_with:
                super().execute(self._begins_with)
                self._begins_with, self._changes_before = "", self.total_changes
            self._deadline = perf_counter() + QUERY_SECONDS if can_move else None
            return execute(statement, parameters)
        finally:
            self._deadline = None
            is_slow = perf_counter() - began > SLOW_SECONDS
            (self._slow.add if is_slow else self._slow.discard)(statement)

    def run_in_thread(self, function: Callable[..., Any], *args: Any, can_interrupt: bool = True) -> Any:
        """Call a function in a thread, and return what it returns."""
        return await_(self._wait_for_thread(function, *args, can_interrupt=can_interrupt))

    async def _wait_for_thread(self, function: Callable[..., Any], *args: Any, can_interrupt: bool) -> Any:
        """Call a function in a thread. If this task is canceled, wait until the connection is free nevertheless."""
        running = asyncio.get_running_loop().run_in_executor(_threads, self._call_patiently, function, *args)
        try:
            return await asyncio.shield(running)
        except asyncio.CancelledError:
            while not running.done():
                if can_interrupt:
                    self.interrupt()
                with suppress(asyncio.CancelledError):
                    await asyncio.wait([running], timeout=0.1)
            running.exception()
            raise

    def _call_patiently(self, function: Callable[..., Any], *args: Any) -> Any:
        super().execute(self._patience)
        try:
            return function(*args)
        finally:
            super().execute("PRAGMA busy_timeout=0")


class Dialect(SQLiteDialect_pysqlite):
    driver = "steward"
    is_async = True
    supports_statement_cache = True
    has_terminate = True

    def connect(self, *args: Any, **kw: Any) -> Any:
        return super().connect(*args, **{"factory": Connection, **kw})

    def do_terminate(self, dbapi_connection: Any) -> None:
        dbapi_connection.close()


registry.register("sqlite.steward", __name__, "Dialect")
