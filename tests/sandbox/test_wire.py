"""Tests of HTTP encodings that clients use, and of access to the controls."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

import aiohttp
import pytest

from sandbox.sandbox import Sandbox

Json = dict[str, Any]
SUPPORT = "C0HARBOURS"
FORM = "application/x-www-form-urlencoded"
BLOCKS = json.dumps([{"type": "divider"}])


@pytest.fixture
async def session(sandbox: Sandbox) -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def test_web_api_call_can_be_sent_as_a_form_with_token_and_blocks(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    form = {"token": sandbox.bot_token, "channel": SUPPORT, "text": "x", "blocks": BLOCKS}
    async with session.post(f"{sandbox.api_url}chat.postMessage", data=form) as answer:
        said = await answer.json()

    assert said["message"]["blocks"][0]["type"] == "divider"


async def test_web_api_call_can_be_sent_as_a_query_string(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    query = {"token": sandbox.bot_token, "channel": SUPPORT, "include_num_members": "true"}
    async with session.get(f"{sandbox.api_url}conversations.info", params=query) as answer:
        assert (await answer.json())["channel"]["num_members"] == 10


async def test_web_api_call_can_be_sent_as_a_multipart_form(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    form = aiohttp.FormData({"token": sandbox.bot_token, "channel": SUPPORT}, default_to_multipart=True)
    async with session.post(f"{sandbox.api_url}conversations.info", data=form) as answer:
        assert (await answer.json())["channel"]["name"] == "harbour-support"


async def test_web_api_call_can_have_an_empty_json_body(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    headers = {"Authorization": f"Bearer {sandbox.bot_token}", "Content-Type": "application/json"}
    async with session.post(f"{sandbox.api_url}users.list", headers=headers) as answer:
        said = await answer.json()

    assert said["ok"]
    assert (said["warning"], said["response_metadata"]["warnings"]) == (
        "missing_charset",
        ["missing_charset"],
    )


@pytest.mark.parametrize(
    ("kind", "body", "error"),
    [
        ("application/json", b"{", "invalid_json"),
        ("application/json", b"[]", "json_not_object"),
        ("application/json", b"\xff", "invalid_charset"),
        ("text/plain", b"channel=C", "invalid_post_type"),
    ],
)
async def test_web_api_call_with_an_unreadable_body_is_rejected(
    sandbox: Sandbox, session: aiohttp.ClientSession, kind: str, body: bytes, error: str
) -> None:
    headers = {"Authorization": f"Bearer {sandbox.bot_token}", "Content-Type": kind}
    async with session.post(f"{sandbox.api_url}users.info", data=body, headers=headers) as answer:
        assert (await answer.json())["error"] == error


async def test_unknown_argument_of_a_web_api_call_is_ignored(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    form = {"token": sandbox.bot_token, "team_id": "T0HARBOUR", "colour": "red"}
    async with session.post(f"{sandbox.api_url}auth.test", data=form) as answer:
        assert (await answer.json())["ok"]


async def test_error_names_the_unknown_web_api_method(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    async with session.post(f"{sandbox.api_url}chat.sing", data={"token": sandbox.bot_token}) as answer:
        assert await answer.json() == {"ok": False, "error": "unknown_method", "req_method": "chat.sing"}


async def test_response_headers_contain_the_date_and_the_tokens_scopes(tmp_path: Path) -> None:
    scopes = ["chat:write", "users:read"]
    sandbox = Sandbox(tmp_path, port=0, manifest={"oauth_config": {"scopes": {"bot": scopes}}})
    await sandbox.start()
    headers = {"Authorization": f"Bearer {sandbox.bot_token}"}
    async with (
        aiohttp.ClientSession(headers=headers) as http,
        http.post(f"{sandbox.api_url}auth.test") as answer,
    ):
        there = parsedate_to_datetime(answer.headers["Date"])
        assert answer.headers["x-oauth-scopes"] == "chat:write,users:read"
    await sandbox.stop()
    assert abs(datetime.now(UTC) - there) < timedelta(seconds=5)


async def test_method_rejects_a_token_of_the_wrong_kind(sandbox: Sandbox, session: aiohttp.ClientSession) -> None:
    calls = [("auth.test", sandbox.app_token), ("apps.connections.open", sandbox.bot_token)]
    for method, token in calls:
        headers = {"Authorization": f"Bearer {token}"}
        async with session.post(f"{sandbox.api_url}{method}", headers=headers) as answer:
            assert (await answer.json())["error"] == "not_allowed_token_type"


@pytest.mark.parametrize(
    "headers", [{"Host": "harbour.example"}, {"Origin": "https://evil.example"}, {"Origin": "null"}]
)
async def test_sandbox_controls_reject_requests_from_other_hosts_and_origins(
    sandbox: Sandbox, session: aiohttp.ClientSession, headers: dict[str, str]
) -> None:
    async with session.get(f"{sandbox.url}/sandbox/state", headers=headers) as answer:
        assert (answer.status, await answer.json()) == (403, {"ok": False, "error": "not_local"})


async def test_page_served_by_the_sandbox_can_read_the_workspace_state(
    sandbox: Sandbox, session: aiohttp.ClientSession
) -> None:
    async with session.get(f"{sandbox.url}/sandbox/state", headers={"Origin": sandbox.url}) as answer:
        state = await answer.json()

    assert state["team"] == {"id": "T0HARBOUR", "name": "Harbour"}
    assert {"id": "U0ELI00000", "name": "eli"}.items() <= state["users"][7].items()
    assert state["app"]["bot_user_id"] == "U0STEWARD0"
    assert [channel["name"] for channel in state["channels"]] == [
        "general",
        "harbour-support",
        "queue-alerts",
    ]


async def test_error_names_the_data_folder_that_is_in_use(sandbox: Sandbox) -> None:
    other = Sandbox(sandbox._workspace.data, port=0)
    with pytest.raises(OSError, match="Another sandbox is running in"):
        await other.start()
    await other.stop()


async def test_error_names_the_sandbox_port_that_is_in_use(sandbox: Sandbox, tmp_path: Any) -> None:
    port = int(sandbox.url.rpartition(":")[2])
    other = Sandbox(tmp_path / "other", port=port)
    with pytest.raises(OSError, match="is in use; choose another port"):
        await other.start()
    await other.stop()
