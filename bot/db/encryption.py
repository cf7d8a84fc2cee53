"""Encryption at rest with Fernet, for tokens, outbox payloads and private texts such as one-on-one notes."""

import hashlib
import hmac
import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import OperatorError
from bot.refusals.common import UNREADABLE

KEY, DATABASE, SANDBOX, ERASURES = "key", "steward.db", "sandbox", "erasures.jsonl"
"""Names in the data folder. SQLite adds two files whose names start with the database's (`-wal` and `-shm`)."""
OWNERS_FOLDER, OWNERS_FILE = 0o700, 0o600


class CannotBeRead(OperatorError):
    """Raised for a value that none of the keys can decrypt."""


class Vault:
    """Encrypts with the first key and decrypts with any of them, so that keys can be rotated."""

    def __init__(self, keys: list[str]) -> None:
        try:
            fernets = [Fernet(key) for key in keys]
        except ValueError:
            raise OperatorError("STEWARD_KEYS: expected Fernet keys of 44 characters, separated by commas") from None
        self._fernet = MultiFernet(fernets)
        self._secrets = [key.encode() for key in keys]
        self.fingerprints = [hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys]
        self._fernets = list(zip(self.fingerprints, fernets, strict=True))

    def encrypt(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def decrypt(self, sealed: bytes) -> str:
        """Decrypt a value. Raises `CannotBeRead` if it was encrypted with none of the keys."""
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise CannotBeRead("STEWARD_KEYS: none of the keys can decrypt the database") from None

    def read(self, sealed: bytes, *, otherwise: str = UNREADABLE) -> str:
        """Decrypt a value, or return `otherwise` if none of the keys can, so that it spoils nothing else."""
        try:
            return self.decrypt(sealed)
        except CannotBeRead:
            return otherwise

    def find_reader(self, sealed: bytes) -> str | None:
        """Return the fingerprint of the first key that can decrypt a value, or None if none can."""
        for fingerprint, fernet in self._fernets:
            with suppress(InvalidToken):
                fernet.decrypt(sealed)
                return fingerprint
        return None

    def pseudonyms(self, *what: str) -> list[str]:
        """Return a keyed hash (HMAC-SHA-256) of what would identify somebody, under each key, the first key first."""
        said = "\n".join(what).encode()
        return [
            hmac.new(hmac.digest(key, b"steward pseudonyms", "sha256"), said, "sha256").hexdigest()
            for key in self._secrets
        ]

    def rotate(self, sealed: bytes) -> bytes:
        """Re-encrypt a ciphertext with the first key."""
        return self._fernet.rotate(sealed)


def key_in(folder: Path) -> str:
    """Return the key stored in `folder`, and create it on the first call."""
    restrict_to_owner(folder)
    path = folder / KEY
    try:
        return _read_or_create(path)
    except (OSError, UnicodeDecodeError) as error:
        reason = getattr(error, "strerror", None) or "not a text file"
        raise OperatorError(f"STEWARD_DATA: the key file {path} cannot be read: {reason}.") from None


def _read_or_create(path: Path) -> str:
    if not path.exists():
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNERS_FILE)
        with os.fdopen(handle, "w") as file:
            file.write(Fernet.generate_key().decode())
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()


def restrict_to_owner(folder: Path) -> None:
    """Create the data folder, and restrict it and our files in it to the owner.

    A folder that contains other files may be shared on purpose, so its own mode stays unchanged.
    """
    try:
        folder.mkdir(mode=OWNERS_FOLDER, parents=True, exist_ok=True)
        names = [each.name for each in folder.iterdir()]
    except OSError as error:
        raise OperatorError(f"STEWARD_DATA: the folder {folder} cannot be used: {error.strerror}.") from None
    ours = [folder / name for name in names if name == KEY or name.startswith(DATABASE)]
    is_ours = set(names) <= {each.name for each in ours} | {SANDBOX, ERASURES}
    for path, mode in [*((each, OWNERS_FILE) for each in ours), *([(folder, OWNERS_FOLDER)] if is_ours else [])]:
        with suppress(PermissionError):  # owned by another user who gave us access
            path.chmod(mode)
