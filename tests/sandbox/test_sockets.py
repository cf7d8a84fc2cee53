"""Tests of Socket Mode on the wire: hello, envelopes, acks, redelivery and several connections."""

import asyncio
from contextlib import AbstractAsyncContextManager, AsyncExitStack
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from tests.harness import eventually
from tests.sandbox.conftest import Person
from tests.sandbox.process import running
from tests.sandbox.raw_app import RawApp, connected, ticket

PLACE = {"user": "ana", "channel": "harbour-support"}


@pytest.fixture
def short_timeout(monkeypatch: pytest.MonkeyPatch) -> None:
    """Shorten Slack's timeout of three seconds."""
    monkeypatch.setattr("sandbox.socket_mode.ACK_WITHIN", 0.2)


def connect(sandbox: Sandbox) -> AbstractAsyncContextManager[RawApp]:
    return connected(sandbox.api_url, sandbox.app_token)


async def test_connection_starts_with_hello_and_the_number_of_connections(sandbox: Sandbox) -> None:
    async with connect(sandbox) as one, connect(sandbox) as two:
        assert (one.hello["type"], one.hello["num_connections"]) == ("hello", 1)
        assert two.hello["num_connections"] == 2
        assert two.hello["connection_info"] == {"app_id": "A0STEWARD0"}


async def test_socket_is_closed_immediately_if_the_manifest_has_no_socket_mode(tmp_path: Path) -> None:
    sandbox = Sandbox(tmp_path, port=0, manifest={"settings": {"socket_mode_enabled": False}})
    await sandbox.start()
    async with connect(sandbox) as app:
        assert (app.hello["type"], app.hello["reason"]) == ("disconnect", "link_disabled")
        assert await app.is_closed()
    await sandbox.stop()


async def test_events_arrive_in_order_in_their_envelopes(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox) as app:
        for number in range(20):
            await person.does("messages", **PLACE, text=f"message {number}")
        first = await app.next()
        await app.ack(first)
        later = [(await app.hears())["text"] for _ in range(19)]

    payload = first["payload"]
    assert (first["type"], first["accepts_response_payload"]) == ("events_api", False)
    assert (first["retry_attempt"], first["retry_reason"]) == (0, "")
    assert (payload["type"], payload["team_id"], payload["api_app_id"]) == (
        "event_callback",
        "T0HARBOUR",
        "A0STEWARD0",
    )
    assert payload["authorizations"][0]["user_id"] == "U0STEWARD0"
    assert payload["event"]["channel_type"] == "channel"
    assert later == [f"message {number}" for number in range(1, 20)]


async def test_each_envelope_is_sent_to_only_one_connection(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox) as one, connect(sandbox) as two:
        for number in range(4):
            await person.does("messages", **PLACE, text=f"message {number}")
        heard = [(await app.hears())["text"] for app in (one, two) for _ in range(2)]

    assert sorted(heard) == [f"message {number}" for number in range(4)]


async def test_ack_can_arrive_over_another_connection(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox) as one:
        asked = asyncio.create_task(person.does("commands", **PLACE, command="/hello"))
        envelope = await one.next()
        async with connect(sandbox) as two:
            await two.ack(envelope, {"text": "hello"})
            answer = await asked

    assert answer["ack"] == {"text": "hello"}


@pytest.mark.usefixtures("short_timeout")
async def test_unacked_event_is_retried_immediately_then_after_one_and_five_minutes(
    sandbox: Sandbox, person: Person
) -> None:
    async with connect(sandbox) as app:
        await person.does("messages", **PLACE, text="hello?")
        tries = [await app.next(), await app.next()]
        await sandbox.settled()
        for minutes in (1, 5):
            await person.does("clock", forward=f"PT{minutes}M")
            tries.append(await app.next())
            await sandbox.settled()
        await person.does("clock", forward="P1D")
        await person.does("messages", **PLACE, text="the next")
        after = await app.next()

    assert [each["retry_attempt"] for each in tries] == [0, 1, 2, 3]
    assert [each["retry_reason"] for each in tries] == ["", "timeout", "timeout", "timeout"]
    assert len({each["payload"]["event_id"] for each in tries}) == 1
    assert len({each["envelope_id"] for each in tries}) == 4
    assert after["payload"]["event"]["text"] == "the next"


async def test_payloads_without_a_connection_wait_for_the_next_one(sandbox: Sandbox, person: Person) -> None:
    asked = asyncio.create_task(person.does("commands", **PLACE, command="/hello"))
    await person.does("messages", **PLACE, text="anyone?")
    async with connect(sandbox) as app:
        envelopes = {each["type"]: each for each in [await app.next(), await app.next()]}
        for envelope in envelopes.values():
            await app.ack(envelope)
        answer = await asked

    assert answer["ok"]
    assert envelopes["events_api"]["payload"]["event"]["text"] == "anyone?"


@pytest.mark.usefixtures("short_timeout")
async def test_event_that_is_due_for_retry_is_sent_to_the_next_connection(sandbox: Sandbox, person: Person) -> None:
    async def waits_for_a_retry() -> bool:
        return bool(sandbox._workspace.deliveries._waiting)

    await person.does("messages", **PLACE, text="anyone?")
    await eventually(waits_for_a_retry)
    async with connect(sandbox) as app:
        envelope = await app.next()

    assert (envelope["retry_attempt"], envelope["payload"]["event"]["text"]) == (2, "anyone?")


async def test_undelivered_event_survives_killing_the_sandbox(tmp_path: Path) -> None:
    async with running(tmp_path) as sandbox, aiohttp.ClientSession() as session:
        await session.post(f"{sandbox.url}/sandbox/messages", json=PLACE | {"text": "remember"})
        await sandbox.kill()
    async with running(tmp_path) as again, connected(again.api_url, again.app_token) as app:
        event = await app.hears()

    assert event["text"] == "remember"


@pytest.mark.parametrize("reason", ["warning", "refresh_requested", "link_disabled"])
async def test_disconnect_message_can_be_sent_with_each_reason(sandbox: Sandbox, person: Person, reason: str) -> None:
    async with connect(sandbox) as app:
        await person.does("faults", socket=reason)
        said = await app.next()

    assert (said["type"], said["reason"]) == ("disconnect", reason)


async def test_socket_can_be_dropped_without_a_message(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox) as app:
        await person.does("faults", socket="disconnect")

        assert await app.is_closed()


async def test_eleventh_connection_is_rejected(sandbox: Sandbox) -> None:
    async with AsyncExitStack() as stack:
        for _ in range(10):
            await stack.enter_async_context(connect(sandbox))
        eleventh = await stack.enter_async_context(connect(sandbox))

    assert (eleventh.hello["type"], eleventh.hello["reason"]) == ("disconnect", "too_many_websockets")


async def test_socket_connection_url_can_be_used_only_once(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        url = await ticket(sandbox.api_url, sandbox.app_token, session)
        async with session.ws_connect(url):
            with pytest.raises(aiohttp.WSServerHandshakeError):
                await session.ws_connect(url)


async def test_debug_reconnects_option_shortens_the_lifetime_of_a_connection(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as session:
        url = await ticket(sandbox.api_url, sandbox.app_token, session)
        async with session.ws_connect(f"{url}&debug_reconnects=true") as socket:
            hello = await socket.receive_json()

    assert hello["debug_info"]["approximate_connection_time"] == 360


async def test_events_can_be_redelivered_as_retries(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox) as app:
        await person.does("faults", redeliver=True)
        await person.does("messages", **PLACE, text="twice")
        first = await app.next()
        await app.ack(first)
        second = await app.next()
        await app.ack(second)
        await person.does("faults", clear=True)
        await person.does("messages", **PLACE, text="once")
        once = await app.hears()

    assert first["payload"]["event_id"] == second["payload"]["event_id"]
    assert second["retry_attempt"] == 1
    assert once["text"] == "once"


async def test_only_subscribed_events_are_sent(tmp_path: Path) -> None:
    heard = {"settings": {"event_subscriptions": {"bot_events": ["reaction_added", "message.im"]}}}
    sandbox = Sandbox(tmp_path, port=0, manifest=heard)
    await sandbox.start()
    async with aiohttp.ClientSession() as session, connect(sandbox) as app:
        person = Person(sandbox, session)
        ts = (await person.does("messages", **PLACE, text="not heard"))["ts"]
        await person.does("reactions", **PLACE, ts=ts, name="tada")
        await person.does("messages", user="ana", channel="bot", text="heard")
        events = [await app.hears(), await app.hears()]
    await sandbox.stop()

    assert [event["type"] for event in events] == ["reaction_added", "message"]
    assert events[1]["channel_type"] == "im"


async def test_waiting_for_pending_deliveries_ignores_events_due_later(sandbox: Sandbox) -> None:
    sandbox.clock.set(sandbox.clock.now() + timedelta(days=1))
    await asyncio.wait_for(sandbox.settled(), timeout=60)


async def test_deaf_socket_stays_open_and_delivers_nothing(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox) as deaf:
        await person.does("faults", socket="deaf")
        await person.does("messages", **PLACE, text="can you hear me?")
        with pytest.raises(TimeoutError):
            await deaf.next(within=0.3)
        assert (await person.sees("state"))["app"]["connections"] == 1


async def test_deaf_socket_does_not_answer_pings(sandbox: Sandbox, person: Person) -> None:
    async with aiohttp.ClientSession() as session:
        url = await ticket(sandbox.api_url, sandbox.app_token, session)
        async with session.ws_connect(url, autoping=False) as socket:
            await socket.receive_json(timeout=60)
            await socket.ping(b"well?")
            assert (await socket.receive(timeout=60)).data == b"well?"
            await person.does("faults", socket="deaf")
            await socket.ping(b"and now?")
            with pytest.raises(TimeoutError):
                await socket.receive(timeout=0.3)


@pytest.mark.usefixtures("short_timeout")
async def test_new_connection_gets_the_events_that_a_deaf_socket_missed(sandbox: Sandbox, person: Person) -> None:
    async with connect(sandbox):
        await person.does("faults", socket="deaf")
        await person.does("messages", **PLACE, text="can you hear me?")
        await sandbox.settled()
    async with connect(sandbox) as well:
        assert (await well.hears())["text"] == "can you hear me?"


async def test_slack_sdk_reconnects_after_a_deaf_socket(sandbox: Sandbox, person: Person) -> None:
    client = SocketModeClient(sandbox.app_token, web_client=AsyncWebClient(base_url=sandbox.api_url), ping_interval=0.2)
    await client.connect()  # type: ignore[no-untyped-call]
    first = await client.session_id()
    await person.does("faults", socket="deaf")
    async with asyncio.timeout(60):
        while await client.session_id() == first:  # noqa: ASYNC110
            await asyncio.sleep(0.05)
    await client.close()  # type: ignore[no-untyped-call]
