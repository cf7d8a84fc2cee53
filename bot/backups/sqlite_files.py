"""Backups of a SQLite database: single files, each a database of its own."""

import os
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from bot.db.encryption import DATABASE, OWNERS_FILE, restrict_to_owner
from bot.db.migrations import migrate
from bot.db.sqlite_copies import BEFORE, Content, copy_database, delete_copies, hold_folder, put_in_place, read_content
from bot.errors import OperatorError

KEPT_FOR = timedelta(days=30)
"""How long copies stay in the data folder: they hold what people wrote, also what has been deleted since."""


class Restored(NamedTuple):
    """A restored database, and the file to which the one before was moved, or None if there was none."""

    content: Content
    aside: Path | None


def back_up(data: Path, file: Path) -> Content:
    """Copy the database to a file, which may exist already. Steward can keep running."""
    return copy_database(data / DATABASE, file)


def restore(file: Path, data: Path, now: datetime) -> Restored:
    """Put a backup in place of the database, and keep that one aside.

    Raises `OperatorError`, and changes nothing, if Steward runs, or if the backup is damaged or of a newer version.
    """
    must_exist(file)
    check_revision(read_content(file).revision)
    restrict_to_owner(data)
    with hold_folder(data):
        new = data / f"{DATABASE}.new"
        content = copy_database(file, new)
        aside = _set_aside(data / DATABASE, data / f"{BEFORE}restore-{now:%Y%m%d-%H%M%S}")
        put_in_place(new, data / DATABASE)
    return Restored(content, aside)


def must_exist(file: Path) -> None:
    if not file.is_file():
        raise OperatorError(f"{file} does not exist.")


def check_revision(revision: str | None) -> None:
    """Raise an `OperatorError` if this version of Steward cannot use a database of that revision."""
    if migrate.is_unreleased(revision):
        raise OperatorError(migrate.UNRELEASED)
    if revision and migrate.is_newer(revision):
        raise OperatorError(migrate.NEWER)


def _set_aside(database: Path, aside: Path) -> Path | None:
    """Rename a database together with its write-ahead log, which holds its newest changes after a crash."""
    if not database.exists():
        return None
    for ending in ("", "-wal"):
        file = database.with_name(f"{database.name}{ending}")
        if file.exists():
            os.utime(file)  # it is kept for 30 days from now, however old its last change is
            file.rename(aside.with_name(f"{aside.name}{ending}"))
    database.with_name(f"{database.name}-shm").unlink(missing_ok=True)
    aside.chmod(OWNERS_FILE)
    return aside


def delete_old_copies(data: Path, now: datetime) -> list[Path]:
    """Delete the copies in the data folder that are older than 30 days, and return them."""
    return delete_copies(data, older_than=(now - KEPT_FOR).timestamp())
