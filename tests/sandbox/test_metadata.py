"""Tests of message metadata: in `message` events, and in separate events for apps that subscribe."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import RawApp, connected

Json = dict[str, Any]
SUPPORT = "C0HARBOURS"
OPENED: Json = {"event_type": "task_opened", "event_payload": {"id": "7"}}
CLOSED: Json = {"event_type": "task_closed", "event_payload": {"id": "7"}}


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


async def pair(app: RawApp) -> tuple[Json, Json]:
    """Return the `message` event and the metadata event of a message, whichever arrives first."""
    both = {event["type"] == "message": event for event in [await app.hears(), await app.hears()]}
    return both[True], both[False]


async def test_metadata_of_a_new_message_is_in_the_message_event_and_in_a_separate_event(
    app: RawApp, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=SUPPORT, text="A task", metadata=OPENED)
    message, event = await pair(app)

    assert message["metadata"] == event["metadata"] == OPENED
    assert event["type"] == "message_metadata_posted"
    assert (event["channel_id"], event["message_ts"], event["team_id"]) == (SUPPORT, posted["ts"], "T0HARBOUR")
    assert (event["app_id"], event["bot_id"], event["user_id"]) == ("A0STEWARD0", "B0STEWARD0", "U0STEWARD0")
    assert "previous_metadata" not in event


@pytest.mark.parametrize(
    ("before", "after", "what", "now"),
    [
        (OPENED, CLOSED, "updated", CLOSED),
        (OPENED, {}, "deleted", None),
        (None, OPENED, "posted", OPENED),
        (OPENED, OPENED, None, OPENED),
        (OPENED, None, None, OPENED),
    ],
)
async def test_message_edit_sends_a_metadata_event_only_if_the_metadata_changed(
    app: RawApp, client: AsyncWebClient, before: Any, after: Any, what: str | None, now: Any
) -> None:
    posted = await client.chat_postMessage(channel=SUPPORT, text="A task", metadata=before)
    for _ in range(2 if before else 1):
        await app.hears()
    await client.chat_update(channel=SUPPORT, ts=posted["ts"], text="The task", metadata=after)
    message, event = await pair(app) if what else (await app.hears(), {})

    assert message["message"].get("metadata") == now
    assert event.get("type") == (what and f"message_metadata_{what}")
    assert event.get("previous_metadata") == (before if what in ("updated", "deleted") else None)
    assert event.get("metadata") == (now if what else None)


@pytest.mark.parametrize("has_replies", [False, True])
async def test_message_deletion_sends_an_event_with_the_deleted_metadata(
    app: RawApp, client: AsyncWebClient, has_replies: bool
) -> None:
    posted = await client.chat_postMessage(channel=SUPPORT, text="A task", metadata=OPENED)
    await pair(app)
    if has_replies:
        await client.chat_postMessage(channel=SUPPORT, text="Done", thread_ts=posted["ts"])
        await app.hears()
    await client.chat_delete(channel=SUPPORT, ts=posted["ts"])
    message, event = await pair(app)

    assert message["previous_message"]["metadata"] == event["previous_metadata"] == OPENED
    assert (event["type"], event["message_ts"]) == ("message_metadata_deleted", posted["ts"])
    assert event["deleted_ts"]
    assert "metadata" not in event


@pytest.mark.parametrize(
    ("subscriptions", "is_heard"),
    [
        ([], False),
        ([{"app_id": "A0STEWARD0", "event_type": "task_opened"}], True),
        ([{"app_id": "*", "event_type": "*"}], True),
        ([{"app_id": "A0STEWARD0", "event_type": "task_closed"}], False),
        ([{"app_id": "A0OTHER000", "event_type": "task_opened"}], False),
    ],
)
async def test_metadata_events_follow_the_subscriptions_of_the_manifest(
    tmp_path: Path, subscriptions: list[Json], is_heard: bool
) -> None:
    events = ["message_metadata_posted", "reaction_added"]
    wanted = {"bot_events": events, "metadata_subscriptions": subscriptions}
    manifest = {
        "oauth_config": {"scopes": {"bot": ["chat:write"]}},
        "settings": {"event_subscriptions": wanted, "socket_mode_enabled": True},
    }
    sandbox = Sandbox(tmp_path, port=0, manifest=manifest)
    await sandbox.start()
    async with aiohttp.ClientSession() as http, connected(sandbox.api_url, sandbox.app_token) as app:
        client = AsyncWebClient(token=sandbox.bot_token, base_url=sandbox.api_url, session=http)
        posted = await client.chat_postMessage(channel=SUPPORT, text="A task", metadata=OPENED)
        place = {"user": "ana", "channel": "harbour-support", "ts": posted["ts"]}
        await Person(sandbox, http).does("reactions", **place, name="heart")
        first = (await app.hears())["type"]
    await sandbox.stop()

    assert first == ("message_metadata_posted" if is_heard else "reaction_added")
