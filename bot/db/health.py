"""Whether the database takes writes: a full or read-only disk answers reads as if nothing were wrong."""

import asyncio
from typing import Any

from sqlalchemy import event, text
from sqlalchemy.engine import ExceptionContext
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import AsyncEngine

from bot.db.engines import describe_error

TAKES_NO_WRITES = (
    "disk is full", "no space left", "readonly database", "read-only transaction", "disk i/o error",
    "unable to open database file", "could not extend file", "could not write",
)  # fmt: skip
"""What errors say if nothing can be written, by SQLite and by PostgreSQL."""
PROBE = "UPDATE keyring SET fingerprint = fingerprint"


class WriteHealth:
    """Remembers a write that failed for want of space or permission, until one works again."""

    def __init__(self, writer: AsyncEngine, reader: AsyncEngine) -> None:
        self._writer, self._reader = writer, reader
        self.failure: str | None = None
        event.listen(writer.sync_engine, "handle_error", self._on_error)

    def _on_error(self, context: ExceptionContext) -> None:
        said = describe_error(context.original_exception)
        if any(mark in said.lower() for mark in TAKES_NO_WRITES):
            self.failure = said

    async def describe_outage(self, seconds: float) -> str | None:
        """Return why the database does not answer or takes no writes, or None. Tries a write after one has failed."""
        engine, probe = (self._writer, PROBE) if self.failure else (self._reader, "SELECT 1")
        try:
            async with asyncio.timeout(seconds), engine.begin() as connection:
                await connection.execute(text(probe))
        except (SQLAlchemyError, OSError) as error:
            return self.failure or type(error).__name__
        self.failure = None
        return None


async def try_write(connection: Any) -> None:
    """Try a write, and roll it back. Raises the driver's error if the database takes none."""
    await connection.execute(text(PROBE))
    await connection.rollback()
