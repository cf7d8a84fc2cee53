"""Tests of moving the sandbox's clock: a move waits for the app, and works while people keep typing."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .http_app import http_app
from .raw_app import RawApp, connected

TYPISTS = ("ana", "ben", "chidi", "dina", "eli", "fay", "maya", "tom")
SUPPORT = "C0HARBOURS"
A_DAY = timedelta(days=1)


@asynccontextmanager
async def waiting(data: Path, app_within: float) -> AsyncIterator[tuple[Sandbox, Person]]:
    """Run a sandbox that waits for an app before it moves the clock, and yield it with a person who uses it."""
    sandbox = Sandbox(data, port=0, app_within=app_within)
    await sandbox.start()
    async with aiohttp.ClientSession() as session:
        yield sandbox, Person(sandbox, session)
    await sandbox.stop()


@asynccontextmanager
async def connect(sandbox: Sandbox, over: str) -> AsyncIterator[None]:
    async with AsyncExitStack() as stack:
        if over == "a socket":
            await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))
        else:
            app = await stack.enter_async_context(http_app())
            await sandbox.set_request_urls([app.url])
        yield


@pytest.mark.parametrize("over", ["a socket", "a request URL"])
async def test_moving_the_clock_waits_for_the_app_to_connect(tmp_path: Path, over: str) -> None:
    async with waiting(tmp_path, app_within=30) as (sandbox, person):
        before = sandbox.clock.now()
        moving = asyncio.create_task(person.does("clock", forward="P1D"))
        await asyncio.sleep(0.3)
        moved_before = sandbox.clock.now() - before
        async with connect(sandbox, over):
            answer = await moving

        assert moved_before < A_DAY / 2
        assert answer["ok"]
        assert sandbox.clock.now() - before >= A_DAY - timedelta(minutes=5)


async def test_clock_moves_without_an_app_after_a_timeout(tmp_path: Path) -> None:
    async with waiting(tmp_path, app_within=0.2) as (sandbox, person):
        before = sandbox.clock.now()
        await person.does("clock", forward="PT1H")

        assert sandbox.clock.now() - before >= timedelta(hours=1)


@asynccontextmanager
async def acking(sandbox: Sandbox) -> AsyncIterator[None]:
    """Connect an app that acks everything."""

    async def ack_all(app: RawApp) -> None:
        while True:
            await app.ack(await app.next(within=30))

    async with connected(sandbox.api_url, sandbox.app_token) as app:
        acks = asyncio.create_task(ack_all(app))
        yield
        acks.cancel()


@asynccontextmanager
async def typing(person: Person) -> AsyncIterator[None]:
    """Type commands as eight people without a pause."""

    async def type_on(name: str) -> None:
        where = {"user": name, "channel": "harbour-support"}
        while True:
            await person.does("messages", **where, text="so many calls")
            await person.does("commands", **where, command="/hello", text="again")

    people = [asyncio.create_task(type_on(name)) for name in TYPISTS]
    await asyncio.sleep(0.3)
    yield
    for each in people:
        each.cancel()
    await asyncio.gather(*people, return_exceptions=True)


async def test_clock_can_skip_a_day_while_eight_people_type(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    before = sandbox.clock.now()
    for name, hours in (("due", 23), ("not due", 25)):
        at = int((before + timedelta(hours=hours)).timestamp())
        await client.chat_scheduleMessage(channel=SUPPORT, text=name, post_at=at)
    async with acking(sandbox), typing(person):
        async with asyncio.timeout(60):
            answer = await person.does("clock", forward="P1D")
        arrived = sandbox.clock.now() - before
        said = {message["text"] for message in await person.reads("harbour-support", "ana")}

    assert answer["ok"]
    assert A_DAY <= arrived < A_DAY + timedelta(minutes=1)
    assert said & {"due", "not due"} == {"due"}


async def test_messages_typed_while_the_clock_moves_are_posted_before_or_after_the_move(
    sandbox: Sandbox, person: Person
) -> None:
    before = sandbox.clock.now()
    async with acking(sandbox), typing(person):
        await person.does("clock", forward="P1D")
    stamps = [float(message["ts"]) for message in await person.reads("harbour-support", "ana")]
    start = before.timestamp()

    assert not [at for at in stamps if start + 60 < at < start + A_DAY.total_seconds() - 1]


async def test_waiting_for_pending_deliveries_ends_while_people_keep_typing(sandbox: Sandbox, person: Person) -> None:
    async with acking(sandbox), typing(person), asyncio.timeout(60):
        await sandbox.settled()


@pytest.mark.parametrize(
    ("control", "said"),
    [("faults", {"clear": True}), ("settings", {"late_files": True}), ("uninstall", {})],
)
async def test_faults_and_settings_can_be_changed_while_the_clock_moves(
    sandbox: Sandbox, person: Person, control: str, said: dict[str, bool]
) -> None:
    arrive = asyncio.Event()

    async def advance(_: object) -> None:
        await arrive.wait()

    sandbox.advance = advance
    moving = asyncio.create_task(person.does("clock", forward="PT1H"))
    await asyncio.sleep(0.1)
    async with asyncio.timeout(60):
        answer = await person.does(control, **said)
    arrive.set()

    assert answer["ok"]
    assert (await moving)["ok"]
