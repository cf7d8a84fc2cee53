"""The key that the database is encrypted with: whether there is one, and whether it is the right one."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import keyring
from bot.db.encryption import Vault
from bot.db.keyring import Keyring
from bot.doctor.findings import CheckedSettings, Finding, note, trouble, well
from bot.errors import OperatorError
from bot.settings import Settings


async def check_keys(given: CheckedSettings) -> list[Finding]:
    """What can be said of the keys without the database; nothing when they are well formed."""
    given.must_be_right("STEWARD_DATABASE_URL", "STEWARD_DATA")
    settings = given.settings
    if settings.database_url and not settings.keys:
        return [
            trouble("Key", f"{keyring.NO_KEYS}.", f"Make one with {keyring.MAKE_A_KEY} and set it on every replica.")
        ]
    try:
        _vault(settings)
    except OperatorError as error:
        return [trouble("Key", f"{error}.", f"Put the right one back; for a new database, {keyring.MAKE_A_KEY}.")]
    return []


def _vault(settings: Settings) -> Vault | None:
    """None where there is no key yet: to make one is not the doctor's part."""
    is_at_hand = settings.keys or settings.database_url or (settings.data / "key").exists()
    return keyring.open_vault(settings) if is_at_hand else None


async def check_fingerprint(session: AsyncSession, given: CheckedSettings) -> list[Finding]:
    """Whether the key here is the one in the database; nothing where `look` has found trouble."""
    if await check_keys(given):
        return []
    written_with = await session.scalar(select(Keyring.fingerprint))
    return [_compared(_vault(given.settings), written_with, given.settings)]


def _compared(vault: Vault | None, written_with: str | None, settings: Settings) -> Finding:
    if written_with is None:
        return note("Key", "Nothing was encrypted yet; the first start writes the key's fingerprint down.")
    if vault is None:
        return trouble(
            "Key",
            f"The key of this database (fingerprint {written_with}) is not in {settings.data}, nor in STEWARD_KEYS.",
            "Put the file back from a backup, or that key into STEWARD_KEYS.",
        )
    if written_with not in vault.fingerprints:
        return trouble(
            "Key",
            f"None of the keys is the one this database was written with (fingerprint {written_with}).",
            "Put that key back into STEWARD_KEYS, after the new one if you are rotating.",
        )
    if written_with != vault.fingerprints[0]:
        return note("Key", "The first key is new; the next start of `steward run` encrypts everything with it.")
    return well("Key", f"It is the one this database was written with (fingerprint {written_with}).")
