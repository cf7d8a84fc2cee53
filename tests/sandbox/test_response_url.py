"""Tests of `response_url`: up to five answers within thirty minutes, ephemeral by default."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .good_blocks import BUTTON, actions
from .raw_app import RawApp, connected

PLACE = {"user": "ana", "channel": "harbour-support"}
BLOCKS = [actions(BUTTON | {"action_id": "undo"})]


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


async def url_of(person: Person, app: RawApp, what: str, **said: Any) -> str:
    doing = asyncio.create_task(person.does(what, **said))
    envelope = await app.next()
    if "event" in envelope["payload"]:
        await app.ack(envelope)
        envelope = await app.next()
    await app.ack(envelope)
    await doing
    return str(envelope["payload"]["response_url"])


async def test_answer_to_a_response_url_is_ephemeral_by_default(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    status, said = await person.responds(url, text="hello")
    mine, others = await person.reads("harbour-support", "ana"), await person.reads("harbour-support", "ben")

    assert (status, said) == (200, "ok")
    assert (mine[-1]["text"], mine[-1]["ephemeral_to"]) == ("hello", "U0ANA00000")
    assert others[-1]["text"] != "hello"


async def test_answer_to_a_response_url_can_be_posted_in_the_channel(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    await person.responds(url, text="hello", response_type="in_channel")

    assert (await person.reads("harbour-support", "ben"))[-1]["text"] == "hello"


async def test_sixth_answer_to_a_response_url_is_rejected(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    answers = [await person.responds(url, text="hello") for _ in range(6)]

    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5][1]


async def test_response_url_expires_after_thirty_minutes(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    await person.does("clock", forward="PT31M")
    status, said = await person.responds(url, text="hello")

    assert (status, "expired_url" in said) == (404, True)


async def test_answer_to_a_response_url_can_replace_or_delete_the_original_message(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel="C0HARBOURS", text="Undo?", blocks=BLOCKS)
    url = await url_of(person, app, "actions", **PLACE, ts=posted["ts"], action_id="undo")
    await person.responds(url, replace_original=True, text="Undone")
    replaced = (await person.reads("harbour-support", "ben"))[-1]
    await person.responds(url, delete_original=True)

    assert (replaced["ts"], replaced["text"], "blocks" in replaced) == (posted["ts"], "Undone", False)
    assert (await person.reads("harbour-support", "ben"))[-1]["ts"] < str(posted["ts"])


async def test_answer_to_a_response_url_can_replace_an_ephemeral_message(
    app: RawApp, person: Person, client: AsyncWebClient
) -> None:
    note: dict[str, Any] = {"channel": "C0HARBOURS", "user": "U0ANA00000", "text": "Undo?", "blocks": BLOCKS}
    ts = (await client.chat_postEphemeral(**note))["message_ts"]
    url = await url_of(person, app, "actions", **PLACE, ts=ts, action_id="undo")
    await person.responds(url, replace_original=True, text="Undone")

    last = (await person.reads("harbour-support", "ana"))[-1]
    assert (last["ts"], last["text"], last["ephemeral_to"]) == (ts, "Undone", "U0ANA00000")


async def test_invalid_blocks_in_an_answer_to_a_response_url_are_rejected(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    status, said = await person.responds(url, text="x", blocks=[{"type": "poem"}])

    assert (status, "invalid_blocks" in said) == (400, True)
