"""Token rotation: tokens that expire are refreshed once and in time, and nobody is parked too soon."""

import asyncio
from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import select, update

from bot.app import Steward
from bot.cli import service
from bot.clock import Clock
from bot.db.sessions import Database
from bot.org.installations import Installation
from bot.org.workspaces import Address, Workspace
from bot.settings import Settings
from bot.slack import clients, token_refresh
from bot.slack.clients import NoToken
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.slack.token_refresh import TokenRefresh
from bot.web import REQUESTS
from bot.workflows import installations as workflow
from sandbox.sandbox import Sandbox
from tests import databases
from tests.harness import APP, Json, Slack, eventually

HARBOUR = "T0HARBOUR"
ROTATING = deepcopy(APP)
ROTATING["settings"]["token_rotation_enabled"] = True


@dataclass
class Replicas:
    """Two replicas of the bot with one database, and the sandbox where its tokens expire after twelve hours."""

    sandbox: Sandbox
    slack: Slack
    both: list[Steward]

    @property
    def one(self) -> Steward:
        return self.both[0]

    async def install(self) -> None:
        oauth = self.one.clients.oauth
        assert oauth
        answer = await self.slack.do("install", user="maya", redirect=oauth.app.redirect_url)
        now = self.sandbox.clock.now()
        grant, covered, _ = await oauth.exchange_code(answer["code"], now=now)
        async with self.one.database.begin() as session:
            await workflow.install(session, grant, covered, now=now)
        for each in self.both:
            each.clients.forget(HARBOUR)

    def wait(self, **much: float) -> None:
        """Move the clock, and forget when the last refresh was."""
        self.sandbox.set_clock(self.sandbox.clock.now() + timedelta(**much))
        for each in self.both:
            each.clients._refreshed_at.clear()

    async def refreshes(self) -> list[Json]:
        calls = await self.slack.calls("oauth.v2.access")
        return [each for each in calls if each["args"].get("grant_type") == "refresh_token"]

    async def kept(self) -> Installation:
        async with self.one.database.reading() as session:
            return (await session.scalars(select(Installation))).one()

    async def works(self, client: AsyncWebClient) -> bool:
        return bool((await client.auth_test())["ok"])


@pytest.fixture
async def replicas(tmp_path: Path, database: Database, place: databases.Place) -> AsyncIterator[Replicas]:
    sandbox = Sandbox(tmp_path / "sandbox", port=0, manifest=ROTATING)
    await sandbox.start()
    settings = Settings(
        api_url=sandbox.api_url, client_id=sandbox.client_id, client_secret=SecretStr(sandbox.client_secret),
        signing_secret=SecretStr(sandbox.signing_secret), public_url="https://steward.example.com", data=tmp_path,
    )  # fmt: skip
    other = databases.at(place.url, place.folder) if place.url else database
    async with aiohttp.ClientSession() as http:
        both = [Steward(settings, each, Clock(sandbox.clock.now), http) for each in (database, other)]
        found = Replicas(sandbox, Slack(sandbox.url, http), both)
        await found.slack.do("uninstall")
        await found.install()
        yield found
        for each in both:
            await each.clients.close()
    await sandbox.stop()
    if other is not database:
        await other.close()


@pytest.fixture(autouse=True)
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(token_refresh, "PAUSE_SECONDS", 0.0)


pytestmark = pytest.mark.own_database


async def test_token_is_refreshed_two_hours_before_its_end_and_both_tokens_work(replicas: Replicas) -> None:
    before = await replicas.one.clients.of(HARBOUR)
    replicas.wait(hours=9.9)
    unchanged = await replicas.one.clients.of(HARBOUR)
    replicas.wait(hours=0.2)
    after = await replicas.one.clients.of(HARBOUR)

    assert unchanged is before
    assert after.token != before.token
    assert [await replicas.works(each) for each in (before, after)] == [True, True]
    kept = await replicas.kept()
    assert kept.expires_at
    assert timedelta(hours=11) < kept.expires_at - replicas.sandbox.clock.now() <= timedelta(hours=12)
    assert kept.lease is None
    assert len(await replicas.refreshes()) == 1


@pytest.mark.parametrize("hours", [11, 13, 1000])
async def test_replicas_that_need_a_new_token_at_once_refresh_it_once(replicas: Replicas, hours: float) -> None:
    replicas.wait(hours=hours)
    found = await asyncio.gather(*[each.clients.of(HARBOUR) for each in replicas.both * 5])

    assert all([await replicas.works(each) for each in found])
    assert len(await replicas.refreshes()) == 1


async def test_replica_with_the_old_token_takes_the_new_one_before_the_old_one_ends(replicas: Replicas) -> None:
    first, second = replicas.both
    await second.clients.of(HARBOUR)
    replicas.wait(hours=11)
    new = await first.clients.of(HARBOUR)
    replicas.wait(hours=2)

    assert (await second.clients.of(HARBOUR)).token == new.token
    assert len(await replicas.refreshes()) == 1


async def test_replica_soon_uses_the_token_of_another_install(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    second = replicas.both[1].clients
    before = await second.of(HARBOUR)
    await replicas.slack.do("uninstall")
    monkeypatch.setattr(second, "forget", lambda workspace_id: None)
    await replicas.install()
    still = await second.of(HARBOUR)
    monkeypatch.setattr(clients, "CACHE_SECONDS", 0.0)
    after = await second.of(HARBOUR)

    assert (still is before, after.token == before.token) == (True, False)
    assert await replicas.works(after)


async def test_refresh_whose_answer_is_lost_is_tried_again_at_once(replicas: Replicas) -> None:
    replicas.wait(hours=11)
    await replicas.slack.do("faults", method="oauth.v2.access", times=1, status=500, after_effect=True)
    client = await replicas.one.clients.of(HARBOUR)

    assert await replicas.works(client)
    assert len(await replicas.refreshes()) == 2
    assert (await replicas.kept()).parked is None


async def test_old_token_is_used_while_slack_does_not_answer_refreshes(replicas: Replicas) -> None:
    before = await replicas.one.clients.of(HARBOUR)
    replicas.wait(hours=11)
    await replicas.slack.do("faults", method="oauth.v2.access", times=3, status=503)
    meanwhile = await replicas.one.clients.of(HARBOUR)
    replicas.wait(minutes=1)
    after = await replicas.one.clients.of(HARBOUR)

    assert (meanwhile.token, after.token == before.token) == (before.token, False)
    assert await replicas.works(after)


async def test_expired_token_that_slack_does_not_refresh_now_parks_nothing(replicas: Replicas) -> None:
    replicas.wait(hours=13)
    await replicas.slack.do("faults", method="oauth.v2.access", times=3, status=503)
    with pytest.raises(NoToken):
        await replicas.one.clients.of(HARBOUR)
    parked = (await replicas.kept()).parked
    replicas.wait(minutes=1)

    assert parked is None
    assert await replicas.works(await replicas.one.clients.of(HARBOUR))


async def test_refused_refresh_parks_the_installation_only_after_the_old_token_has_ended(replicas: Replicas) -> None:
    await replicas.slack.do("faults", method="oauth.v2.access", times=2, error="invalid_refresh_token")
    replicas.wait(hours=11)
    meanwhile = await replicas.one.clients.of(HARBOUR)
    still = (await replicas.works(meanwhile), (await replicas.kept()).parked)
    replicas.wait(hours=2)
    with pytest.raises(NoToken):
        await replicas.one.clients.of(HARBOUR)
    async with replicas.one.database.reading() as session:
        workspace = (await session.scalars(select(Workspace))).one()

    assert still == (True, None)
    assert ((await replicas.kept()).parked, workspace.parked) == ("invalid_refresh_token",) * 2
    await replicas.install()
    assert await replicas.works(await replicas.one.clients.of(HARBOUR))
    assert (await replicas.kept()).parked is None


async def test_wrong_client_secret_parks_nothing(replicas: Replicas) -> None:
    await replicas.slack.do("faults", method="oauth.v2.access", times=1, error="bad_client_secret")
    replicas.wait(hours=13)
    with pytest.raises(NoToken):
        await replicas.one.clients.of(HARBOUR)

    assert (await replicas.kept()).parked is None


async def test_replica_takes_over_a_refresh_whose_process_was_killed(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(token_refresh, "LEASE_SECONDS", 0.5)
    replicas.wait(hours=13)
    await replicas.slack.do("faults", method="oauth.v2.access", times=1, delay_ms=1000)
    oauth = replicas.one.clients.oauth
    assert oauth
    killed = asyncio.create_task(
        TokenRefresh(replicas.one.database, replicas.one.clock, oauth).refresh((await replicas.kept()).id)
    )
    await eventually(lambda: is_leased(replicas))
    killed.cancel()
    client = await replicas.both[1].clients.of(HARBOUR)

    assert await replicas.works(client)
    assert (await replicas.kept()).parked is None


async def test_refresh_that_a_killed_process_began_is_finished_before_a_token_is_needed(replicas: Replicas) -> None:
    replicas.wait(hours=10, minutes=1)
    one, other = (each.clients._refresh for each in replicas.both)
    assert one
    assert other
    used = await one._claim(HARBOUR, even_parked=False)
    assert used
    await one._exchange(used)  # the process is killed here, and Slack has given it the new pair
    await other.finish_interrupted()
    too_soon = len(await replicas.refreshes())
    async with replicas.one.database.begin() as session:
        await session.execute(update(Installation).values(lease_until=0.0))  # the lease has ended
    await replicas.both[1].tokens.check_due()

    assert (too_soon, len(await replicas.refreshes())) == (1, 2)
    assert (await replicas.kept()).lease is None
    assert await replicas.works(await replicas.one.clients.of(HARBOUR))


async def test_only_process_finishes_at_once_what_a_killed_one_began(replicas: Replicas) -> None:
    replicas.wait(hours=10, minutes=1)
    one = replicas.one.clients._refresh
    assert one
    assert await one._claim(HARBOUR, even_parked=False)
    await replicas.one.clients.free_leases()
    await replicas.one.tokens.check_due()

    assert len(await replicas.refreshes()) == (1 if replicas.one.database.is_sqlite else 0)


async def test_all_requests_wait_while_another_replica_refreshes_an_ended_token(replicas: Replicas) -> None:
    first, second = (each.clients for each in replicas.both)
    replicas.wait(hours=13)
    await replicas.slack.do("faults", method="oauth.v2.access", times=1, delay_ms=500)
    refreshing = asyncio.create_task(first.of(HARBOUR))
    await eventually(lambda: is_leased(replicas))
    waiting = asyncio.create_task(second.of(HARBOUR))
    while HARBOUR not in second._refreshed_at and not waiting.done():  # noqa: ASYNC110
        await asyncio.sleep(0.01)
    later = await second.of(HARBOUR)

    assert later.token == (await waiting).token == (await refreshing).token
    assert len(await replicas.refreshes()) == 1


async def is_leased(replicas: Replicas) -> bool:
    return (await replicas.kept()).lease is not None


@pytest.mark.either
async def test_request_is_acked_with_the_old_token_while_the_new_one_is_fetched(
    replicas: Replicas, monkeypatch: pytest.MonkeyPatch
) -> None:
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serving(replicas.one, listening) as address:
            await replicas.slack.do("settings")
            await replicas.sandbox.set_request_urls([address + REQUESTS])
            replicas.wait(hours=11)
            await replicas.slack.do("faults", method="oauth.v2.access", times=1, delay_ms=3000)
            before = await replicas.kept()
            answer = await replicas.slack.command("maya", "help", word="/steward")
            meanwhile = await replicas.kept()
            await replicas.one.clients.close()

    assert "/shoutout" in answer.text
    assert meanwhile.token == before.token
    assert (await replicas.kept()).token != before.token


async def test_relay_sends_with_a_refreshed_token_even_if_slack_ends_the_old_one_early(replicas: Replicas) -> None:
    bot = replicas.one
    async with bot.database.begin() as session:
        await session.execute(update(Installation).values(expires_at=replicas.sandbox.clock.now() + timedelta(days=2)))
        await session.execute(update(Workspace).values(looked_at=replicas.sandbox.clock.now() + timedelta(days=1)))
    bot.clients.forget(HARBOUR)
    await bot.clients.of(HARBOUR)
    replicas.wait(hours=13)
    async with bot.database.begin() as session:
        there = Address(HARBOUR, "C0HARBOURS")
        await outbox.put(session, Post("said in the end"), to=there, not_before=replicas.sandbox.clock.now())
    for _ in range(2):
        await bot.relay.settle()
        replicas.wait(seconds=5)

    assert "said in the end" in [each["text"] for each in await replicas.slack.messages("harbour-support", "maya")]
    assert (await replicas.kept()).parked is None


def test_pauses_between_refreshes_are_shorter_than_the_margin() -> None:
    assert token_refresh.MARGIN.total_seconds() > clients.RETRY_SECONDS
