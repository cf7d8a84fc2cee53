"""response_url: five answers in thirty minutes, to the person alone unless said otherwise."""

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


async def test_an_answer_is_for_the_person_alone(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    status, said = await person.responds(url, text="hello")
    mine, others = await person.reads("harbour-support", "ana"), await person.reads("harbour-support", "ben")

    assert (status, said) == (200, "ok")
    assert (mine[-1]["text"], mine[-1]["ephemeral_to"]) == ("hello", "U0ANA00000")
    assert others[-1]["text"] != "hello"


async def test_an_answer_may_be_for_all(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    await person.responds(url, text="hello", response_type="in_channel")

    assert (await person.reads("harbour-support", "ben"))[-1]["text"] == "hello"


async def test_five_answers_are_enough(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    answers = [await person.responds(url, text="hello") for _ in range(6)]

    assert [status for status, _ in answers] == [200] * 5 + [404]
    assert "used_url" in answers[5][1]


async def test_after_half_an_hour_it_is_too_late(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    await person.does("clock", forward="PT31M")
    status, said = await person.responds(url, text="hello")

    assert (status, "expired_url" in said) == (404, True)


async def test_the_original_is_replaced_or_deleted(app: RawApp, person: Person, client: AsyncWebClient) -> None:
    posted = await client.chat_postMessage(channel="C0HARBOURS", text="Undo?", blocks=BLOCKS)
    url = await url_of(person, app, "actions", **PLACE, ts=posted["ts"], action_id="undo")
    await person.responds(url, replace_original=True, text="Undone")
    replaced = (await person.reads("harbour-support", "ben"))[-1]
    await person.responds(url, delete_original=True)

    assert (replaced["ts"], replaced["text"], "blocks" in replaced) == (posted["ts"], "Undone", False)
    assert (await person.reads("harbour-support", "ben"))[-1]["ts"] < str(posted["ts"])


async def test_a_button_in_a_private_note_replaces_it(app: RawApp, person: Person, client: AsyncWebClient) -> None:
    note: dict[str, Any] = {"channel": "C0HARBOURS", "user": "U0ANA00000", "text": "Undo?", "blocks": BLOCKS}
    ts = (await client.chat_postEphemeral(**note))["message_ts"]
    url = await url_of(person, app, "actions", **PLACE, ts=ts, action_id="undo")
    await person.responds(url, replace_original=True, text="Undone")

    last = (await person.reads("harbour-support", "ana"))[-1]
    assert (last["ts"], last["text"], last["ephemeral_to"]) == (ts, "Undone", "U0ANA00000")


async def test_blocks_are_checked_here_too(app: RawApp, person: Person) -> None:
    url = await url_of(person, app, "commands", **PLACE, command="/hello")
    status, said = await person.responds(url, text="x", blocks=[{"type": "poem"}])

    assert (status, "invalid_blocks" in said) == (400, True)
