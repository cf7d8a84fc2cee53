"""Tests of token rotation: expiring tokens, refresh tokens, and the exchange of a long-lived token."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import Bot
from slack_sdk.oauth.token_rotation.async_rotator import AsyncTokenRotator
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import connected
from .test_oauth import error_of, installed

LIFE = timedelta(hours=12)


@pytest.fixture
async def pair(sandbox: Sandbox, person: Person) -> dict[str, Any]:
    """The answer of an install with token rotation, after the first install has been removed."""
    await person.does("settings", token_rotation=True)
    await person.does("uninstall")
    return await installed(sandbox, person)


def later(sandbox: Sandbox, **much: float) -> None:
    sandbox.clock.set(sandbox.clock.now() + timedelta(**much))


async def answered(sandbox: Sandbox, method: str, **said: str) -> dict[str, Any]:
    """Call a method with the app's client id and secret, and return the answer or the error."""
    client = AsyncWebClient(base_url=sandbox.api_url, retry_handlers=[])
    given = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret} | said
    try:
        answer = await client.api_call(method, params=given)
    except SlackApiError as refused:
        answer = refused.response
    assert isinstance(answer.data, dict)
    return answer.data


async def refreshed(sandbox: Sandbox, token: str) -> dict[str, Any]:
    return await answered(sandbox, "oauth.v2.access", grant_type="refresh_token", refresh_token=token)


async def test_install_answers_a_token_that_expires_and_a_refresh_token(sandbox: Sandbox, pair: dict[str, Any]) -> None:
    before = (await AsyncWebClient(pair["access_token"], sandbox.api_url).auth_test())["expires_in"]
    later(sandbox, hours=11, minutes=59)
    almost = await error_of(sandbox, pair["access_token"])
    later(sandbox, minutes=1)

    assert pair["access_token"].startswith("xoxe.xoxb-1-")
    assert pair["refresh_token"].startswith("xoxe-1-")
    assert (pair["expires_in"], almost, before <= 43200) == (43200, None, True)
    assert await error_of(sandbox, pair["access_token"]) == "token_expired"


async def test_refresh_answers_a_new_pair_and_the_old_token_works_until_its_end(
    sandbox: Sandbox, pair: dict[str, Any]
) -> None:
    later(sandbox, hours=11)
    new = await refreshed(sandbox, pair["refresh_token"])
    old_works = await error_of(sandbox, pair["access_token"])
    later(sandbox, hours=1)
    tokens = (pair["access_token"], new["access_token"])

    assert new.keys() == pair.keys() - {"authed_user"}
    assert (new["scope"], new["team"], new["token_type"]) == (pair["scope"], pair["team"], "bot")
    assert old_works is None
    assert [await error_of(sandbox, token) for token in tokens] == ["token_expired", None]


async def test_expired_token_can_still_be_refreshed(sandbox: Sandbox, pair: dict[str, Any]) -> None:
    later(sandbox, days=90)
    new = await refreshed(sandbox, pair["refresh_token"])

    assert await error_of(sandbox, new["access_token"]) is None


async def test_refresh_token_works_again_for_a_minute_only(sandbox: Sandbox, pair: dict[str, Any]) -> None:
    first = await refreshed(sandbox, pair["refresh_token"])
    later(sandbox, seconds=59)
    second = await refreshed(sandbox, pair["refresh_token"])
    later(sandbox, seconds=2)
    third = await refreshed(sandbox, pair["refresh_token"])

    assert first["refresh_token"] != second["refresh_token"]
    assert third["error"] == "invalid_refresh_token"


async def test_two_access_tokens_are_alive_at_most(sandbox: Sandbox, pair: dict[str, Any]) -> None:
    second = await refreshed(sandbox, pair["refresh_token"])
    third = await refreshed(sandbox, second["refresh_token"])
    tokens = [each["access_token"] for each in (pair, second, third)]

    assert [await error_of(sandbox, token) for token in tokens] == ["token_revoked", None, None]


async def test_refresh_whose_answer_is_lost_can_be_repeated(
    sandbox: Sandbox, person: Person, pair: dict[str, Any]
) -> None:
    await person.does("faults", method="oauth.v2.access", after_effect=True)
    with pytest.raises(aiohttp.ClientError):
        await refreshed(sandbox, pair["refresh_token"])
    lost = sandbox.bot_token
    again = await refreshed(sandbox, pair["refresh_token"])

    assert lost not in (pair["access_token"], again["access_token"])
    assert [await error_of(sandbox, token) for token in (lost, again["access_token"])] == [None, None]


async def test_slack_sdk_rotates_the_token(sandbox: Sandbox, pair: dict[str, Any]) -> None:
    rotator = AsyncTokenRotator(
        client_id=sandbox.client_id,
        client_secret=sandbox.client_secret,
        client=AsyncWebClient(base_url=sandbox.api_url),
    )
    bot = Bot(
        bot_token=pair["access_token"],
        bot_refresh_token=pair["refresh_token"],
        bot_token_expires_at=1,
        bot_id="B0STEWARD0",
        bot_user_id="U0STEWARD0",
        installed_at=1.0,
    )
    new = await rotator.perform_bot_token_rotation(bot=bot)

    assert new is not None
    assert (new.bot_token, await error_of(sandbox, new.bot_token)) == (sandbox.bot_token, None)


async def test_long_lived_token_is_exchanged_once_and_expires_with_the_first_refresh(
    sandbox: Sandbox, person: Person
) -> None:
    old = sandbox.bot_token
    too_early = await answered(sandbox, "oauth.v2.exchange", token=old)
    await person.does("settings", token_rotation=True)
    pair = await answered(sandbox, "oauth.v2.exchange", token=old)
    again = await answered(sandbox, "oauth.v2.exchange", token=old)
    expiring = await answered(sandbox, "oauth.v2.exchange", token=pair["access_token"])
    works = await error_of(sandbox, old)
    await refreshed(sandbox, pair["refresh_token"])

    errors = [each.get("error") for each in (too_early, pair, again, expiring)]
    assert errors == ["token_rotation_not_enabled", None, "token_already_exchanged", "invalid_token"]
    assert (pair["expires_in"], works) == (43200, None)
    assert await error_of(sandbox, old) == "token_expired"


async def test_revoking_a_token_leaves_the_install_and_sends_no_event(
    sandbox: Sandbox, person: Person, pair: dict[str, Any]
) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as app:
        for _ in ("tokens_revoked", "app_uninstalled"):
            await app.hears()
        await AsyncWebClient(pair["access_token"], sandbox.api_url).auth_revoke()
        await person.does("users", user="ana", title="Agent")
        told = await app.hears()
    new = await refreshed(sandbox, pair["refresh_token"])

    assert told["type"] == "user_change"
    assert await error_of(sandbox, pair["access_token"]) == "token_revoked"
    assert await error_of(sandbox, new["access_token"]) is None


async def test_revoked_refresh_token_is_refused(sandbox: Sandbox, pair: dict[str, Any]) -> None:
    await AsyncWebClient(pair["refresh_token"], sandbox.api_url).auth_revoke()

    assert (await refreshed(sandbox, pair["refresh_token"]))["error"] == "invalid_refresh_token"
    assert await error_of(sandbox, pair["access_token"]) is None


async def test_uninstall_ends_access_and_refresh_tokens(sandbox: Sandbox, person: Person, pair: dict[str, Any]) -> None:
    await person.does("uninstall")
    refused = await refreshed(sandbox, pair["refresh_token"])
    await installed(sandbox, person)

    assert refused["error"] == "invalid_refresh_token"
    assert (await refreshed(sandbox, pair["refresh_token"]))["error"] == "invalid_refresh_token"
    assert await error_of(sandbox, pair["access_token"]) == "token_revoked"


@asynccontextmanager
async def rotating(folder: Path) -> AsyncIterator[tuple[Sandbox, Person]]:
    manifest = {"settings": {"token_rotation_enabled": True}}
    sandbox = Sandbox(folder, port=0, manifest=manifest, app_within=0)
    await sandbox.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield sandbox, Person(sandbox, session)
    finally:
        await sandbox.stop()


async def test_manifest_turns_rotation_on_and_nothing_turns_it_off(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (sandbox, person):
        answer = await installed(sandbox, person)
        refused = await person.does("settings", token_rotation=False)

        assert answer["expires_in"] == LIFE.total_seconds()
        assert refused["error"] == "invalid_arguments"


async def test_tokens_survive_a_restart(tmp_path: Path) -> None:
    async with rotating(tmp_path) as (sandbox, person):
        pair = await installed(sandbox, person)
    async with rotating(tmp_path) as (sandbox, person):
        works = await error_of(sandbox, pair["access_token"])
        new = await refreshed(sandbox, pair["refresh_token"])

        assert (works, new["expires_in"], sandbox.bot_token) == (None, 43200, new["access_token"])
