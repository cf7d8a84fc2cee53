"""Sessions of replicas that share a PostgreSQL database, rows by their keys, and looks outside any session."""

import asyncio
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Executable, column, func, select, table, update
from sqlalchemy.exc import DBAPIError, NoResultFound

from bot.db import engines, locks
from bot.db.encryption import Vault
from bot.db.sessions import Database, ReadingSession, connect
from bot.org.channels import Channel
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


@pytest.mark.own_database
async def test_row_by_its_key_is_read_once_and_read_again_where_it_is_locked_or_refreshed(database: Database) -> None:
    async with database.begin() as session:
        session.add(Workspace("T1", "Harbour", "UBOT", "B1"))
        await session.flush()
        session.add(Channel("T1", "C1", "support"))
    async with database.begin() as session:
        known, channel = await session.get_one(Workspace, "T1"), await session.get(Channel, ("T1", "C1"))
        await session.execute(update(Workspace).values(name="Port").execution_options(synchronize_session=False))

        assert channel
        assert await session.get(Workspace, "T2") is None
        assert await session.get(Workspace, "T1", with_for_update=True) is known
        assert (await session.get_one(Workspace, "T1")).name == "Harbour"
        assert (await locks.lock_shared(session, Workspace, "T1")) is known
        assert known.name == "Port"
    with pytest.raises(NoResultFound):
        async with database.reading() as session:
            await session.get_one(Workspace, "T2")


@pytest.mark.own_database
async def test_statement_for_a_row_by_its_key_is_built_once_for_each_table_and_lock(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    executed = list[Executable]()
    scalar = ReadingSession.scalar

    def note(self: ReadingSession, statement: Any, *args: Any, **options: Any) -> Any:
        executed.append(statement)
        return scalar(self, statement, *args, **options)

    monkeypatch.setattr(ReadingSession, "scalar", note)
    for _ in range(2):
        async with database.reading() as session:
            await session.get(Workspace, "T1")
            await session.get(Channel, ("T1", "C1"))

    assert executed[:2] == executed[2:]
