"""Installations: the migration from one token a workspace, and parking an organization with all its workspaces."""

from pathlib import Path

import pytest
from sqlalchemy import insert, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.org import installations
from bot.org.installations import Grant, Installation
from bot.org.workspaces import Workspace
from tests.bot.db.test_migrations import reflected
from tests.conftest import TUESDAY
from tests.databases import KEY

BEFORE = "0214"
ORG = Grant("xoxb-org", "B9", "UBOT", enterprise_id="E1", is_org=True)


async def parked(database: Database) -> dict[str, str | None]:
    """Return why each installation and workspace is parked."""
    async with database.reading() as session:
        org, workspaces = await session.scalars(select(Installation)), await session.scalars(select(Workspace))
        return {f"{type(row).__name__} {row.id}": row.parked for row in (*org, *workspaces)}


async def test_migration_turns_the_token_of_each_workspace_into_an_installation(
    empty_url: str | None, tmp_path: Path
) -> None:
    vault = Vault([KEY])
    database = connect(empty_url, tmp_path, vault)
    old = {"name": "Harbour", "bot_user_id": "UBOT", "bot_id": "B1", "url": "https://harbour.slack.com/"}
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(migrate.take_steps, BEFORE)
            workspaces = (await connection.run_sync(reflected)).tables["workspaces"]
            for id, reason in (("T1", None), ("T2", "token_revoked")):
                row = {"id": id, "token": vault.encrypt(f"xoxb-{id}"), "parked": reason, **old}
                await connection.execute(insert(workspaces).values(row))
        await migrate.upgrade(database)
        async with database.reading() as session:
            found = {each.id: await installations.installation_of(session, each.id) for each in await all_of(session)}
    finally:
        await database.close()

    first, second = found["T1"], found["T2"]
    assert first
    assert second
    assert [vault.decrypt(each.token) for each in (first, second)] == ["xoxb-T1", "xoxb-T2"]
    assert (first.parked, first.parked_at, first.is_org, first.scopes) == (None, None, False, [])
    assert second.parked == "token_revoked"
    assert second.parked_at


async def all_of(session: AsyncSession) -> list[Workspace]:
    return list(await session.scalars(select(Workspace)))


@pytest.fixture
async def organization(database: Database, workspace: Workspace) -> None:
    """An organization with two workspaces, beside the workspace Harbour with its own installation."""
    async with database.begin() as session:
        await installations.save(session, ORG, now=TUESDAY)
        session.add_all([Workspace("T8", "Quay", "UBOT", "B9", "E1"), Workspace("T9", "Pier", "UBOT", "B9", "E1")])


@pytest.mark.usefixtures("organization")
async def test_parking_an_organization_parks_its_workspaces_and_no_others(database: Database) -> None:
    async with database.begin() as session:
        await installations.park_if_current(session, "T8", "token_revoked", "xoxb-org", now=TUESDAY)

    revoked = "token_revoked"
    assert await parked(database) == {
        "Installation E1": revoked, "Installation T1": None,
        "Workspace T1": None, "Workspace T8": revoked, "Workspace T9": revoked,
    }  # fmt: skip


@pytest.mark.usefixtures("organization")
@pytest.mark.parametrize(("workspace_id", "token"), [("T8", "xoxb-older"), ("T8", None), ("T7", "xoxb-org")])
async def test_answer_to_an_outdated_token_parks_nothing(
    database: Database, workspace_id: str, token: str | None
) -> None:
    async with database.begin() as session:
        await installations.park_if_current(session, workspace_id, "invalid_auth", token, now=TUESDAY)

    assert set((await parked(database)).values()) == {None}


@pytest.mark.usefixtures("organization")
async def test_installing_again_replaces_the_token_and_ends_the_parking_of_the_installation(database: Database) -> None:
    async with database.begin() as session:
        await installations.park_if_current(session, "T9", "token_revoked", "xoxb-org", now=TUESDAY)
    async with database.begin() as session:
        await installations.save(session, Grant("xoxb-new", "B9", "UBOT", enterprise_id="E1", is_org=True), now=TUESDAY)
        kept = await installations.installation_of(session, "T9")

    assert kept
    assert (database.vault.decrypt(kept.token), kept.parked, kept.parked_at) == ("xoxb-new", None, None)
