"""Tests of the sandbox with each Socket Mode client that slack_bolt ships."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator

import pytest

from sandbox.sandbox import Sandbox
from tests.harness import Json, eventually

from .clients import ASYNC, ERRORS, SYNC
from .conftest import Person

PLACE = {"user": "ana", "channel": "harbour-support"}


@pytest.fixture(params=[*ASYNC, *SYNC])
async def stranger(request: pytest.FixtureRequest, sandbox: Sandbox, person: Person) -> AsyncIterator[Person]:
    """Yield a person in a sandbox whose bot runs in a separate process, with one of slack_bolt's clients."""
    tokens = {"SLACK_BOT_TOKEN": sandbox.bot_token, "SLACK_APP_TOKEN": sandbox.app_token}
    process = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", f"{__package__}.clients", request.param),
        env=os.environ | tokens | {"SLACK_API_URL": sandbox.api_url},
        stdout=asyncio.subprocess.DEVNULL,
    )
    await person.waits_for_the_app()
    yield person
    process.kill()
    await process.wait()


async def test_each_bolt_client_handles_forms_buttons_events_files_and_reconnects(
    stranger: Person, sandbox: Sandbox
) -> None:
    await form_and_button(stranger, "commands", channel="general", command="/thanks")
    await form_and_button(stranger, "shortcuts", callback_id="thank")
    await event_home_and_file(stranger, sandbox)
    await write_during_reconnect(stranger, sandbox)


async def form_and_button(person: Person, by: str, **said: str) -> None:
    opened = await person.does(by, user="ana", **said)
    (view,) = (await person.sees("views", user="ana"))["views"]
    form = {"user": "ana", "view_id": view["id"]}
    refused = await person.does("views/submit", **form, values={"words": "hm"})
    given = await person.does("views/submit", **form, values={"words": "staying calm"})
    posted = (await person.reads("harbour-support", "ana"))[-1]
    pressed = await person.does("actions", **PLACE, ts=posted["ts"], action_id="undo")
    last = (await person.reads("harbour-support", "ana"))[-1]

    assert (opened["ok"], given["ok"], pressed["ok"]) == (True, True, True)
    assert refused["errors"] == ERRORS
    assert posted["text"] == "Thanks"
    assert last["ts"] < posted["ts"]


async def event_home_and_file(person: Person, sandbox: Sandbox) -> None:
    ts = (await person.does("messages", **PLACE, text="good morning"))["ts"]
    await person.does("home/open", user="ana")
    await person.does("reactions", **PLACE, ts=ts, name="tada")
    await person.does("reactions", **PLACE, ts=ts, name="tada", remove=True)
    await sandbox.settled()
    await person.does("clock", forward="PT1M")

    async def answered() -> list[Json]:
        """Return the message with the app's reaction, and the file that the app shared: some clients ack before."""
        last = (await person.reads("harbour-support", "ana"))[-2:]
        return last if "reactions" in last[0] and "files" in last[-1] else []

    message, shared = await eventually(answered)

    assert message["reactions"][0]["name"] == "eyes"
    await eventually(lambda: has_home(person))
    assert (await person.sees("home", user="ana"))["view"]["blocks"][0]["text"]["text"] == "Hello"
    assert [file["name"] for file in shared["files"]] == ["week.txt"]


async def has_home(person: Person) -> bool:
    return bool((await person.sees("home", user="ana"))["view"])


async def write_during_reconnect(person: Person, sandbox: Sandbox) -> None:
    """Write to the app while its client changes sockets; messages that the old socket did not ack are sent again."""
    await person.does("faults", socket="refresh_requested")
    await person.waits_for_the_app()
    await person.does("messages", **PLACE, text="still there?")
    await sandbox.settled()

    async def reactions() -> list[Json]:
        return list((await person.reads("harbour-support", "ana"))[-1].get("reactions", []))

    assert (await eventually(reactions))[0]["name"] == "eyes"
