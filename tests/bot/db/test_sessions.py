"""Sessions of several replicas that share a PostgreSQL database."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import select
from sqlalchemy.exc import DBAPIError

from bot.db import engines
from bot.db.encryption import Vault
from bot.db.sessions import connect
from bot.org.workspaces import Workspace
from tests.databases import KEY


async def test_idle_transaction_of_one_replica_is_ended_so_that_others_get_its_locks(
    postgres_url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(engines, "IDLE_SECONDS", 1)
    still, other = (connect(postgres_url, tmp_path, Vault([KEY])) for _ in range(2))
    held = select(Workspace).with_for_update()
    async with other.begin() as session:
        session.add(Workspace("T1", "Harbour", "UBOT", "B1"))
    stood_still = still.session()
    await stood_still.scalars(held)

    async with asyncio.timeout(60), other.begin() as session:
        assert (await session.scalars(held)).one()
    with pytest.raises(DBAPIError):
        await stood_still.scalars(held)
    await stood_still.close()
    await asyncio.gather(still.close(), other.close())
