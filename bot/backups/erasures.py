"""The list of erasures beside the data and beside each backup, from which a restored database is erased again."""

import os
from pathlib import Path

from bot.db.encryption import ERASURES, OWNERS_FILE
from bot.db.sqlite_copies import put_in_place
from bot.org import erasure_log
from bot.settings import Settings


def erasures_file(settings: Settings) -> Path:
    """Return where Steward appends to the list."""
    return settings.erasures_file or settings.data / ERASURES


def beside(backup: Path) -> Path:
    """Return where the list is copied with a backup."""
    return backup.with_name(f"{backup.name}.{ERASURES}")


def copy_list(source: Path, to: Path) -> int | None:
    """Copy the list and return its number of erasures, or None if there is no list."""
    if not source.is_file():
        return None
    part = to.with_name(f".{to.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS_FILE), "wb") as file:
        file.write(source.read_bytes())
    put_in_place(part, to)
    return len(erasure_log.read(to))


def newest(files: list[Path]) -> Path | None:
    """Return the list with the most erasures, because they are only ever appended, or None if there is no list."""
    found = [each for each in files if each.is_file()]
    return max(found, key=lambda each: len(erasure_log.read(each)), default=None)
