"""Encryption at rest: tokens, messages on their way and one-on-one notes are unreadable in the database."""

import hashlib
import os
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from bot.errors import OperatorError


class Vault:
    """Encrypts with the first key, reads with any of them, so that keys can be rotated."""

    def __init__(self, keys: list[str]) -> None:
        try:
            self._fernet = MultiFernet([Fernet(key) for key in keys])
        except ValueError:
            raise OperatorError("STEWARD_KEYS: expected Fernet keys of 44 characters, separated by commas") from None
        self.fingerprints = [hashlib.sha256(key.encode()).hexdigest()[:16] for key in keys]

    def encrypt(self, text: str) -> bytes:
        return self._fernet.encrypt(text.encode())

    def decrypt(self, sealed: bytes) -> str:
        try:
            return self._fernet.decrypt(sealed).decode()
        except InvalidToken:
            raise OperatorError("STEWARD_KEYS: none of the keys reads what the database holds") from None

    def rotate(self, sealed: bytes) -> bytes:
        """The same text, encrypted with the first key."""
        return self._fernet.rotate(sealed)


def key_in(folder: Path) -> str:
    """The key kept in `folder`, made at the first call, readable by its owner alone."""
    path = folder / "key"
    if not path.exists():
        folder.mkdir(parents=True, exist_ok=True)
        handle = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w") as file:
            file.write(Fernet.generate_key().decode())
            file.flush()
            os.fsync(file.fileno())
    return path.read_text().strip()
