"""Tests of several workspaces in one sandbox: they share the app, the clock and the sockets, and nothing else."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import RawApp, connected
from .test_oauth import error_of, exchanged

SUPPORT, ANA = "C0HARBOURS", "U0ANA00000"
LIGHTHOUSE = "T0LIGHTHOUSE"


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


async def install(sandbox: Sandbox, person: Person, workspace: str, **said: Any) -> AsyncWebClient:
    """Install the app in a workspace, and return a client with its token there."""
    allowed = await person.does("install", **{"user": "maya", "workspace": workspace} | said)
    answer = await exchanged(sandbox, allowed["code"])
    return AsyncWebClient(answer["access_token"], sandbox.api_url)


@pytest.fixture
async def lighthouse(sandbox: Sandbox, person: Person) -> AsyncWebClient:
    """A second workspace, called Lighthouse, in which the app is installed."""
    await person.does("workspaces", name="Lighthouse")
    return await install(sandbox, person, "lighthouse")


async def test_new_workspace_has_the_same_ids_and_its_own_name_and_team(person: Person) -> None:
    made = (await person.does("workspaces", name="Lighthouse"))["workspace"]
    first, second = await person.sees("state"), await person.sees("state", workspace="Lighthouse")

    assert made == {"id": LIGHTHOUSE, "name": "Lighthouse", "domain": "lighthouse"} | {
        "is_installed": False,
        "installed_on": None,
    }
    assert second["team"] == {"id": LIGHTHOUSE, "name": "Lighthouse"}
    assert [each["name"] for each in first["workspaces"]] == ["Harbour", "Lighthouse"]
    for what in ("users", "channels", "usergroups", "bots"):
        assert [each["id"] for each in second[what]] == [each["id"] for each in first[what]]


@pytest.mark.parametrize(("history", "is_empty"), [({}, True), ({"history": True}, False)])
async def test_new_workspace_has_a_history_only_on_request(
    person: Person, history: dict[str, bool], is_empty: bool
) -> None:
    await person.does("workspaces", name="Lighthouse", **history)

    assert (await person.reads("harbour-support", "ana", workspace=LIGHTHOUSE) == []) == is_empty
    assert await person.reads("harbour-support", "ana")


@pytest.mark.parametrize(
    ("name", "error"), [("Harbour", "name_taken"), ("harbour!", "invalid_name"), ("HARBOUR", "name_taken")]
)
async def test_workspace_names_are_unique(person: Person, name: str, error: str) -> None:
    assert (await person.does("workspaces", name=name))["error"] == error


async def test_token_says_which_workspace_a_call_is_about(
    person: Person, client: AsyncWebClient, lighthouse: AsyncWebClient
) -> None:
    here, there = await client.auth_test(), await lighthouse.auth_test()
    await client.chat_postMessage(channel=SUPPORT, text="only in Harbour")
    await lighthouse.chat_postMessage(channel=SUPPORT, text="only in Lighthouse")
    seen = [(await person.reads("harbour-support", "ana", workspace=w))[-1]["text"] for w in ("harbour", "lighthouse")]

    assert (here["team_id"], here["team"]) == ("T0HARBOUR", "Harbour")
    assert (there["team_id"], there["team"], there["user_id"]) == (LIGHTHOUSE, "Lighthouse", here["user_id"])
    assert (await lighthouse.team_info())["team"]["id"] == LIGHTHOUSE
    assert (await lighthouse.users_info(user=ANA))["user"]["team_id"] == LIGHTHOUSE
    assert seen == ["only in Harbour", "only in Lighthouse"]


async def test_one_socket_carries_the_events_of_all_workspaces(
    app: RawApp, person: Person, lighthouse: AsyncWebClient
) -> None:
    await person.does("messages", user="ana", channel="harbour-support", text="hello")
    await person.does("messages", user="ana", channel="harbour-support", text="hello", workspace="lighthouse")
    payloads = [(await app.next())["payload"] for _ in range(2)]

    assert [each["team_id"] for each in payloads] == ["T0HARBOUR", LIGHTHOUSE]
    assert [each["authorizations"][0]["team_id"] for each in payloads] == ["T0HARBOUR", LIGHTHOUSE]
    assert [each["event"]["team"] for each in payloads] == ["T0HARBOUR", LIGHTHOUSE]
    assert payloads[0]["event"]["user"] == payloads[1]["event"]["user"] == ANA


async def test_command_names_its_workspace_and_its_answers_stay_there(
    app: RawApp, person: Person, lighthouse: AsyncWebClient
) -> None:
    place = {"user": "ana", "channel": "general", "workspace": "lighthouse"}
    typed = asyncio.ensure_future(person.does("commands", **place, command="/hi"))
    envelope = await app.next()
    await app.ack(envelope, {"text": "Hi from the ack"})
    await typed
    command = envelope["payload"]
    await person.responds(command["response_url"], text="Hi from the URL")
    texts = [each["text"] for each in await person.reads("general", "ana", workspace="lighthouse")]

    assert (command["team_id"], command["team_domain"]) == (LIGHTHOUSE, "lighthouse")
    assert texts == ["Hi from the ack", "Hi from the URL"]


async def test_app_gets_nothing_from_a_workspace_in_which_it_is_not_installed(app: RawApp, person: Person) -> None:
    await person.does("workspaces", name="Lighthouse")
    place = {"user": "ana", "channel": "harbour-support", "workspace": "lighthouse"}
    await person.does("messages", **place, text="nobody hears this")
    typed = await person.does("commands", **place, command="/hi")
    await person.does("messages", user="ana", channel="harbour-support", text="heard")

    assert typed["error"] == "app_not_installed"
    assert (await app.hears())["text"] == "heard"


async def test_uninstalling_in_one_workspace_leaves_the_others(
    person: Person, client: AsyncWebClient, lighthouse: AsyncWebClient, sandbox: Sandbox
) -> None:
    await person.does("uninstall", workspace="lighthouse")

    assert await error_of(sandbox, str(lighthouse.token)) == "account_inactive"
    assert (await client.auth_test())["ok"]


async def test_switches_scopes_and_rate_limits_are_a_workspaces_own(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    await person.does("workspaces", name="Lighthouse")
    there = await install(sandbox, person, "lighthouse", scopes="usergroups:read,team:read")
    await person.does("settings", free_plan=True, workspace="lighthouse")
    for _ in range(20):
        await client.usergroups_list()

    with pytest.raises(SlackApiError, match="ratelimited"):
        await client.usergroups_list()
    with pytest.raises(SlackApiError, match="plan_upgrade_required"):
        await there.usergroups_list()
    with pytest.raises(SlackApiError, match="missing_scope"):
        await there.users_list()
    assert (await client.users_list())["ok"]


async def test_trigger_of_one_workspace_opens_no_form_in_another(
    sandbox: Sandbox, client: AsyncWebClient, lighthouse: AsyncWebClient
) -> None:
    view = {"type": "modal", "title": {"type": "plain_text", "text": "Hi"}, "blocks": [{"type": "divider"}]}
    trigger = sandbox._slack.workspace("lighthouse").triggers.make(ANA)
    with pytest.raises(SlackApiError, match="invalid_trigger_id"):
        await client.views_open(trigger_id=trigger, view=view)
    opened = await lighthouse.views_open(trigger_id=trigger, view=view)

    assert (opened["view"]["team_id"], opened["view"]["app_installed_team_id"]) == (LIGHTHOUSE, LIGHTHOUSE)


async def test_calls_are_logged_together_with_their_workspace(
    person: Person, client: AsyncWebClient, lighthouse: AsyncWebClient, sandbox: Sandbox
) -> None:
    await lighthouse.auth_test()
    await client.auth_test()
    await error_of(sandbox, "xoxb-unknown")
    logged = (await person.sees("calls", method="auth.test"))["calls"]
    there = (await person.sees("calls", workspace="lighthouse"))["calls"]

    assert [call["team"] for call in logged] == [LIGHTHOUSE, "T0HARBOUR", None]
    assert [call["method"] for call in there] == ["oauth.v2.access", "auth.test"]


async def test_workspaces_share_one_clock(sandbox: Sandbox, person: Person, lighthouse: AsyncWebClient) -> None:
    soon = int((sandbox.clock.now() + timedelta(hours=1)).timestamp())
    await lighthouse.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=soon)
    await person.does("clock", forward="PT2H")

    (posted,) = await person.reads("harbour-support", "ana", workspace="lighthouse")
    assert (posted["text"], int(float(posted["ts"]))) == ("later", soon)


async def test_files_and_permalinks_belong_to_their_workspace(
    person: Person, sandbox: Sandbox, lighthouse: AsyncWebClient
) -> None:
    await lighthouse.files_upload_v2(channel=SUPPORT, content="a;b", filename="week.csv")
    await person.does("clock", forward="PT2S")
    (posted,) = await person.reads("harbour-support", "ana", workspace="lighthouse")
    link = (await lighthouse.chat_getPermalink(channel=SUPPORT, message_ts=posted["ts"]))["permalink"]
    async with aiohttp.ClientSession() as session:
        async with session.get(posted["files"][0]["url_private"]) as file:
            content = await file.text()
        async with session.get(link) as page:
            status = page.status

    assert (content, status) == ("a;b", 200)
    assert link.startswith(f"{sandbox.url}/workspaces/lighthouse/archives/{SUPPORT}/p")


async def test_workspaces_their_tokens_and_undelivered_events_survive_a_restart(tmp_path: Path) -> None:
    first = Sandbox(tmp_path, port=0, app_within=0)
    await first.start()
    async with aiohttp.ClientSession() as session:
        person = Person(first, session)
        await person.does("workspaces", name="Lighthouse")
        there = await install(first, person, "lighthouse")
        await person.does("messages", user="ana", channel="harbour-support", text="kept", workspace="lighthouse")
    await first.stop()
    second = Sandbox(tmp_path, port=0, app_within=0)
    await second.start()
    async with connected(second.api_url, second.app_token) as app:
        event = (await app.next())["payload"]
    error = await error_of(second, str(there.token))
    await second.stop()

    assert (error, event["team_id"], event["event"]["text"]) == (None, LIGHTHOUSE, "kept")


@pytest.mark.parametrize("control", ["state", "messages", "users", "faults"])
async def test_unknown_workspace_is_refused(person: Person, control: str) -> None:
    if control in ("users", "faults"):
        answer = await person.does(control, workspace="nowhere")
    else:
        answer = await person.sees(control, workspace="nowhere")

    assert answer["error"] == "team_not_found"
