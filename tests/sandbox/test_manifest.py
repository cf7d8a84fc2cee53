"""Tests that an app's manifest is enforced: its commands, shortcuts, scopes and tabs."""

from collections.abc import Awaitable
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.sandbox.process import running

SUPPORT = "C0HARBOURS"
HOME: dict[str, Any] = {"type": "home", "blocks": [{"type": "divider"}]}
MANIFEST = """
features:
  slash_commands: [{command: /shoutout, description: Thank people, usage_hint: "[@who] for what"}]
oauth_config: {scopes: {bot: ["chat:write", "im:history"]}}
"""


async def test_command_shortcut_or_scope_missing_from_the_manifest_is_rejected(tmp_path: Path) -> None:
    manifest = tmp_path / "app.yaml"
    manifest.write_text(MANIFEST)
    async with (
        running(tmp_path / "data", "--manifest", str(manifest)) as sandbox,
        aiohttp.ClientSession() as session,
    ):
        state = await _get(session, f"{sandbox.url}/sandbox/state")
        call = f"{sandbox.url}/sandbox"
        unknown = await _post(session, f"{call}/commands", user="ana", channel="general", command="/other")
        shortcut = await _post(session, f"{call}/shortcuts", user="ana", callback_id="other")
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        with pytest.raises(SlackApiError) as refused:
            await client.conversations_history(channel=SUPPORT)

    assert state["app"]["commands"][0]["usage_hint"] == "[@who] for what"
    assert (unknown["error"], shortcut["error"]) == ("invalid_command", "shortcut_not_found")
    assert (refused.value.response["needed"], refused.value.response["provided"]) == (
        "channels:history",
        "chat:write,im:history",
    )


@pytest.mark.parametrize(
    ("app_home", "home", "message"),
    [
        ({"home_tab_enabled": True, "messages_tab_enabled": True}, None, None),
        ({"home_tab_enabled": False, "messages_tab_enabled": False}, "not_enabled", "messages_tab_disabled"),
        ({}, "not_enabled", None),
    ],
)
async def test_tabs_that_the_manifest_disables_are_rejected(
    tmp_path: Path, app_home: dict[str, Any], home: str | None, message: str | None
) -> None:
    manifest = {"features": {"app_home": app_home}, "oauth_config": {"scopes": {"bot": ["chat:write"]}}}
    sandbox = Sandbox(tmp_path, port=0, manifest=manifest)
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        published = await error_of(client.views_publish(user_id="U0ANA00000", view=HOME))
        posted = await error_of(client.chat_postMessage(channel="U0ANA00000", text="hello"))
    await sandbox.stop()

    assert (published, posted) == (home, message)


@pytest.mark.parametrize(("scopes", "refused"), [([], "not_in_channel"), (["chat:write.public"], None)])
async def test_app_with_the_chat_write_public_scope_can_post_without_an_invitation(
    tmp_path: Path, scopes: list[str], refused: str | None
) -> None:
    manifest = {"oauth_config": {"scopes": {"bot": ["chat:write", *scopes]}}}
    sandbox = Sandbox(tmp_path, port=0, manifest=manifest)
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        client = AsyncWebClient(sandbox.bot_token, base_url=sandbox.api_url, session=session)
        uninvited = await error_of(client.chat_postMessage(channel="#general", text="hello"))
        direct = await error_of(client.chat_postMessage(channel="U0ANA00000", text="hello"))
        in_costume = await error_of(client.chat_postMessage(channel=SUPPORT, text="hello", username="Santa"))
    await sandbox.stop()

    assert (uninvited, direct, in_costume) == (refused, None, "missing_scope")


async def error_of(call: Awaitable[Any]) -> str | None:
    try:
        await call
    except SlackApiError as refused:
        return str(refused.response["error"])
    return None


async def _post(session: aiohttp.ClientSession, url: str, **said: Any) -> dict[str, Any]:
    async with session.post(url, json=said) as answer:
        found: dict[str, Any] = await answer.json()
        return found


async def _get(session: aiohttp.ClientSession, url: str) -> dict[str, Any]:
    async with session.get(url) as answer:
        found: dict[str, Any] = await answer.json()
        return found
