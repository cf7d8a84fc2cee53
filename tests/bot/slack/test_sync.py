"""The Slack sync, which stores people, channels and user groups and never overwrites newer data with older data."""

import asyncio
import math
from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.org import channels, people
from bot.org.channels import Channel
from bot.org.teams import queries
from bot.org.workspaces import Workspace
from bot.slack import profiles, sync, sync_claims
from sandbox.faults import BODIES
from tests.harness import Slack, World, eventually


async def people_in(world: World, channel_id: str) -> set[str]:
    async with world.database.reading() as session:
        return await channels.people_in(session, world.workspace.id, channel_id)


async def is_read(world: World, channel_id: str) -> bool:
    async with world.database.reading() as session:
        known = await channels.fetch_channel(session, world.workspace.id, channel_id)
    return bool(known and known.read_at)


async def test_channel_members_who_join_or_leave_during_a_sync_are_recorded(
    slack: Slack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await eventually(lambda: is_read(world, "C0HARBOURS"))
    await world.steward.sync.sync_due()
    client = await world.steward.clients.of(world.workspace.id)
    real, times = client.conversations_members, []

    async def slow(**asked: Any) -> Any:
        page = await real(**asked)
        if asked["channel"] not in ("C0HARBOURS", "C0QUEUEALE"):
            times.append(asked["channel"])
        if len(times) == 1:
            await slack.do("channels", channel="night-desk", add=["ben"], remove=["ana"])
            await world.sandbox.settled()
        return page

    monkeypatch.setattr(client, "conversations_members", slow)
    made = await slack.do("channels", channel="night-desk", user="maya", add=["ana", "steward"])
    await eventually(lambda: is_read(world, made["channel"]["id"]))

    assert await people_in(world, made["channel"]["id"]) == {"U0MAYA0000", "U0BEN00000", "U0STEWARD0"}
    assert len(times) == 2


async def test_channel_archived_during_a_sync_is_stored_as_closed(
    slack: Slack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await eventually(lambda: is_read(world, "C0HARBOURS"))
    await world.steward.sync.sync_due()
    client = await world.steward.clients.of(world.workspace.id)
    real, times = client.conversations_members, []

    async def slow(**asked: Any) -> Any:
        page = await real(**asked)
        times.append(asked["channel"])
        if times == ["C0HARBOURS"]:
            await slack.do("channels", channel="harbour-support", archived=True)
            await world.sandbox.settled()
        return page

    monkeypatch.setattr(client, "conversations_members", slow)
    async with world.database.begin() as session:
        (await session.get_one(Channel, (world.workspace.id, "C0HARBOURS"))).is_stale = True
    await eventually(lambda: _is_closed(world))
    await world.steward.sync.sync_due()

    assert await _is_closed(world)


async def _is_closed(world: World) -> bool:
    async with world.database.reading() as session:
        team = await queries.team_of_channel(session, world.workspace.id, "C0HARBOURS")
    return bool(team and team.is_closed)


async def test_only_channels_that_the_bot_is_in_are_stored(world: World) -> None:
    await eventually(lambda: is_read(world, "C0HARBOURS"))

    async with world.database.reading() as session:
        assert await channels.fetch_channel(session, world.workspace.id, "C0GENERAL0") is None
    assert "U0GRACE000" in await people_in(world, "C0HARBOURS")


@pytest.mark.parametrize("how", [{"status": 500}, {"cut": True}, *({"body": body} for body in BODIES)])
async def test_failed_sync_is_retried(slack: Slack, world: World, how: dict[str, Any]) -> None:
    async def stumbled() -> bool:
        return any("fault" in call for call in await slack.calls("users.list"))

    await world.steward.sync.sync_due()
    looks = len(await slack.calls("usergroups.list"))
    await slack.do("faults", method="users.list", **how)
    async with world.database.begin() as session:
        (await session.get_one(Workspace, world.workspace.id)).looked_at = None
    await eventually(stumbled)
    await world.steward.sync.sync_due()
    assert len(await slack.calls("usergroups.list")) == looks
    await world.move(timedelta(minutes=2))

    assert len(await slack.calls("usergroups.list")) == looks + 1


async def test_full_sync_is_repeated_after_a_crash_during_it(
    slack: Slack, world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def cannot_even_say_so(*passed: object) -> None:
        raise RuntimeError("the database is gone too")

    await world.steward.sync.sync_due()
    looks = len(await slack.calls("usergroups.list"))
    monkeypatch.setattr(world.steward.sync, "_give_up_for_now", cannot_even_say_so)
    await slack.do("faults", method="users.list", status=500, times=1)
    async with world.steward.sync._reading, world.database.begin() as session:
        (await session.get_one(Workspace, world.workspace.id)).looked_at = None
    with suppress(RuntimeError):
        await world.steward.sync.sync_due()
    await world.move(sync_claims.SYNC_LEASE + timedelta(minutes=1))

    assert len(await slack.calls("usergroups.list")) == looks + 1


async def _is_due(world: World) -> bool:
    async with world.database.reading() as session:
        looked_at = (await session.get_one(Workspace, world.workspace.id)).looked_at
    return looked_at is None or looked_at <= world.now - sync_claims.FULL_SYNC_INTERVAL


async def test_process_that_stops_during_a_full_sync_leaves_it_to_the_next_one(slack: Slack, world: World) -> None:
    async def asks() -> bool:
        return bool(world.steward.sync._syncing) and not await _is_due(world)

    await world.steward.sync.sync_due()
    await slack.do("faults", method="users.list", times=1, delay_ms=5000)
    async with world.database.begin() as session:
        (await session.get_one(Workspace, world.workspace.id)).looked_at = None
    await eventually(asks)
    await world.steward._end("sync")

    assert await _is_due(world)


async def test_only_process_begins_a_full_sync_that_a_killed_one_had_claimed(world: World) -> None:
    await world.steward._end("sync")
    async with world.database.begin() as session:
        (await session.get_one(Workspace, world.workspace.id)).looked_at = None
    await world.steward.sync._claims.take()
    claimed = await _is_due(world)
    await world.steward.sync.free_leases()

    assert (claimed, await _is_due(world)) == (False, world.database.is_sqlite)


async def test_long_full_sync_keeps_its_claim(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sync_claims, "RENEW_SECONDS", 0.0)
    await world.steward._end("sync")
    async with world.database.begin() as session:
        (await session.get_one(Workspace, world.workspace.id)).looked_at = None
    claims = world.steward.sync._claims
    claimed = await claims.take()
    for _ in range(3):
        world.sandbox.clock.set(world.now + sync_claims.SYNC_LEASE - timedelta(minutes=1))
        await claims.renew()
        assert await claims.take() is None
    await claims.record(world.workspace.id)
    async with world.database.reading() as session:
        looked_at = (await session.get_one(Workspace, world.workspace.id)).looked_at

    assert claimed == world.workspace.id
    assert looked_at
    assert looked_at > world.now - timedelta(minutes=1)


async def test_stale_channels_are_loaded_a_few_at_a_time_and_a_failing_one_holds_up_no_other(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    await world.steward._end("sync")
    await world.steward.sync.sync_due()
    monkeypatch.setattr(sync, "CHANNELS_AT_ONCE", 2)
    names = {f"C9{number}": f"unknown-{number}" for number in range(5)}
    async with world.database.begin() as session:
        await session.execute(update(Channel).values(is_stale=False))
        await channels.mark_all_stale(session, world.workspace.id, names)
        await session.execute(update(Channel).where(Channel.id.not_in(names)).values(is_stale=False))
    world.steward.sync._again_at[world.workspace.id, "C90"] = math.inf
    loaded = []
    for _ in range(2):
        await world.steward.sync._begin_due()
        loaded.append(len(world.steward.sync._syncing))
        stale = await world.steward.sync._stale(limit=sync.CHANNELS_AT_ONCE)
        assert len(stale) <= sync.CHANNELS_AT_ONCE
        await asyncio.wait(world.steward.sync._syncing.values())
    async with world.database.reading() as session:
        left = (await session.scalars(select(Channel.id).where(Channel.is_stale))).all()

    assert (loaded, list(left)) == ([1, 1], ["C90"])


async def test_person_update_older_than_the_stored_data_is_ignored(session: AsyncSession, workspace: Workspace) -> None:
    def news(name: str, updated: int) -> dict[str, Any]:
        return profiles.parse_user("T1", {"id": "UANA", "name": name, "updated": updated, "team_id": "T1"})

    await people.upsert_people(session, [news("ana-maria", 200)])
    await people.upsert_people(session, [news("ana", 100)])

    assert (await people.fetch_person(session, "T1", "UANA")).name == "ana-maria"


async def test_person_update_without_a_locale_keeps_the_stored_locale(
    session: AsyncSession, workspace: Workspace
) -> None:
    for updated, told in enumerate([{"locale": "en-US"}, {}, {"locale": "de-DE"}, {"locale": ""}]):
        user = {"id": "UANA", "name": "ana", "team_id": "T1", "updated": updated, **told}
        await people.upsert_people(session, [profiles.parse_user("T1", user)])

    known = await people.fetch_person(session, "T1", "UANA")
    await session.refresh(known)
    assert known.locale == "de-DE"


async def test_full_sync_stores_each_persons_locale_and_updates_it_when_it_changes(slack: Slack, world: World) -> None:
    async def locale() -> str:
        async with world.database.reading() as session:
            return (await people.fetch_person(session, world.workspace.id, "U0ANA00000")).locale

    assert await locale() == "en-GB"
    await slack.do("users", user="ana", locale="en-US")
    await eventually(lambda: _is(locale, "en-US"))
    await slack.do("users", user="ana", locale="de-DE")
    await eventually(lambda: _is(locale, "de-DE"))


async def _is(read: Callable[[], Awaitable[str]], expected: str) -> bool:
    return await read() == expected


async def test_group_update_older_than_the_stored_data_is_ignored(session: AsyncSession, workspace: Workspace) -> None:
    async def gather(users: list[str], updated: int) -> None:
        await channels.upsert_group(
            session, "T1", "S1", handle="night", user_ids=users, is_disabled=False, updated=updated
        )

    await gather(["UANA"], 100)
    await channels.change_group(session, "T1", "S1", added=["UBEN"], removed=[], updated=300)
    await gather(["UELI"], 200)
    await channels.change_group(session, "T1", "S1", added=["UELI"], removed=["UANA"], updated=250)

    assert await channels.people_of_groups(session, "T1", ["night"]) == {"night": ["UANA", "UBEN"]}
