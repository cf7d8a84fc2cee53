"""Tests of the sandbox's clock, which starts on a Tuesday at 10:00 in Lisbon and moves only forward."""

import asyncio
from datetime import UTC, datetime, timedelta
from pathlib import Path
from time import monotonic

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.clock import HOME
from sandbox.clock import instant as instant_of
from sandbox.controls.clock import instant
from sandbox.files import READY_AFTER
from sandbox.sandbox import Sandbox
from tests.sandbox.conftest import Person
from tests.sandbox.process import running


async def start_and_stop(data: Path, at: datetime | None = None) -> datetime:
    """Start and stop a sandbox, and return the time of its clock when it stopped."""
    sandbox = Sandbox(data, port=0, at=at)
    await sandbox.start()
    await sandbox.stop()
    return sandbox.clock.now()


async def test_sandbox_calendar_starts_on_tuesday_at_ten_in_lisbon(tmp_path: Path) -> None:
    now = (await start_and_stop(tmp_path)).astimezone(HOME)

    assert (now.weekday(), now.hour, now.minute) == (1, 10, 0)


async def test_start_time_option_moves_the_sandbox_calendar_forward_but_never_back(tmp_path: Path) -> None:
    first = await start_and_stop(tmp_path)
    later = await start_and_stop(tmp_path, at=first + timedelta(days=3))
    earlier = await start_and_stop(tmp_path, at=first)

    assert timedelta(days=3) <= later - first < timedelta(days=3, seconds=9)
    assert earlier > later - timedelta(seconds=1)


INSTANTS = [
    "2019-03-04T08:00Z",
    "2026-01-06T09:59:00Z",
    "2026-01-06T10:00:00Z",
    "2024-02-29T23:59:59+05:30",
    "2025-06-29T12:00",
    "2025-06-29",
    "2001-09-08T00:00:00-12:00",
]


@pytest.mark.parametrize("text", INSTANTS)
async def test_new_workspace_can_start_at_any_instant_with_a_history_before_that_instant(
    tmp_path: Path, text: str
) -> None:
    at = instant(text)
    sandbox = Sandbox(tmp_path, port=0, at=at)
    await sandbox.start()
    store = sandbox._workspace.store
    newest = max(instant_of(store.newest_ts(channel["id"]) or "0") for channel in sandbox._workspace.channels())
    began = sandbox.clock.now()
    await sandbox.stop()

    assert timedelta(0) <= began - at < timedelta(seconds=5)
    assert timedelta(0) < at - newest < timedelta(days=7, minutes=30)


async def test_sandbox_calendar_can_start_at_the_machines_time(tmp_path: Path) -> None:
    async with (
        running(tmp_path, "--at", "now") as process,
        aiohttp.ClientSession() as http,
        http.get(f"{process.url}/sandbox/clock") as answer,
    ):
        there = datetime.fromisoformat((await answer.json())["now"])

    assert abs(datetime.now(UTC) - there) < timedelta(seconds=30)


async def test_moving_the_clock_calls_the_advance_callback_with_the_target_time(
    sandbox: Sandbox, person: Person
) -> None:
    asked: list[datetime] = []

    async def advance(to: datetime) -> None:
        asked.append(to)
        sandbox.clock.set(to)

    sandbox.advance = advance
    before = sandbox.clock.now()
    await person.does("clock", forward="PT8H")

    assert timedelta(0) <= asked[0] - before - timedelta(hours=8) < timedelta(seconds=9)
    assert sandbox.clock.now() >= asked[0]


async def test_moving_clock_stops_at_the_time_of_a_scheduled_message(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    asked: list[datetime] = []

    async def advance(to: datetime) -> None:
        asked.append(to)
        sandbox.clock.set(to)

    sandbox.advance = advance
    in_an_hour = int(sandbox.clock.now().timestamp()) + 3600
    channel = (await client.conversations_open(users="U0ANA00000"))["channel"]["id"]
    await client.chat_scheduleMessage(channel=channel, text="in an hour", post_at=in_an_hour)
    await person.does("clock", forward="PT2H")
    (message,) = await person.reads(channel, "ana")

    assert round(asked[0].timestamp()) == in_an_hour
    assert len(asked) == 2
    assert 0 <= float(message["ts"]) - in_an_hour < 5


STOPS = [
    [timedelta(hours=8)],
    [timedelta(seconds=2), timedelta(hours=8)],
    [timedelta(milliseconds=200), timedelta(hours=8)],
]


@pytest.mark.parametrize("stops", STOPS)
async def test_message_sent_while_the_clock_moves_has_the_time_at_which_it_was_sent(
    sandbox: Sandbox, person: Person, client: AsyncWebClient, stops: list[timedelta]
) -> None:
    sent: list[datetime] = []
    channel = (await client.conversations_open(users="U0ANA00000"))["channel"]["id"]

    async def advance(to: datetime) -> None:
        if not sent:
            await client.files_upload_v2(channel=channel, filename="week.ics", content=b"ics", title="Week")
            sent.append(sandbox.clock.now())
        for stop in stops:
            sandbox.set_clock(sent[0] + stop)
            await sandbox.settled()

    sandbox.advance = advance
    await person.does("clock", forward="PT8H")
    (message,) = await person.reads(channel, "ana")

    assert abs(instant_of(message["ts"]) - sent[0] - READY_AFTER) < timedelta(milliseconds=900)


async def test_root_url_lists_people_channels_and_an_example_call(sandbox: Sandbox) -> None:
    async with aiohttp.ClientSession() as http, http.get(sandbox.url) as answer:
        text = await answer.text()

    assert "maya" in text
    assert "#harbour-support" in text
    assert f"curl {sandbox.url}/sandbox/commands" in text


async def test_moving_the_clock_back_is_rejected(sandbox: Sandbox, person: Person) -> None:
    answer = await person.does("clock", to="2020-01-01T10:00:00Z")

    assert answer == {"ok": False, "error": "cannot_go_back"}


async def test_sandbox_calendar_is_paused_while_the_sandbox_is_stopped(tmp_path: Path) -> None:
    first = Sandbox(tmp_path, port=0)
    await first.start()
    began = monotonic()
    began_at = first.clock.now()
    await first.stop()
    stopped = monotonic()
    await asyncio.sleep(0.5)
    begun_again = monotonic()
    again = Sandbox(tmp_path, port=0)
    await again.start()
    stood_at = again.clock.now()
    ran = monotonic() - begun_again + stopped - began
    await again.stop()

    assert stood_at - began_at <= timedelta(seconds=ran)
