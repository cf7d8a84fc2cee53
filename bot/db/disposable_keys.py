"""Crypto-shredding: what is encrypted with a disposable key becomes unreadable when that key is deleted.

Deleting a row can leave its bytes in the database's files; without the key they are worthless.
"""

import hashlib
import hmac
import secrets
from collections.abc import Iterable

from cryptography.fernet import Fernet
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, Private, Unreadable, Words, keep_from_statistics
from bot.db.personal_data import Personal, Reader

NO_TIME = 0
"""The time in each ciphertext, always the same: Fernet stores it unencrypted, and it would tell when it was written."""


class DisposableKey(KeyedRow):
    """A key, encrypted with the master key, that is deleted together with the purpose of what it encrypts."""

    __tablename__ = "disposable_keys"

    id: Mapped[str] = mapped_column(primary_key=True)
    key: Mapped[str] = mapped_column(Words)

    def encrypt(self, text: str, *, size: int = 0) -> str:
        """Encrypt a text, padded to `size` bytes, so that texts up to that size give ciphertexts of one length."""
        padded = text.encode().ljust(size, b"\0")
        return Fernet(self.key).encrypt_at_time(padded, NO_TIME).decode()

    def decrypt(self, sealed: str) -> str:
        return Fernet(self.key).decrypt(sealed.encode()).rstrip(b"\0").decode()

    def decrypt_all(self, sealed: Iterable[str]) -> list[str]:
        """Decrypt texts, without those that cannot be read because this key was lost."""
        return [] if isinstance(self.key, Unreadable) else [self.decrypt(each) for each in sealed]

    def pseudonym(self, *what: str) -> str:
        """Return a keyed hash (HMAC-SHA-256) of what would identify somebody."""
        return hmac.new(self.key.encode(), "\n".join(what).encode(), hashlib.sha256).hexdigest()


Personal(
    DisposableKey,
    "keys",
    words=[DisposableKey.key],
    plain="id",
    read_by=Reader.NOBODY,
    keep="deleted when nobody may read anymore what it encrypts",
)
keep_from_statistics(DisposableKey, "id", "key")


async def create_key(session: AsyncSession, workspace_id: str) -> DisposableKey:
    key = DisposableKey(workspace_id, secrets.token_hex(16), Private(Fernet.generate_key().decode()))
    session.add(key)
    await session.flush()
    return key
