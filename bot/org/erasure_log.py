"""The file of erasures: a line of JSON for each, with a keyed hash and the date, so that a backup can be erased again.

It lies beside the database and not in it, because a restore brings an older database back. A hash is under the key of
that time: whoever can read a backup has that key, too.
"""

import json
import os
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from bot.db.encryption import OWNERS_FILE, OWNERS_FOLDER, Vault
from bot.errors import OperatorError
from bot.org.erasures import hash_person, hash_workspace


@dataclass(frozen=True)
class Entry:
    """One erasure: of a person, or of a whole workspace."""

    at: datetime
    workspace: str
    """A keyed hash of the workspace's id."""
    person: str | None = None
    """A keyed hash of the person's id; None for a whole workspace."""

    def is_of_workspace(self, vault: Vault, workspace_id: str) -> bool:
        return self.workspace in hash_workspace(vault, workspace_id)

    def is_of_person(self, vault: Vault, workspace_id: str, person_id: str) -> bool:
        return self.person in hash_person(vault, workspace_id, person_id)


def append(path: Path, vault: Vault, workspace_id: str, person_id: str | None, *, at: datetime) -> None:
    """Append an erasure, and return once it is on the disk. It may be appended twice after a crash, which is harmless.

    Raises `OSError` if the file cannot be written; then nothing may be confirmed.
    """
    person = hash_person(vault, workspace_id, person_id)[0] if person_id else None
    entry = Entry(at, hash_workspace(vault, workspace_id)[0], person)
    path.parent.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
    is_new = not path.exists()
    handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_APPEND, OWNERS_FILE)
    with os.fdopen(handle, "r+b") as file:
        os.fchmod(file.fileno(), OWNERS_FILE)
        file.write(_start(file.fileno()) + json.dumps({**asdict(entry), "at": at.isoformat()}).encode() + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _sync_folder(path.parent)


def _start(handle: int) -> bytes:
    """Return a line break if a crash has left the last line unfinished."""
    size = os.fstat(handle).st_size
    return b"" if size == 0 or os.pread(handle, 1, size - 1) == b"\n" else b"\n"


def _sync_folder(folder: Path) -> None:
    """Put a new file's name on the disk."""
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def read(path: Path) -> list[Entry]:
    """Return the erasures in a file, in its order. Raises `OperatorError` if it cannot be read.

    A last line that a crash cut off is left out: that erasure was not confirmed, and is appended again.
    """
    try:
        return [*_entries(path.read_text().splitlines())]
    except (OSError, ValueError, KeyError, TypeError, AttributeError) as error:
        raise OperatorError(f"{path}: cannot be read as a file of erasures ({type(error).__name__}).") from None


def _entries(lines: list[str]) -> Iterator[Entry]:
    for number, line in enumerate(lines):
        try:
            said = json.loads(line)
        except json.JSONDecodeError:
            if number < len(lines) - 1 and not _is_cut_off(line):
                raise
            continue
        yield Entry(datetime.fromisoformat(said["at"]), said["workspace"], said.get("person"))


def _is_cut_off(line: str) -> bool:
    """Return whether a line is the beginning of an entry, after which a crash was followed by others."""
    return line.startswith("{") and not line.endswith("}")
