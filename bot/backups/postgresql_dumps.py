"""Backups of a PostgreSQL database, made and restored with PostgreSQL's own `pg_dump` and `pg_restore`."""

import asyncio
import os
import re
import shutil
from pathlib import Path

from sqlalchemy import URL, Connection, func, inspect, make_url, select, table, text
from sqlalchemy.ext.asyncio import AsyncConnection

from bot.backups.sqlite_files import check_revision, must_exist
from bot.db.encryption import OWNERS_FILE
from bot.db.sessions import Database
from bot.db.sqlite_copies import OPEN_ROUNDS, Content, put_in_place
from bot.errors import OperatorError

LIBPQ = {
    "sslmode": "PGSSLMODE", "sslrootcert": "PGSSLROOTCERT", "sslcert": "PGSSLCERT", "sslkey": "PGSSLKEY",
    "host": "PGHOST", "port": "PGPORT",
}  # fmt: skip
"""The environment variables of libpq for words in the query of a URL."""
MISSING = (
    "{} is not on PATH. Install PostgreSQL's client programs, of the server's version or newer, or back up with your "
    "provider's own tool."
)
REVISION = re.compile(r"^COPY \S*alembic_version .*\n(\S+)$", re.MULTILINE)


async def back_up(database: Database, url: str, file: Path) -> Content:
    """Dump the database to a file that only the owner can read, in the format of `pg_restore`.

    An existing file is replaced only once the dump is complete. Rows are counted in the dump's own snapshot.
    """
    program = _find("pg_dump")
    part = _begin(file)
    try:
        async with database.writer.connect() as connection:
            await connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ"))
            await connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
            content = await _content(connection)
            snapshot = await connection.scalar(text("SELECT pg_export_snapshot()"))
            options = ["--format=custom", "--no-owner", "--no-privileges", f"--snapshot={snapshot}"]
            await _call(program, *options, f"--file={part}", url=url)
        put_in_place(part, file)
    finally:
        part.unlink(missing_ok=True)
    return content


async def restore(database: Database, url: str, file: Path) -> Content:
    """Restore a dump into an empty database.

    Raises `OperatorError`, and changes nothing, if the database is not empty or the dump is of a newer version.
    """
    program = _find("pg_restore")
    must_exist(file)
    async with database.writer.connect() as connection:
        if await connection.run_sync(lambda sync: inspect(sync).get_table_names()):
            raise OperatorError(
                "STEWARD_DATABASE_URL: this database is not empty. Create a new one (`createdb`), set "
                "STEWARD_DATABASE_URL to it on every replica, and restore into that. The old one stays as it is."
            )
    revision = await _call(program, "--data-only", "--table=alembic_version", "--file=-", str(file))
    found = REVISION.search(revision)
    if found is None:
        raise OperatorError(f"{file} is not a dump of a database of Steward.")
    check_revision(found[1])
    name = _environment(make_url(url))["PGDATABASE"]
    options = ["--no-owner", "--no-privileges", "--single-transaction", "--exit-on-error"]
    await _call(program, *options, f"--dbname={name}", str(file), url=url)
    async with database.writer.connect() as connection:
        return await _content(connection)


def _begin(file: Path) -> Path:
    """Create the private file that takes the place of `file` at the end."""
    if file.is_dir():
        raise OperatorError(f"{file} cannot be replaced: name a file for the copy.")
    part = file.with_name(f".{file.name}.part")
    try:
        part.unlink(missing_ok=True)
        part.touch(OWNERS_FILE)
    except OSError as error:
        raise OperatorError(f"{file} cannot be written: {error.strerror}.") from None
    return part


async def _content(connection: AsyncConnection) -> Content:
    names = await connection.run_sync(_table_names)
    if "alembic_version" not in names:
        raise OperatorError("The database has no tables yet. Run `steward migrate`.")
    revision = await connection.scalar(text("SELECT version_num FROM alembic_version"))
    fingerprint = await connection.scalar(text("SELECT max(fingerprint) FROM keyring"))
    counts = [
        await connection.scalar(select(func.count()).select_from(table(each))) or 0
        for each in names
        if each != "alembic_version"
    ]
    rounds = await connection.scalar(text(OPEN_ROUNDS)) or 0
    return Content(revision, fingerprint, sum(counts), rounds)


def _table_names(connection: Connection) -> list[str]:
    return sorted(inspect(connection).get_table_names())


def _find(program: str) -> str:
    found = shutil.which(program)
    if found is None:
        raise OperatorError(MISSING.format(f"`{program}`"))
    return found


async def _call(program: str, *arguments: str, url: str | None = None) -> str:
    """Run a program and return its output. Raises `OperatorError` with its last line if it fails.

    The address is passed in the environment, because other users of the machine can read arguments.
    """
    environment = os.environ | (_environment(make_url(url)) if url else {})
    pipe = asyncio.subprocess.PIPE
    process = await asyncio.create_subprocess_exec(program, *arguments, env=environment, stdout=pipe, stderr=pipe)
    out, errors = await process.communicate()
    if process.returncode:
        last = errors.decode("utf-8", "replace").strip().splitlines()[-1:] or [f"status {process.returncode}"]
        raise OperatorError(f"{Path(program).name} failed: {last[0]}")
    return out.decode("utf-8", "replace")


def _environment(url: URL) -> dict[str, str]:
    given: dict[str, object] = {
        "PGHOST": url.host,
        "PGPORT": url.port,
        "PGUSER": url.username,
        "PGPASSWORD": url.password,
    }
    given |= {LIBPQ[word]: value for word, value in url.query.items() if word in LIBPQ}
    return {name: str(value) for name, value in given.items() if value} | {"PGDATABASE": url.database or ""}
