"""Tests of channels that two workspaces share: both see its messages, and the app hears them once for each install."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import RawApp, connected
from .test_workspaces import LIGHTHOUSE, install

HARBOUR, ANA = "T0HARBOUR", "U0ANA00000"


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


@pytest.fixture
async def lighthouse(sandbox: Sandbox, person: Person) -> AsyncWebClient:
    await person.does("workspaces", name="Lighthouse")
    return await install(sandbox, person, "lighthouse")


@pytest.fixture
async def bridge(person: Person, lighthouse: AsyncWebClient) -> str:
    """The id of a channel of Harbour that it shares with Lighthouse; Ana and the app are in it on both sides."""
    made = await person.does("channels", channel="bridge", share=["lighthouse"])
    for workspace in ("harbour", "lighthouse"):
        await person.does("channels", channel="bridge", workspace=workspace, add=["ana", "steward"])
    return str(made["channel"]["id"])


async def heard(app: RawApp, text: str, count: int = 2) -> list[dict[str, Any]]:
    """Ack events until `count` messages with this text have arrived, and return their payloads."""
    found: list[dict[str, Any]] = []
    while len(found) < count:
        envelope = await app.next()
        await app.ack(envelope)
        event = envelope["payload"]["event"]
        if event["type"] == "message" and event.get("text") == text:
            found.append(envelope["payload"])
    return found


@pytest.mark.parametrize(("workspace", "writer"), [("harbour", HARBOUR), ("lighthouse", LIGHTHOUSE)])
async def test_message_arrives_once_for_each_install_with_the_writers_team(
    app: RawApp, person: Person, bridge: str, workspace: str, writer: str
) -> None:
    await person.does("messages", user="ana", channel="bridge", text="hello", workspace=workspace)
    payloads = await heard(app, "hello")

    assert {each["authorizations"][0]["team_id"] for each in payloads} == {HARBOUR, LIGHTHOUSE}
    assert len({each["event_id"] for each in payloads}) == 2
    for each in payloads:
        event = each["event"]
        assert (event["channel"], event["user"], event["team"], event["user_team"]) == (bridge, ANA, writer, writer)
        assert (each["team_id"], each["is_ext_shared_channel"]) == (HARBOUR, True)
        assert each["context_team_id"] == each["authorizations"][0]["team_id"]


async def test_both_workspaces_see_messages_edits_reactions_and_deletions(
    person: Person, bridge: str, client: AsyncWebClient, lighthouse: AsyncWebClient
) -> None:
    posted = await client.chat_postMessage(channel=bridge, text="from Harbour")
    await lighthouse.reactions_add(channel=bridge, timestamp=posted["ts"], name="wave")
    await client.chat_update(channel=bridge, ts=posted["ts"], text="edited")
    gone = await lighthouse.chat_postMessage(channel=bridge, text="gone")
    await lighthouse.chat_delete(channel=bridge, ts=gone["ts"])
    seen = [(await each.conversations_history(channel=bridge))["messages"] for each in (client, lighthouse)]

    assert seen[0][0] == seen[1][0]
    assert (seen[0][0]["text"], seen[0][0]["reactions"][0]["name"]) == ("edited", "wave")
    assert (await lighthouse.conversations_info(channel=bridge))["channel"]["connected_team_ids"] == [
        HARBOUR,
        LIGHTHOUSE,
    ]


async def test_thread_can_be_continued_from_the_other_workspace(
    person: Person, bridge: str, client: AsyncWebClient, lighthouse: AsyncWebClient
) -> None:
    root = await client.chat_postMessage(channel=bridge, text="question")
    await lighthouse.chat_postMessage(channel=bridge, text="answer", thread_ts=root["ts"])
    thread = (await client.conversations_replies(channel=bridge, ts=root["ts"]))["messages"]

    assert [each["text"] for each in thread] == ["question", "answer"]
    assert [each["team"] for each in thread] == [HARBOUR, LIGHTHOUSE]


async def test_ephemeral_message_stays_in_its_workspace(person: Person, bridge: str, client: AsyncWebClient) -> None:
    await client.chat_postEphemeral(channel=bridge, user=ANA, text="only here")
    texts = [
        [each["text"] for each in await person.reads("bridge", "ana", workspace=where)]
        for where in ("harbour", "lighthouse")
    ]

    assert ["only here" in each for each in texts] == [True, False]


FORM: dict[str, Any] = {
    "type": "modal",
    "callback_id": "form",
    "title": {"type": "plain_text", "text": "Form"},
    "submit": {"type": "plain_text", "text": "Send"},
    "blocks": [{"type": "divider"}],
}
BUTTON = {"type": "button", "action_id": "go", "text": {"type": "plain_text", "text": "Go"}}


async def interaction(app: RawApp, kind: str) -> dict[str, Any]:
    """Ack payloads until an interaction of this kind has arrived, and return it."""
    while True:
        envelope = await app.next()
        await app.ack(envelope)
        if envelope["payload"]["type"] == kind:
            payload: dict[str, Any] = envelope["payload"]
            return payload


@pytest.mark.parametrize("has_app", [True, False])
async def test_form_of_another_workspaces_install_names_install_and_person(
    app: RawApp, person: Person, bridge: str, client: AsyncWebClient, lighthouse: AsyncWebClient, has_app: bool
) -> None:
    if not has_app:
        await person.does("uninstall", workspace="lighthouse")
    blocks = [{"type": "actions", "elements": [BUTTON]}]
    posted = await client.chat_postMessage(channel=bridge, text="Press", blocks=blocks)
    place = {"user": "ana", "workspace": "lighthouse"}
    pressed = asyncio.ensure_future(person.does("actions", **place, channel="bridge", ts=posted["ts"], action_id="go"))
    action = await interaction(app, "block_actions")
    view = (await client.views_open(trigger_id=action["trigger_id"], view=FORM))["view"]
    seen = [(await person.sees("views", user="ana", workspace=w))["views"] for w in ("harbour", "lighthouse")]
    await client.views_update(view_id=view["id"], view=FORM | {"callback_id": "changed"})
    sent = asyncio.ensure_future(person.does("views/submit", **place, view_id=view["id"], values={}))
    submission = await interaction(app, "view_submission")
    await person.responds(action["response_url"], text="Only for Ana of Lighthouse")
    last = [(await person.reads("bridge", "ana", workspace=w))[-1]["text"] for w in ("harbour", "lighthouse")]

    assert (await pressed)["ok"]
    assert (await sent)["ok"]
    assert (action["team"]["id"], action["user"]["team_id"]) == (HARBOUR, LIGHTHOUSE)
    assert [len(each) for each in seen] == [0, 1]
    assert (submission["team"]["id"], submission["user"]["team_id"]) == (LIGHTHOUSE, LIGHTHOUSE)
    assert submission["view"]["app_installed_team_id"] == HARBOUR
    assert (submission["view"]["team_id"], submission["view"]["callback_id"]) == (LIGHTHOUSE, "changed")
    assert last == ["Press", "Only for Ana of Lighthouse"]


async def test_token_of_one_install_cannot_change_the_view_of_another(
    sandbox: Sandbox, client: AsyncWebClient, lighthouse: AsyncWebClient
) -> None:
    trigger = sandbox._slack.workspace("lighthouse").triggers.make(ANA)
    view = (await lighthouse.views_open(trigger_id=trigger, view=FORM))["view"]
    with pytest.raises(SlackApiError, match="not_found"):
        await client.views_update(view_id=view["id"], view=FORM)

    assert (await lighthouse.views_update(view_id=view["id"], view=FORM))["ok"]


async def test_workspace_without_the_app_gets_the_message_and_sends_no_event(
    app: RawApp, person: Person, bridge: str
) -> None:
    await person.does("uninstall", workspace="lighthouse")
    await person.does("messages", user="ana", channel="bridge", text="one", workspace="lighthouse")
    await person.does("messages", user="ana", channel="bridge", text="two")
    (first,), (second,) = [await heard(app, text, 1) for text in ("one", "two")]

    assert (first["event"]["team"], first["authorizations"][0]["team_id"]) == (LIGHTHOUSE, HARBOUR)
    assert second["authorizations"][0]["team_id"] == HARBOUR


async def test_shared_channel_of_an_organization_sends_one_event_to_its_install(
    app: RawApp, sandbox: Sandbox, person: Person
) -> None:
    for name in ("North", "South"):
        await person.does("workspaces", name=name, enterprise="Acme")
    await install(sandbox, person, "acme")
    await person.does("access", workspace="acme", grant=["north", "south"])
    await person.does("channels", channel="bridge", workspace="north", share=["south"])
    for workspace in ("north", "south"):
        await person.does("channels", channel="bridge", workspace=workspace, add=["ana", "steward"])
    await person.does("messages", user="ana", channel="bridge", text="one", workspace="south")
    await person.does("messages", user="ana", channel="bridge", text="two", workspace="south")
    told: list[dict[str, Any]] = []
    while not told or told[-1]["event"].get("text") != "two":
        told.append((await app.next())["payload"])
    messages = [each for each in told if each["event"].get("text") in ("one", "two")]

    assert [each["event"]["text"] for each in messages] == ["one", "two"]
    assert {(each["event"]["team"], each["is_ext_shared_channel"]) for each in messages} == {("T0SOUTH", False)}


async def test_channel_whose_id_exists_in_the_other_workspace_is_not_shared(
    person: Person, lighthouse: AsyncWebClient
) -> None:
    refused = await person.does("channels", channel="general", share=["lighthouse"])

    assert refused["error"] == "invalid_arguments"
