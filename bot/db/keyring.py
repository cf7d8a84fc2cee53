"""The encryption keys, and the fingerprint of the key in use, so that every replica can read what others write."""

import structlog
from sqlalchemy import select
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import key_rotation, locks
from bot.db.encryption import Vault, key_in
from bot.db.models import Base
from bot.db.personal_data import Personal
from bot.db.sessions import Database, insert
from bot.errors import OperatorError
from bot.settings import Settings

NO_KEYS = "STEWARD_KEYS is missing: with PostgreSQL, every replica needs the same key"


MAKE_A_KEY = "python -c 'from cryptography.fernet import Fernet; print(Fernet.generate_key().decode())'"


def open_vault(settings: Settings) -> Vault:
    if settings.keys:
        return Vault([key.strip() for key in settings.keys.get_secret_value().split(",")])
    if settings.database_url:
        raise OperatorError(
            f"{NO_KEYS}. If the database is in use, put its key back (`steward doctor` shows the fingerprint). "
            f"For a new database, create one with: {MAKE_A_KEY}"
        )
    return Vault([key_in(settings.data)])


log = structlog.get_logger()


class Keyring(Base):
    """A table with one row: the fingerprint of the key that everything is encrypted with."""

    __tablename__ = "keyring"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]


Personal(Keyring, "keyring", plain="fingerprint", keep="one row for the database")


async def check(database: Database) -> None:
    """Check the keys against the database, and re-encrypt everything if the first key is new.

    Replicas may write with the former key meanwhile: `steward keys rotate` finds what they wrote.

    Raises `OperatorError` if none of the keys matches.
    """
    vault = database.vault
    async with database.begin() as session:
        first = insert(session, Keyring).values(id=1, fingerprint=vault.fingerprints[0])
        await session.execute(first.on_conflict_do_nothing())
        keyring = (await session.scalars(locks.for_update(select(Keyring), Keyring))).one()
        fingerprint = keyring.fingerprint
    if fingerprint not in vault.fingerprints:
        raise OperatorError(
            f"STEWARD_KEYS: none of the keys matches this database (fingerprint {fingerprint}). "
            "Add the matching key, after the new one if you are rotating. If it is lost, see `steward keys abandon`."
        )
    if fingerprint != vault.fingerprints[0]:
        count = await key_rotation.rotate(database)
        await record_first_key(database)
        log.info("keys_rotated", fingerprint=vault.fingerprints[0], values=count)


async def record_first_key(database: Database) -> None:
    """Record the first key as the one that everything is encrypted with."""
    first = {"id": 1, "fingerprint": database.vault.fingerprints[0]}
    async with database.begin() as session:
        written = insert(session, Keyring).values(**first)
        await session.execute(written.on_conflict_do_update(index_elements=["id"], set_=first))
