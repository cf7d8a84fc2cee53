"""The encryption keys, and the fingerprint of the key in use, so that every replica can read what others write."""

from collections.abc import Callable
from typing import Any

import structlog
from sqlalchemy import Column, LargeBinary, Table, bindparam, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.encryption import Vault, key_in
from bot.db.models import Base, Private, Words
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
        raise OperatorError(f"{NO_KEYS}. Create one with\n  {MAKE_A_KEY}")
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

    Raises `OperatorError` if none of the keys matches.
    """
    vault = database.vault
    async with database.begin() as session:
        first = insert(session, Keyring).values(id=1, fingerprint=vault.fingerprints[0])
        await session.execute(first.on_conflict_do_nothing())
        keyring = (await session.scalars(locks.for_update(select(Keyring), Keyring))).one()
        if keyring.fingerprint not in vault.fingerprints:
            raise OperatorError(
                f"STEWARD_KEYS: none of the keys matches this database (fingerprint {keyring.fingerprint}). "
                "Add the matching key, after the new one if you are rotating."
            )
        if keyring.fingerprint != vault.fingerprints[0]:
            await _rotate(session, vault)
            keyring.fingerprint = vault.fingerprints[0]
            log.info("keys_rotated", fingerprint=keyring.fingerprint)


async def _rotate(session: AsyncSession, vault: Vault) -> None:
    """Re-encrypt all binary columns, and the `Private` values in columns of type `Words`, which encrypt on write."""
    for table in sorted(Base.metadata.sorted_tables, key=lambda each: locks.rank(each.name)):
        for column in table.columns:
            if isinstance(column.type, LargeBinary):
                await _rotate_all(session, table, column, vault.rotate)
            if isinstance(column.type, Words):
                await _rotate_all(session, table, column, _as_it_is)


def _as_it_is(words: str) -> str:
    return words


async def _rotate_all(
    session: AsyncSession, table: Table, column: Column[Any], reencrypt: Callable[[Any], bytes | str]
) -> None:
    keys = list(table.primary_key)
    sealed = select(*keys, column).where(column.is_not(None)).order_by(*keys)
    found = await session.execute(locks.for_update(sealed, table))
    rows = [
        {**{f"of_{key.name}": row[key] for key in keys}, "sealed": reencrypt(row[column])}
        for row in found.mappings()
        if not isinstance(column.type, Words) or isinstance(row[column], Private)
    ]
    if rows:
        this = [key == bindparam(f"of_{key.name}") for key in keys]
        await session.execute(
            update(table).where(*this).values({column.name: bindparam("sealed", type_=column.type)}), rows
        )
