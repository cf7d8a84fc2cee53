"""Tests of the Web API with slack_sdk's clients."""

import asyncio
from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk import WebClient
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person

SUPPORT = "C0HARBOURS"


async def test_auth_test_returns_the_bots_identity(client: AsyncWebClient) -> None:
    answer = await client.auth_test()

    assert (answer["user"], answer["user_id"], answer["bot_id"]) == ("steward", "U0STEWARD0", "B0STEWARD0")


async def test_synchronous_client_can_call_the_web_api(sandbox: Sandbox) -> None:
    client = WebClient(token=sandbox.bot_token, base_url=sandbox.api_url)

    def converse() -> list[Any]:
        client.auth_test()
        client.api_test()
        posted = client.chat_postMessage(channel=SUPPORT, text="hello", blocks=[{"type": "divider"}])
        client.chat_update(channel=SUPPORT, ts=str(posted["ts"]), text="hello again")
        found: list[Any] = client.conversations_history(channel=SUPPORT, limit=1)["messages"]
        return found

    assert (await asyncio.to_thread(converse))[0]["text"] == "hello again"


@pytest.mark.parametrize(("token", "error"), [("", "not_authed"), ("xoxb-no", "invalid_auth")])
async def test_missing_or_wrong_token_is_rejected(sandbox: Sandbox, token: str, error: str) -> None:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    async with (
        aiohttp.ClientSession() as session,
        session.post(f"{sandbox.api_url}auth.test", headers=headers) as answer,
    ):
        assert await answer.json() == {"ok": False, "error": error}


async def test_metadata_payload_of_a_message_is_returned_only_on_request(client: AsyncWebClient) -> None:
    metadata = {"event_type": "delivery", "event_payload": {"id": "42"}}
    await client.chat_postMessage(channel=SUPPORT, text="x", metadata=metadata)

    asked = await client.conversations_history(channel=SUPPORT, limit=1, include_all_metadata=True)
    unasked = await client.conversations_history(channel=SUPPORT, limit=1)

    assert asked["messages"][0]["metadata"] == metadata
    assert unasked["messages"][0]["metadata"] == {"event_type": "delivery"}


async def test_paging_through_the_history_returns_every_message_once(client: AsyncWebClient) -> None:
    whole = (await client.conversations_history(channel=SUPPORT, limit=1000))["messages"]
    paged: list[Any] = []
    async for page in await client.conversations_history(channel=SUPPORT, limit=7):
        paged += page["messages"]

    assert paged == whole
    assert [message["ts"] for message in whole] == sorted((each["ts"] for each in whole), reverse=True)


async def test_history_between_two_messages_can_include_or_exclude_these_messages(client: AsyncWebClient) -> None:
    told = (await client.conversations_history(channel=SUPPORT, limit=5))["messages"]
    ends = {"oldest": told[3]["ts"], "latest": told[1]["ts"]}

    without = (await client.conversations_history(channel=SUPPORT, **ends))["messages"]
    within = (await client.conversations_history(channel=SUPPORT, **ends, inclusive=True))["messages"]

    assert without == told[2:3]
    assert within == told[1:4]


@pytest.mark.parametrize(
    ("method", "args", "key"),
    [
        ("users.list", {}, "members"),
        ("conversations.members", {"channel": SUPPORT}, "members"),
        ("conversations.list", {}, "channels"),
        ("conversations.replies", {"channel": SUPPORT, "ts": "{thread}"}, "messages"),
    ],
)
async def test_paging_with_a_small_limit_returns_the_whole_list(
    client: AsyncWebClient, method: str, args: dict[str, str], key: str
) -> None:
    told = (await client.conversations_history(channel=SUPPORT, limit=1000))["messages"]
    thread = next(message["ts"] for message in told if message.get("reply_count", 0) > 2)
    args = {name: value.format(thread=thread) for name, value in args.items()}
    whole = (await client.api_call(method, params=args))[key]
    paged: list[Any] = []
    async for page in await client.api_call(method, params=args | {"limit": "2"}):
        paged += page[key]

    assert paged == whole
    assert len(whole) > 2


async def test_sample_history_contains_shoutouts_in_the_expected_format(client: AsyncWebClient) -> None:
    told = (await client.conversations_history(channel=SUPPORT, limit=1000))["messages"]
    thanks = [message["text"] for message in told if message["text"].startswith("Shout-out to <@U")]

    assert 15 <= len(thanks) <= 25
    assert {text.split()[-1] for text in thanks} == {"#empathy", "#ownership", "#teamwork", "#craft"}


async def test_sample_alerts_are_classic_bot_messages(client: AsyncWebClient) -> None:
    told = (await client.conversations_history(channel="C0QUEUEALE", limit=100))["messages"]
    alerts = [message for message in told if message.get("subtype") == "bot_message"]

    assert [alert["text"].split()[0] for alert in alerts[::-1]] == ["FIRING", "FIRING", "FIRING", "RESOLVED"]
    assert all("user" not in alert for alert in alerts)


async def test_posting_to_a_user_uses_their_dm(client: AsyncWebClient, person: Person) -> None:
    opened = await client.conversations_open(users=["U0BEN00000"])
    posted = await client.chat_postMessage(channel="U0BEN00000", text="Hello Ben")

    assert posted["channel"] == opened["channel"]["id"]
    assert (await person.reads("bot", "ben"))[-1]["text"] == "Hello Ben"


async def test_error_names_the_missing_argument(client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError) as refused:
        await client.api_call("conversations.info")

    assert refused.value.response["error"] == "invalid_arguments"
    assert refused.value.response["response_metadata"]["messages"] == ["[ERROR] missing required field: channel"]


async def test_dnd_team_info_returns_the_do_not_disturb_hours_of_everybody(client: AsyncWebClient) -> None:
    answer = await client.dnd_teamInfo(users=["U0ANA00000", "U0FAY00000"])

    assert answer["users"]["U0ANA00000"]["dnd_enabled"]
    assert answer["users"]["U0FAY00000"]["next_dnd_end_ts"] > answer["users"]["U0FAY00000"]["next_dnd_start_ts"]


async def test_channel_accepts_a_short_burst_and_then_one_message_per_second(
    client: AsyncWebClient, sandbox: Sandbox
) -> None:
    for _ in range(3):
        await client.chat_postMessage(channel=SUPPORT, text="quick")
    with pytest.raises(SlackApiError) as refused:
        await client.chat_postMessage(channel=SUPPORT, text="too quick")
    sandbox.clock.set(sandbox.clock.now() + timedelta(seconds=1))

    assert refused.value.response.status_code == 429
    assert refused.value.response.headers["Retry-After"] == "1"
    assert (await client.chat_postMessage(channel=SUPPORT, text="in time"))["ok"]
