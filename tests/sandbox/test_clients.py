"""The sandbox is honest to strangers: each client of slack_bolt does what a bot does, unmodified."""

import asyncio
from collections.abc import AsyncIterator

import pytest

from sandbox import Sandbox

from .clients import CLIENTS, ERRORS
from .conftest import Person

PLACE = {"user": "ana", "channel": "harbour-support"}


@pytest.fixture(params=CLIENTS)
async def heard(request: pytest.FixtureRequest, sandbox: Sandbox) -> AsyncIterator[list[str]]:
    """What a bot hears that is connected by one of the clients."""
    running, kind = CLIENTS[request.param]
    words: list[str] = []
    async with running(sandbox, words, kind):
        yield words


@pytest.mark.parametrize("by", ["commands", "shortcuts"])
@pytest.mark.usefixtures("heard")
async def test_a_form_with_errors_leads_to_a_button(person: Person, by: str) -> None:
    said = {"command": "/thanks", "channel": "general"} if by == "commands" else {"callback_id": "thank"}
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


async def test_events_are_heard_home_is_published_and_a_file_is_shared(
    heard: list[str], sandbox: Sandbox, person: Person
) -> None:
    ts = (await person.does("messages", **PLACE, text="good morning"))["ts"]
    await person.does("home/open", user="ana")
    await person.does("reactions", **PLACE, ts=ts, name="tada")
    await sandbox.settled()
    await person.does("clock", forward="PT1M")
    shared = (await person.reads("harbour-support", "ana"))[-1]

    assert heard[0] == "good morning"
    assert (await person.sees("home", user="ana"))["view"]["blocks"][0]["text"]["text"] == "Hello"
    assert [file["name"] for file in shared["files"]] == ["week.txt"]


async def test_a_client_comes_back_when_slack_asks_it_to(
    heard: list[str], sandbox: Sandbox, person: Person
) -> None:
    await person.does("faults", socket="refresh_requested")
    await asyncio.sleep(0.5)
    await person.does("messages", **PLACE, text="still there?")
    await sandbox.settled()

    assert heard == ["still there?"]
