"""Checks for the encryption key: whether it exists, and whether the database was written with it."""

import asyncio

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import key_rotation, keyring
from bot.db.encryption import Vault
from bot.db.keyring import Keyring
from bot.doctor.findings import CheckedSettings, Finding, note_finding, ok_finding, problem_finding
from bot.errors import OperatorError
from bot.settings import Settings
from bot.slack.mrkdwn import count_noun

COUNT_SECONDS = 8
PUT_BACK = (
    "This database is in use: put back its key, the one with fingerprint {}, on every replica. "
    "A new key cannot read it. If it is lost, see `steward keys abandon`."
)
ROTATE = "Run `steward keys rotate` before you remove a key from STEWARD_KEYS."
FIND = (
    "Add the key that encrypted them to STEWARD_KEYS, after the first, and run `steward keys rotate`. "
    "If that key is lost, `steward keys abandon` goes on without them."
)


async def check_keys(given: CheckedSettings, written_with: str | None = None) -> list[Finding]:
    """Check the keys without the database; return no findings when the keys are well formed.

    `written_with` is the fingerprint of the database's key, if it has one.
    """
    given.must_be_right("STEWARD_DATABASE_URL", "STEWARD_DATA")
    settings = given.settings
    if settings.database_url and not settings.keys:
        make = f"Create one with {keyring.MAKE_A_KEY} and set it on every replica."
        return [problem_finding("Key", f"{keyring.NO_KEYS}.", PUT_BACK.format(written_with) if written_with else make)]
    try:
        _vault(settings)
    except OperatorError as error:
        make = f"Restore the right key. For a new database: {keyring.MAKE_A_KEY}."
        remedy = PUT_BACK.format(written_with) if written_with else make
        return [problem_finding("Key", f"{str(error).rstrip('.')}.", remedy)]
    return []


def _vault(settings: Settings) -> Vault | None:
    """Open the vault, or return None if there is no key yet, because the doctor must not create one."""
    is_at_hand = settings.keys or settings.database_url or (settings.data / "key").exists()
    return keyring.open_vault(settings) if is_at_hand else None


async def check_fingerprint(session: AsyncSession, given: CheckedSettings) -> list[Finding]:
    """Compare the key's fingerprint with the database's, and count what each key reads.

    Return no findings when `check_keys` has some.
    """
    if await check_keys(given):
        return []
    written_with = await session.scalar(select(Keyring.fingerprint))
    vault = _vault(given.settings)
    compared = _compared(vault, written_with, given.settings)
    return [compared, *(await _count_values(session, vault) if vault and written_with in vault.fingerprints else [])]


async def _count_values(session: AsyncSession, vault: Vault) -> list[Finding]:
    """Count the values that each key encrypted, before one is removed; return no findings when one key reads all."""
    try:
        async with asyncio.timeout(COUNT_SECONDS):
            counts = await key_rotation.count_values(session, vault)
    except TimeoutError:
        return [note_finding("Keys", "There are too many values to count here. Run `steward keys status`.")]
    found = []
    if stale := {key: count for key, count in counts.by_key.items() if count and key != vault.fingerprints[0]}:
        shown = ", ".join(f"{key} ({count})" for key, count in stale.items())
        found.append(
            problem_finding("Keys", f"Values are still encrypted with other keys than the first: {shown}.", ROTATE)
        )
    if lost := counts.unreadable.total():
        where = ", ".join(f"{name} ({count})" for name, count in sorted(counts.unreadable.items()))
        found.append(problem_finding("Keys", f"{count_noun(lost, 'value')} cannot be read: {where}.", FIND))
    return found


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
        return note_finding("Key", "The first key is new. `steward keys rotate` encrypts everything with it.")
    return ok_finding("Key", f"The key matches this database (fingerprint {written_with}).")
