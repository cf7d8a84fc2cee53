"""Missing scopes: each admin is told once what does not work, and the rest of the bot goes on."""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select, update

from bot.messages import installations as messages
from bot.org.installations import Installation
from bot.org.people import Person
from bot.org.workspaces import Address, Workspace
from bot.slack.outbox import outbox
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
    """Return what the workspace's admin has been told of missing scopes, oldest first."""
    async with world.database.reading() as session:
        admins = (await session.scalars(select(Person.name).where(Person.is_admin).order_by(Person.id))).all()
    found = await world.slack.messages("bot", admins[0])
    return [each["text"] for each in found if "Slack hasn't given me every permission" in each["text"]]


def test_each_scope_of_the_manifest_has_words_for_its_absence() -> None:
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


async def test_other_missing_scopes_are_told_of_when_they_show_and_again_after_another_install(lacking: World) -> None:
    (first, *_) = await lacking.slack.messages("harbour-support", "maya")
    async with lacking.database.begin() as session:
        here = Address(lacking.workspace.id, "C0HARBOURS")
        await outbox.react(session, "wave", to=here, ts=first["ts"], now=lacking.now)
    await lacking.move(timedelta(seconds=5))
    before = await told(lacking)
    await lacking.steward.install()
    await sync(lacking)

    assert sorted(scope for said in before for scope in ("dnd:read", "reactions:write") if scope in said) == [
        "dnd:read", "reactions:write",
    ]  # fmt: skip
    assert ["dnd:read" in said for said in (await told(lacking))[len(before) :]] == [True]
