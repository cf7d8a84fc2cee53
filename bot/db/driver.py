"""A SQLite driver that switches threads once per statement; SQLAlchemy's adapter for aiosqlite does so four times.

A thread switch costs more than most of our statements. Use it as `create_async_engine(…, module=module())`.
"""

import sqlite3
from collections import deque
from typing import Any, NamedTuple

import aiosqlite
from sqlalchemy.dialects.sqlite.aiosqlite import (
    AsyncAdapt_aiosqlite_connection,
    AsyncAdapt_aiosqlite_cursor,
    AsyncAdapt_aiosqlite_dbapi,
)
from sqlalchemy.util import await_


class StatementResult(NamedTuple):
    """The result of a statement. Its sqlite3 cursor never leaves the thread."""

    description: Any
    rowcount: int
    lastrowid: int | None
    rows: list[Any]


NOTHING = StatementResult(None, -1, None, [])


class Cursor(AsyncAdapt_aiosqlite_cursor):
    """A cursor that executes, fetches all rows and closes in one thread switch."""

    __slots__ = ("_ran", "arraysize")
    _adapt_connection: "Connection"

    def __init__(self, connection: "Connection") -> None:
        self._adapt_connection = connection
        self._ran = NOTHING
        self._rows = deque()
        self.arraysize = 1

    @property
    def description(self) -> Any:
        return self._ran.description

    @property
    def rowcount(self) -> int:
        return self._ran.rowcount

    @property
    def lastrowid(self) -> Any:
        return self._ran.lastrowid

    async def _async_soft_close(self) -> None:
        """Do nothing: the sqlite3 cursor is closed already."""

    def close(self) -> None:
        self._rows.clear()

    def execute(self, operation: Any, parameters: Any = None) -> None:
        self._run("execute", operation, parameters or ())

    def executemany(self, operation: Any, seq_of_parameters: Any) -> None:
        self._run("executemany", operation, seq_of_parameters)

    def _run(self, how: str, operation: str, parameters: Any) -> None:
        self._ran = self._adapt_connection.run(how, operation, parameters)
        self._rows = deque(self._ran.rows)


class Connection(AsyncAdapt_aiosqlite_connection):
    """A connection that sends BEGIN together with the first statement, and skips COMMIT if nothing was sent."""

    __slots__ = ("_begins_with", "_is_open")
    _cursor_cls: Any = Cursor
    _connection: Any

    def __init__(self, dbapi: Any, connection: Any) -> None:
        super().__init__(dbapi, connection)
        self._begins_with: str | None = None
        self._is_open = False

    def begin(self, statement: str) -> None:
        """Hold back a BEGIN statement, and execute it together with the next statement to save a thread switch."""
        self._begins_with = statement

    def run(self, how: str, operation: str, parameters: Any) -> StatementResult:
        begin, self._begins_with = self._begins_with, None
        self._is_open = self._is_open or begin is not None
        ran: StatementResult = self._visit(_run, self._connection._conn, begin, how, operation, parameters)
        return ran

    def commit(self) -> None:
        self._end("commit")

    def rollback(self) -> None:
        self._end("rollback")

    def _end(self, how: str) -> None:
        self._begins_with = None
        if self._is_open and self._connection._connection:
            self._visit(getattr(self._connection._connection, how))
            self._is_open = False

    def _visit(self, function: Any, *args: Any) -> Any:
        try:
            return await_(self._connection._execute(function, *args))
        except Exception as error:
            self._handle_exception(error)


def _run(
    connection: sqlite3.Connection, begin: str | None, how: str, operation: str, parameters: Any
) -> StatementResult:
    """Execute a statement and fetch its rows. Runs in the connection's thread."""
    if begin:
        connection.execute(begin)
    cursor = connection.cursor()
    try:
        getattr(cursor, how)(operation, parameters)
        rows = cursor.fetchall() if cursor.description else []
        return StatementResult(cursor.description, cursor.rowcount, cursor.lastrowid, rows)
    finally:
        cursor.close()


class _Module(AsyncAdapt_aiosqlite_dbapi):
    connection = Connection

    def connect(self, *args: Any, **kw: Any) -> Connection:
        made = aiosqlite.connect(*args, **kw)
        made._thread.daemon = True  # like SQLAlchemy: an unclosed connection must not keep the process alive
        return self.connection(self, await_(made))


def module(connection: type[Connection] = Connection) -> Any:
    """Return the DBAPI module to pass to SQLAlchemy."""
    made = _Module(aiosqlite, sqlite3)
    made.connection = connection
    return made
