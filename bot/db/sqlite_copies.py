"""Consistent copies of a SQLite database, made while other processes use it."""

import asyncio
import fcntl
import os
import sqlite3
import tempfile
from collections.abc import Iterator
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from typing import NamedTuple

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.encryption import DATABASE
from bot.errors import OperatorError

BEFORE = f"{DATABASE}.before-"
"""How the names of copies in the data folder begin that were made before a change of the whole database."""
COPIES_FOLDER = "folder with copies"
"""The key in a session's `info` of the folder whose copies `delete_all_copies` deletes; None if it leaves them."""
OPEN_ROUNDS = "SELECT count(*) FROM pulse_rounds WHERE closed_at IS NULL"


class Content(NamedTuple):
    """What a database holds: its revision, the key's fingerprint, how many rows, and how many open pulse rounds."""

    revision: str | None
    fingerprint: str | None
    rows: int
    open_rounds: int = 0


@contextmanager
def hold_folder(folder: Path) -> Iterator[None]:
    """Hold the data folder for this process. Raises `OperatorError` if another process holds it."""
    path = folder / f"{DATABASE}.lock"
    with _opened(path) as file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError:
            holder = os.pread(file, 20, 0).decode("ascii", "replace").strip() or "unknown"
            raise OperatorError(
                f"STEWARD_DATA: another process of Steward (pid {holder}) uses {folder}. Stop it first. "
                "Only one process may use a SQLite database; several need PostgreSQL."
            ) from None
        os.ftruncate(file, 0)
        os.pwrite(file, f"{os.getpid()}\n".encode(), 0)
        yield


@contextmanager
def _opened(path: Path) -> Iterator[int]:
    try:
        file = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError as error:
        raise OperatorError(f"STEWARD_DATA: cannot write {path}: {error.strerror}") from None
    try:
        yield file
    finally:
        os.close(file)


def copy_database(source: Path, to: Path) -> Content:
    """Copy a database, which may be in use, to a file that only the owner can read.

    The source is opened read-only. An existing file is replaced only once the copy is complete and intact. Raises
    `OperatorError` if the source is missing, is not ours or is damaged, or if there is no space.
    """
    if not source.is_file():
        raise OperatorError(f"{source} does not exist. STEWARD_DATA must be the folder with Steward's database.")
    if to.is_dir() or (to.exists() and to.samefile(source)):
        raise OperatorError(f"{to} cannot be replaced: name a file for the copy.")
    with _replaced(to) as part:
        try:
            with closing(_read_only(source)) as original, closing(sqlite3.connect(part)) as copy:
                original.backup(copy)
                copy.execute("PRAGMA journal_mode=DELETE")
        except sqlite3.Error as error:
            raise OperatorError(f"{source} cannot be copied to {to.parent}: {error}.") from None
        content = read_content(part, named=source)
    return content


def delete_copies(folder: Path, *, older_than: float | None = None) -> list[Path]:
    """Delete the copies in the data folder, or those from before `older_than` in Unix time, and return them.

    Raises `OperatorError` if one cannot be deleted.
    """
    copies = sorted(folder.glob(f"{BEFORE}*"))
    found = [each for each in copies if older_than is None or each.stat().st_mtime < older_than]
    for each in found:
        try:
            each.unlink(missing_ok=True)
        except OSError as error:
            raise OperatorError(f"{each} cannot be deleted: {error.strerror}.") from None
    return found


async def delete_all_copies(session: AsyncSession) -> None:
    """Delete the copies in the data folder, which hold what was deleted: a pulse round, or what was erased.

    Call it before that is recorded or confirmed, so that it is repeated after a crash.
    """
    if folder := session.info.get(COPIES_FOLDER):
        await asyncio.to_thread(delete_copies, folder)


@contextmanager
def _replaced(to: Path) -> Iterator[Path]:
    """Yield a new private file beside `to`, which takes its place at the end unless an exception is raised."""
    try:
        handle, name = tempfile.mkstemp(prefix=f".{to.name}.", dir=to.parent)
        os.close(handle)
    except OSError as error:
        raise OperatorError(f"{to} cannot be written: {error.strerror}.") from None
    part = Path(name)
    try:
        yield part
        put_in_place(part, to)
    finally:
        for each in (part, Path(f"{part}-journal")):
            each.unlink(missing_ok=True)


def put_in_place(part: Path, to: Path) -> None:
    """Rename a complete file, so that it is there after a power failure too."""
    _sync(part)
    part.replace(to)
    with suppress(OSError):  # some file systems cannot sync a folder
        _sync(to.parent)


def _sync(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read_content(file: Path, *, named: Path | None = None) -> Content:
    """Check that a database is intact, and return what it holds.

    Raises `OperatorError` if it is damaged or not ours; the message names `named`, or the file.
    """
    named = named or file
    try:
        with closing(_read_only(file)) as database:
            found = [row[0] for row in database.execute("PRAGMA integrity_check(3)")]
            tables = {row[0] for row in database.execute("SELECT name FROM sqlite_master WHERE type = 'table'")}
            if found != ["ok"]:
                raise OperatorError(f"{named} is damaged: {'; '.join(found)}.")
            if "alembic_version" not in tables:
                raise OperatorError(f"{named} is not a database of Steward.")
            return _content(database, tables)
    except sqlite3.Error as error:
        raise OperatorError(f"{named} cannot be read: {error}.") from None


def _content(database: sqlite3.Connection, tables: set[str]) -> Content:
    revision = database.execute("SELECT max(version_num) FROM alembic_version").fetchone()[0]
    keys = database.execute("SELECT max(fingerprint) FROM keyring").fetchone() if "keyring" in tables else [None]
    ours = [name for name in tables if name != "alembic_version" and not name.startswith("sqlite_")]
    counts = [database.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0] for name in sorted(ours)]  # noqa: S608
    has_rounds = "pulse_rounds" in tables
    rounds = database.execute(OPEN_ROUNDS).fetchone()[0] if has_rounds else 0
    return Content(revision, keys[0], sum(counts), rounds)


def _read_only(file: Path) -> sqlite3.Connection:
    return sqlite3.connect(f"{file.absolute().as_uri()}?mode=ro", uri=True, timeout=10)
