"""Checks for the encryption key: whether it exists, and whether the database was written with it."""

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import keyring
from bot.db.encryption import Vault
from bot.db.keyring import Keyring
from bot.doctor.findings import CheckedSettings, Finding, note_finding, ok_finding, problem_finding
from bot.errors import OperatorError
from bot.settings import Settings


async def check_keys(given: CheckedSettings) -> list[Finding]:
    """Check the keys without the database; return no findings when the keys are well formed."""
    given.must_be_right("STEWARD_DATABASE_URL", "STEWARD_DATA")
    settings = given.settings
    if settings.database_url and not settings.keys:
        return [
            problem_finding(
                "Key", f"{keyring.NO_KEYS}.", f"Create one with {keyring.MAKE_A_KEY} and set it on every replica."
            )
        ]
    try:
        _vault(settings)
    except OperatorError as error:
        return [
            problem_finding("Key", f"{error}.", f"Restore the right key. For a new database: {keyring.MAKE_A_KEY}.")
        ]
    return []


def _vault(settings: Settings) -> Vault | None:
    """Open the vault, or return None if there is no key yet, because the doctor must not create one."""
    is_at_hand = settings.keys or settings.database_url or (settings.data / "key").exists()
    return keyring.open_vault(settings) if is_at_hand else None


async def check_fingerprint(session: AsyncSession, given: CheckedSettings) -> list[Finding]:
    """Compare the key's fingerprint with the database's; return no findings when `check_keys` has some."""
    if await check_keys(given):
        return []
    written_with = await session.scalar(select(Keyring.fingerprint))
    return [_compared(_vault(given.settings), written_with, given.settings)]


def _compared(vault: Vault | None, written_with: str | None, settings: Settings) -> Finding:
    if written_with is None:
        return note_finding("Key", "Nothing is encrypted yet. The first start records the key's fingerprint.")
    if vault is None:
        return problem_finding(
            "Key",
            f"The key of this database (fingerprint {written_with}) is neither in {settings.data} nor in STEWARD_KEYS.",
            "Restore the file `key` from a backup, or set that key in STEWARD_KEYS.",
        )
    if written_with not in vault.fingerprints:
        return problem_finding(
            "Key",
            f"None of the keys matches this database (fingerprint {written_with}).",
            "Add the matching key to STEWARD_KEYS, after the new one if you are rotating.",
        )
    if written_with != vault.fingerprints[0]:
        return note_finding("Key", "The first key is new. The next `steward run` re-encrypts everything with it.")
    return ok_finding("Key", f"The key matches this database (fingerprint {written_with}).")
