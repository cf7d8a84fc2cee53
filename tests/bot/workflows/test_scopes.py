"""Missing scopes: each admin is told once what does not work, and the rest of the bot goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.db.sessions import Database
from bot.messages import installations as messages
from bot.org import installations
from bot.org.installations import Grant, Installation
from bot.org.people import Person
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing
from bot.workflows import scopes
from tests.conftest import TUESDAY
from tests.harness import APP, Json, Mode, World, opened

WANTED: list[str] = APP["oauth_config"]["scopes"]["bot"]


def granting(*scopes: str) -> Json:
    return {**APP, "oauth_config": {"scopes": {"bot": list(scopes)}}}


@pytest.fixture
async def lacking(tmp_path: Path, database_url: str | None, mode: Mode | None) -> AsyncIterator[World]:
    """The bot in a workspace that has not granted two scopes."""
    given = [each for each in WANTED if each not in ("dnd:read", "reactions:write")]
    async with opened(tmp_path, database_url, manifest=granting(*given), mode=mode) as world:
        yield world


async def sync(world: World) -> None:
    """Sync the workspace in full, and send what there is to say."""
    async with world.database.begin() as session:
        await session.execute(update(Workspace).values(looked_at=None))
    await world.move(timedelta(seconds=5))


async def told(world: World) -> list[str]:
    """Return what the workspace's admin has been told about missing scopes, oldest first."""
    async with world.database.reading() as session:
        admins = (await session.scalars(select(Person.name).where(Person.is_admin).order_by(Person.id))).all()
    found = await world.slack.messages("bot", admins[0])
    return [each["text"] for each in found if "Slack hasn't given me every permission" in each["text"]]


def test_each_scope_of_the_manifest_has_a_sentence_for_when_it_is_missing() -> None:
    assert messages.WITHOUT.keys() == set(WANTED)


async def test_admin_is_told_once_of_a_missing_scope_and_the_sync_goes_on(lacking: World) -> None:
    for _ in range(2):
        await sync(lacking)
    (said,) = await told(lacking)

    assert "`dnd:read`" in said
    assert messages.WITHOUT["dnd:read"] in said
    assert f"<{messages.APPS}|" in said
    async with lacking.database.reading() as session:
        (kept,) = await session.scalars(select(Installation))
        (workspace,) = await session.scalars(select(Workspace))
        people = await session.scalar(select(func.count()).select_from(Person))
    assert kept.reported_scopes == ["dnd:read"]
    assert "dnd:read" not in kept.scopes
    assert "im:write" in kept.scopes
    assert (workspace.parked, bool(workspace.looked_at), (people or 0) > 5) == (None, True, True)


async def test_each_scope_is_told_of_when_it_shows_and_not_again_after_a_restart(lacking: World) -> None:
    (first, *_) = await lacking.slack.messages("harbour-support", "maya")
    async with lacking.database.begin() as session:
        here = Address(lacking.workspace.id, "C0HARBOURS")
        await outbox.react(session, "wave", to=here, ts=first["ts"], now=lacking.now)
    await sync(lacking)
    await lacking.steward.install()
    await sync(lacking)

    found = " ".join(await told(lacking))
    assert [found.count(scope) for scope in ("`dnd:read`", "`reactions:write`")] == [1, 1]


async def test_missing_scope_is_reported_again_after_being_granted_and_lost(
    database: Database, workspace: Workspace
) -> None:
    async with database.begin() as session:
        session.add(Person("T1", "UADMIN", "ada", "UTC", is_admin=True))
        for granted in ([], ["dnd:read"], []):
            await installations.save(session, Grant("xoxb-1", "B1", "UBOT", "T1", scopes=granted), now=TUESDAY)
            for _ in range(2):
                if not granted:
                    await scopes.report(session, "T1", {"dnd:read"}, "https://x", now=TUESDAY)
        sent = (await session.scalars(select(Outgoing.conversation))).all()

    assert sent == ["UADMIN", "UADMIN"]
