"""Checks whether anything can be written: to the data folder with SQLite, to the server with PostgreSQL."""

import os
import shutil
import tempfile
from pathlib import Path

from sqlalchemy import text
from sqlalchemy.exc import SQLAlchemyError
from sqlalchemy.ext.asyncio import create_async_engine
from sqlalchemy.pool import NullPool

from bot.db import health
from bot.db.encryption import DATABASE
from bot.db.engines import connection_arguments, describe_error
from bot.doctor.findings import CheckedSettings, Finding, ok_finding, problem_finding

SAMPLE = 256 * 1024
LITTLE = 200 * 1024 * 1024
"""Below this free space, in bytes, the disk is about to be full: a migration needs room for a copy."""
FREE_SPACE = "Free some space, or move STEWARD_DATA to a larger disk. Steward goes on by itself."
LET_WRITE = "Free some space, and check the folder's permissions and that its disk is not mounted read-only."
NOT_THE_PRIMARY = (
    "This is a standby server: point STEWARD_DATABASE_URL to the primary, for example with several hosts and "
    "?target_session_attrs=read-write."
)
LET_SERVER_WRITE = "Check the server's free space and log, the user's rights, and default_transaction_read_only."


async def check_folder(given: CheckedSettings) -> list[Finding]:
    """Try to write to the data folder, and see how much space is left. Leaves no file behind."""
    folder = given.settings.data
    try:
        _write_sample(folder)
        free = shutil.disk_usage(folder).free
    except OSError as error:
        return [problem_finding("Writes", f"Nothing can be written to {folder}: {error.strerror}.", LET_WRITE)]
    if free < LITTLE:
        return [problem_finding("Writes", f"Only {free // 2**20} MB are free in {folder}.", FREE_SPACE)]
    return [ok_finding("Writes", f"The data folder can be written, and {free / 2**30:.1f} GB are free.")]


def _write_sample(folder: Path) -> None:
    if not os.access(folder / DATABASE, os.W_OK):
        raise PermissionError(13, "the database file is read-only")
    with tempfile.NamedTemporaryFile(dir=folder) as file:
        file.write(os.urandom(SAMPLE))
        file.flush()
        os.fsync(file.fileno())


async def check_server(given: CheckedSettings) -> list[Finding]:
    """Try a write on PostgreSQL, and roll it back."""
    url, arguments = connection_arguments(given.settings.database_url or "")
    engine = create_async_engine(url, hide_parameters=True, poolclass=NullPool, connect_args=arguments)
    try:
        async with engine.connect() as connection:
            if await connection.scalar(text("SELECT pg_is_in_recovery()")):
                return [problem_finding("Writes", "The server is a standby, which takes no writes.", NOT_THE_PRIMARY)]
            await health.try_write(connection)
    except (SQLAlchemyError, OSError) as error:
        if "does not exist" in str(error):
            return []  # without tables, which another check reports
        return [problem_finding("Writes", f"The server takes no writes: {describe_error(error)}.", LET_SERVER_WRITE)]
    finally:
        await engine.dispose()
    return [ok_finding("Writes", "The server takes writes.")]
