"""The list of erasures: a file apart from the database, so that a restore does not bring erased people back."""

import os
from pathlib import Path

from bot.db.encryption import OWNERS_FILE
from bot.db.sqlite_copies import put_in_place
from bot.errors import OperatorError
from bot.settings import Settings

NAME = "erasures.jsonl"


def erasures_file(settings: Settings) -> Path:
    """Return where the list is: in STEWARD_ERASURES_FILE if there is such a setting, else beside the data."""
    configured: Path | None = getattr(settings, "erasures_file", None)
    return configured or settings.data / NAME


def beside(backup: Path) -> Path:
    """Return where the list is copied with a backup."""
    return backup.with_name(f"{backup.name}.{NAME}")


def copy_list(source: Path, to: Path) -> int | None:
    """Copy the list and return its number of lines, or None if there is no list."""
    if not source.is_file():
        return None
    part = to.with_name(f".{to.name}.part")
    part.unlink(missing_ok=True)
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS_FILE), "wb") as file:
        file.write(source.read_bytes())
    put_in_place(part, to)
    return len(read_list(to))


def read_list(file: Path) -> list[str]:
    """Return the lines of a list, each about one erasure."""
    try:
        return [line for line in file.read_text("utf-8").splitlines() if line.strip()]
    except (OSError, UnicodeDecodeError) as error:
        raise OperatorError(f"{file} cannot be read: {error}.") from None


def newest(files: list[Path]) -> Path | None:
    """Return the list with the most lines, because lines are only ever appended, or None if none exists."""
    return max((each for each in files if each.is_file()), key=lambda each: len(read_list(each)), default=None)


def replay_erasures(settings: Settings, file: Path) -> int:
    """Return how many erasures the restored database has to repeat, so that nobody comes back.

    This is the one place at which `steward restore` goes through the list.
    """
    return len(read_list(file))
