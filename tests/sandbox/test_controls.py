"""Tests of the sandbox's controls for files, `/me`, locale, Do Not Disturb and DMs, and of unknown fields."""

import base64
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox
from sandbox.server import ACTS, LOOKS

from .conftest import Person
from .raw_app import RawApp, connected

Json = dict[str, Any]
ANA, DM = "U0ANA00000", "D0ANA00000"
SUPPORT = {"user": "ana", "channel": "harbour-support"}
PIXEL = base64.b64encode(b"\x89PNG\r\n\x1a\n\x00").decode()


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


def reason(answer: Json) -> str:
    assert answer["error"] == "invalid_arguments", answer
    (message,) = answer["response_metadata"]["messages"]
    return str(message)


@pytest.mark.parametrize("control", [*ACTS, "clock"])
async def test_sandbox_control_rejects_an_unknown_field(person: Person, control: str) -> None:
    answer = await person.does(control, user="ana", colour="red")

    assert "unknown field: colour" in reason(answer)


@pytest.mark.parametrize("what", LOOKS)
async def test_sandbox_query_rejects_an_unknown_field(person: Person, what: str) -> None:
    answer = await person.sees(what, colour="red")

    assert "unknown field: colour" in reason(answer)


@pytest.mark.parametrize(
    ("control", "said", "field"),
    [
        ("users", {"user": "ana", "dnd": {"form": "18:00"}}, "form"),
        ("users", {"user": "ana", "time_zone": "Asia/Tokyo"}, "time_zone"),
        ("messages", SUPPORT | {"txt": "hello"}, "txt"),
        ("messages", SUPPORT | {"files": [{"name": "a.txt", "content": "a"}]}, "content"),
        ("reactions", SUPPORT | {"ts": "1.2", "emoji": "heart"}, "emoji"),
        ("views/submit", {"user": "ana", "view": "V0"}, "view"),
        ("clock", {"by": "PT1H"}, "by"),
        ("settings", {"free-plan": True}, "free-plan"),
    ],
)
async def test_error_of_a_sandbox_control_names_the_misspelled_field(
    person: Person, control: str, said: Json, field: str
) -> None:
    assert f"unknown field: {field};" in reason(await person.does(control, **said))


@pytest.mark.parametrize(
    ("control", "said"),
    [
        ("messages", {"text": "/me waves at @ben"}),
        ("messages", {"text": "/me  waves at @ben"}),
        ("commands", {"command": "/me", "text": "waves at @ben"}),
    ],
)
async def test_slash_me_command_sends_a_me_message(app: RawApp, person: Person, control: str, said: Json) -> None:
    answer = await person.does(control, **SUPPORT, **said)
    event = await app.hears()
    shown = (await person.reads("harbour-support", "ben"))[-1]

    assert answer["ok"]
    assert (event["type"], event["subtype"], event["user"]) == ("message", "me_message", ANA)
    assert event["text"] == shown["text"] == "waves at <@U0BEN00000>"
    assert (event["ts"], "blocks" in event) == (answer["ts"], False)


@pytest.mark.parametrize("text", ["/me", "/meow at @ben", "hello /me waves", "/me "])
async def test_text_that_only_resembles_slash_me_is_a_plain_message(person: Person, text: str) -> None:
    await person.does("messages", **SUPPORT, text=text)

    assert "subtype" not in (await person.reads("harbour-support", "ben"))[-1]


@pytest.mark.parametrize(
    ("channel", "files", "names"),
    [
        ("harbour-support", [{"name": "week.txt", "text": "Forty calls"}], ["week.txt"]),
        ("harbour-support", [{"name": "a.png", "base64": PIXEL}, {"name": "b.csv", "text": "a;b"}], ["a.png", "b.csv"]),
        ("bot", [{"name": "Plan für März.pdf", "base64": PIXEL, "title": "Plan"}], ["Plan für März.pdf"]),
        ("queue-alerts", [{"name": "graph.jpg", "base64": PIXEL, "alt_text": "the queue"}], ["graph.jpg"]),
    ],
)
async def test_person_can_send_files(
    app: RawApp, person: Person, client: AsyncWebClient, channel: str, files: list[Json], names: list[str]
) -> None:
    sent = await person.does("messages", user="ana", channel=channel, files=files)
    events = [await app.hears() for _ in range(1 + len(files))]
    event = events[0]
    known = (await client.files_info(file=event["files"][0]["id"]))["file"]

    assert sent["ok"]
    assert [each["type"] for each in events] == ["message"] + ["file_shared"] * len(files)
    assert (event["subtype"], event["user"], event["text"], "bot_id" in event) == ("file_share", ANA, "", False)
    assert [each["name"] for each in event["files"]] == names
    assert (known["user"], known["size"], bool(known["mimetype"])) == (ANA, event["files"][0]["size"], True)


async def test_file_keeps_its_content_and_can_be_sent_with_text_in_a_thread(
    sandbox: Sandbox, app: RawApp, person: Person
) -> None:
    root = await person.does("messages", **SUPPORT, text="How was the week?")
    await app.hears()
    files = [{"name": "week.txt", "text": "Forty calls"}]
    await person.does("messages", **SUPPORT, text="@steward here", files=files, thread_ts=root["ts"])
    event, mention = await app.hears(), await app.hears()
    async with aiohttp.ClientSession() as http, http.get(event["files"][0]["url_private"]) as answer:
        content = await answer.text()

    assert (event["thread_ts"], event["text"]) == (root["ts"], "<@U0STEWARD0> here")
    assert (mention["type"], mention["files"]) == ("app_mention", event["files"])
    assert content == "Forty calls"


@pytest.mark.parametrize(
    "files",
    [{"name": "a.txt"}, ["a.txt"], [{"text": "no name"}], [{"name": "a.txt"}], [{"name": "a.png", "base64": "?"}]],
)
async def test_invalid_file_is_rejected_and_nothing_is_posted(person: Person, files: Any) -> None:
    before = await person.reads("harbour-support", "ana")

    assert reason(await person.does("messages", **SUPPORT, files=files))
    assert await person.reads("harbour-support", "ana") == before


async def test_users_locale_is_returned_only_on_request(app: RawApp, person: Person, client: AsyncWebClient) -> None:
    await person.does("users", user="ana", locale="pt-PT")
    changed = await app.hears()
    asked = {each["id"]: each for each in (await client.users_list(include_locale=True))["members"]}
    unasked = (await client.users_info(user=ANA))["user"]

    assert (changed["type"], changed["user"]["locale"]) == ("user_change", "pt-PT")
    assert (asked[ANA]["locale"], asked["U0BEN00000"]["locale"]) == ("pt-PT", "en-GB")
    assert "locale" not in unasked


@pytest.mark.parametrize("locale", ["", "portuguese", "PT", "pt_PT", 3])
async def test_invalid_locale_is_rejected(person: Person, locale: Any) -> None:
    assert "[json-pointer:/locale]" in reason(await person.does("users", user="ana", locale=locale))


@pytest.mark.parametrize(
    ("dnd", "seen"),
    [
        ({"enabled": False}, {"dnd_enabled": False, "snooze_enabled": False}),
        ({"enabled": True, "from": "09:00", "until": "09:00"}, {"dnd_enabled": True, "snooze_enabled": False}),
        ({"snooze": "PT2H"}, {"dnd_enabled": True, "snooze_enabled": True}),
        ({"snooze": None}, {"dnd_enabled": True, "snooze_enabled": False}),
    ],
)
async def test_do_not_disturb_and_snooze_can_be_turned_on_and_off(
    person: Person, client: AsyncWebClient, dnd: Json, seen: Json
) -> None:
    await person.does("users", user="ana", dnd={"snooze": "PT1H"})
    if "enabled" in dnd:
        dnd = dnd | {"snooze": None}
    await person.does("users", user="ana", dnd=dnd)
    status = await client.dnd_info(user=ANA)

    assert {name: status[name] for name in seen} == seen


async def test_closed_dm_reopens_with_the_next_message(app: RawApp, person: Person, client: AsyncWebClient) -> None:
    await client.conversations_open(users=ANA)
    await person.does("users", user="ana", dm_closed=True)
    closed, seen = await app.hears(), (await client.conversations_info(channel=DM))["channel"]
    await client.chat_postMessage(channel=DM, text="Still there?")
    opened = await app.hears()

    assert (closed["type"], closed["channel"], seen["is_open"]) == ("im_close", DM, False)
    assert (opened["type"], opened["user"]) == ("im_open", ANA)
    assert (await client.conversations_info(channel=DM))["channel"]["is_open"]


@pytest.mark.parametrize("by", [{"users": ANA}, {"channel": DM}])
async def test_closed_dm_can_be_opened_by_the_app(person: Person, client: AsyncWebClient, by: Json) -> None:
    await person.does("users", user="ana", dm_closed=True)
    first = await client.conversations_open(**by)
    second = await client.conversations_open(**by)

    assert ("already_open" in first, second["already_open"]) == (False, True)


async def test_new_person_can_be_added_to_several_channels_in_one_call(app: RawApp, person: Person) -> None:
    await person.does(
        "users", user="nora", real_name="Nora Silva", title="Team leader", channels=["harbour-support", "queue-alerts"]
    )
    heard = [(await app.hears())["type"] for _ in range(6)]
    state = await person.sees("state")
    nora = next(user for user in state["users"] if user["name"] == "nora")

    assert heard == ["team_join", "user_change", *["message", "member_joined_channel"] * 2]
    assert nora["title"] == "Team leader"
    assert [channel["name"] for channel in state["channels"] if nora["id"] in channel["members"]] == [
        "general",
        "harbour-support",
        "queue-alerts",
    ]
