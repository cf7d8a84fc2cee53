"""Which key the database was written with, so that no replica writes what the others cannot read."""

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.crypto import Vault
from bot.database import Base, Database, insert
from bot.directory import Workspace
from bot.errors import OperatorError
from bot.features.hooks import Hook
from bot.outbox import Outgoing, State

log = structlog.get_logger()


class Keyring(Base):
    """One row: the fingerprint of the key that everything is encrypted with."""

    __tablename__ = "keyring"

    id: Mapped[int] = mapped_column(primary_key=True)
    fingerprint: Mapped[str]


async def check(database: Database) -> None:
    """Refuse keys that cannot read the database; with a new first key, encrypt everything anew."""
    vault = database.vault
    async with database.begin() as session:
        first = insert(session, Keyring).values(id=1, fingerprint=vault.fingerprints[0])
        await session.execute(first.on_conflict_do_nothing())
        keyring = (await session.scalars(select(Keyring).with_for_update())).one()
        if keyring.fingerprint not in vault.fingerprints:
            raise OperatorError(
                "STEWARD_KEYS: none of these keys is the one this database was written with "
                f"(fingerprint {keyring.fingerprint}). Put that key back, after the new one if you are rotating."
            )
        if keyring.fingerprint != vault.fingerprints[0]:
            await _rotate(session, vault)
            keyring.fingerprint = vault.fingerprints[0]
            log.info("keys_rotated", fingerprint=keyring.fingerprint)


async def _rotate(session: AsyncSession, vault: Vault) -> None:
    for workspace in await session.scalars(select(Workspace).with_for_update()):
        workspace.token = vault.rotate(workspace.token)
    unsent = select(Outgoing).where(Outgoing.state.in_([State.WAITING, State.ASIDE]), Outgoing.body.is_not(None))
    for row in await session.scalars(unsent.with_for_update()):
        row.body = vault.rotate(row.body or b"")
    for hook in await session.scalars(select(Hook).with_for_update()):
        hook.secret = vault.rotate(hook.secret) if hook.secret else None
        hook.previous = vault.rotate(hook.previous) if hook.previous else None
