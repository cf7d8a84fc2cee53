"""Sessions of several replicas that share a PostgreSQL database, and looks outside any session."""

import asyncio
from pathlib import Path

import pytest
from sqlalchemy import column, func, select, table
from sqlalchemy.exc import DBAPIError

from bot.db import engines
from bot.db.encryption import Vault
from bot.db.sessions import Database, connect
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


@pytest.mark.own_database
async def test_look_sees_what_has_just_been_committed_also_after_a_look_that_failed(database: Database) -> None:
    names = select(Workspace.name).where(Workspace.url != "a colon: here").order_by(Workspace.id)
    seen = [await database.look(names)]
    for number in range(2):
        async with database.begin() as session:
            session.add(Workspace(f"T{number}", f"Harbour: {number}", "UBOT", "B1"))
        seen.append(await database.look(names))
        with pytest.raises(DBAPIError):
            await database.look(select(column("name")).select_from(table("nowhere")))

    assert [[name for (name,) in rows] for rows in seen] == [[], ["Harbour: 0"], ["Harbour: 0", "Harbour: 1"]]


@pytest.mark.own_database
async def test_looks_at_the_same_time_wait_for_each_other(database: Database) -> None:
    count = select(func.count()).select_from(Workspace)

    assert [rows[0][0] for rows in await asyncio.gather(*(database.look(count) for _ in range(5)))] == [0] * 5
