"""Tests of organizations: one install for the workspaces that were granted, with ids that are unique in it."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.oauth.installation_store import FileInstallationStore, Installation
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Connect, Person
from .raw_app import RawApp, connected
from .test_oauth import error_of, installed

ACME, NORTH, SOUTH = "E0ACME", "T0NORTH", "T0SOUTH"
BOT, ANA = "W0STEWARD0", "W0ANA00000"
NORTH_SUPPORT, SOUTH_SUPPORT = "C1HARBOURS", "C2HARBOURS"
ENTERPRISE = {"id": ACME, "name": "Acme"}


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


@pytest.fixture
async def answer(sandbox: Sandbox, person: Person) -> dict[str, Any]:
    """The answer of an install on the organization Acme, which has the workspaces North and South."""
    for name in ("North", "South"):
        await person.does("workspaces", name=name, enterprise="Acme")
    return await installed(sandbox, person, workspace="acme")


@pytest.fixture
async def org(sandbox: Sandbox, person: Person, answer: dict[str, Any]) -> AsyncWebClient:
    """A client with Acme's token, which may access both workspaces."""
    await person.does("access", workspace="acme", grant=["north", "south"])
    return AsyncWebClient(answer["access_token"], sandbox.api_url, retry_handlers=[])


async def test_install_on_an_organization_answers_its_enterprise_and_no_team(answer: dict[str, Any]) -> None:
    assert (answer["team"], answer["enterprise"], answer["is_enterprise_install"]) == (None, ENTERPRISE, True)
    assert (answer["bot_user_id"], answer["authed_user"]) == (BOT, {"id": "W0MAYA0000"})


async def test_ids_are_unique_in_an_organization_except_those_of_people(person: Person, org: AsyncWebClient) -> None:
    north, south = await person.sees("state", workspace="north"), await person.sees("state", workspace="south")
    ids = [{each["id"] for each in state[what]} for what in ("channels", "usergroups") for state in (north, south)]

    assert [each["id"] for each in north["users"]] == [each["id"] for each in south["users"]]
    assert all(each["id"].startswith("W") for each in north["users"])
    assert ids[0] & ids[1] == ids[2] & ids[3] == set()
    assert north["enterprise"] == ENTERPRISE


async def test_token_can_access_nothing_until_workspaces_are_granted(
    sandbox: Sandbox, person: Person, answer: dict[str, Any], app: RawApp
) -> None:
    token = answer["access_token"]
    before = await error_of(sandbox, token, "chat.postMessage", channel=NORTH_SUPPORT, text="x")
    await person.does("access", workspace="acme", grant=["north"])
    granted = (await app.next())["payload"]
    after = await error_of(sandbox, token, "chat.postMessage", channel=NORTH_SUPPORT, text="x")
    await person.does("access", workspace="acme", revoke=["north"])
    events = [granted]
    while events[-1]["event"]["type"] != "team_access_revoked":
        events.append((await app.next())["payload"])

    assert (before, after) == ("team_access_not_granted", None)
    assert granted["event"] == {"type": "team_access_granted", "team_ids": [NORTH]} | {
        "event_ts": granted["event"]["event_ts"]
    }
    assert (granted["team_id"], granted["enterprise_id"]) == (None, ACME)
    assert events[-1]["event"]["team_ids"] == [NORTH]
    assert await error_of(sandbox, token, "users.list", team_id=NORTH) == "team_access_not_granted"


async def test_app_gets_nothing_from_a_workspace_that_was_not_granted(
    person: Person, answer: dict[str, Any], app: RawApp
) -> None:
    await person.does("access", workspace="acme", grant=["north"])
    await app.hears()
    place = {"user": "ana", "channel": "harbour-support"}
    typed = await person.does("commands", **place, command="/hi", workspace="south")
    for workspace in ("south", "north"):
        await person.does("messages", **place, text=f"in {workspace}", workspace=workspace)

    assert typed["error"] == "app_not_installed"
    assert (await app.hears())["text"] == "in north"


async def test_list_methods_need_the_team(sandbox: Sandbox, org: AsyncWebClient) -> None:
    token = str(org.token)
    for method in ("users.list", "conversations.list", "usergroups.list"):
        errors = [await error_of(sandbox, token, method, **team) for team in ({}, {"team_id": "T0HARBOUR"})]
        assert errors == ["missing_argument", "team_not_found"]
        assert await error_of(sandbox, token, method, team_id=SOUTH) is None
    listed = await org.conversations_list(team_id=SOUTH)

    assert SOUTH_SUPPORT in {channel["id"] for channel in listed["channels"]}


async def test_token_lists_its_workspaces(org: AsyncWebClient, client: AsyncWebClient) -> None:
    first = await org.auth_teams_list(limit=1)
    second = await org.auth_teams_list(limit=1, cursor=first["response_metadata"]["next_cursor"])

    assert first["teams"] + second["teams"] == [{"id": NORTH, "name": "North"}, {"id": SOUTH, "name": "South"}]
    assert (await client.auth_teams_list())["teams"] == [{"id": "T0HARBOUR", "name": "Harbour"}]


async def test_token_names_its_enterprise(org: AsyncWebClient, client: AsyncWebClient) -> None:
    here, there = await org.auth_test(), await client.auth_test()

    assert (here["enterprise_id"], here["is_enterprise_install"], here["user_id"]) == (ACME, True, BOT)
    assert (there.get("enterprise_id"), there["is_enterprise_install"]) == (None, False)


async def test_channel_of_a_call_says_which_workspace_it_is_about(person: Person, org: AsyncWebClient) -> None:
    posted = await org.chat_postMessage(channel=SOUTH_SUPPORT, text="to South")
    await org.chat_update(channel=SOUTH_SUPPORT, ts=posted["ts"], text="only to South")
    seen = [await person.reads("harbour-support", "ana", workspace=where) for where in ("north", "south")]

    assert [[message["text"] for message in each] for each in seen] == [[], ["only to South"]]
    assert seen[1][0]["team"] == SOUTH


async def test_events_carry_enterprise_workspace_and_authorization(
    person: Person, org: AsyncWebClient, app: RawApp
) -> None:
    await person.does("messages", user="ana", channel="harbour-support", text="hello", workspace="south")
    payloads = [(await app.next())["payload"] for _ in range(2)]
    message = next(each for each in payloads if each["event"]["type"] == "message")

    assert (message["team_id"], message["enterprise_id"], message["event"]["user"]) == (SOUTH, ACME, ANA)
    assert message["authorizations"] == [
        {
            "enterprise_id": ACME,
            "team_id": SOUTH,
            "user_id": BOT,
            "is_bot": True,
            "is_enterprise_install": True,
        }
    ]


async def test_change_of_a_person_is_one_event_without_a_workspace(
    person: Person, org: AsyncWebClient, app: RawApp
) -> None:
    await app.hears()
    await person.does("users", user="ana", title="Team leader", workspace="south")
    await person.does("messages", user="ana", channel="harbour-support", text="hello", workspace="south")
    payloads = [(await app.next())["payload"] for _ in range(2)]
    changed = next(each for each in payloads if each["event"]["type"] == "user_change")
    users = [(await org.users_list(team_id=team))["members"] for team in (NORTH, SOUTH)]
    anas = [next(each for each in members if each["id"] == ANA) for members in users]

    assert {each["event"]["type"] for each in payloads} == {"user_change", "message"}
    assert (changed["team_id"], changed["enterprise_id"]) == (None, ACME)
    assert changed["authorizations"][0]["team_id"] is None
    assert [each["profile"]["title"] for each in anas] == ["Team leader"] * 2
    assert [each["team_id"] for each in anas] == [NORTH, SOUTH]
    assert anas[0]["enterprise_user"]["teams"] == [NORTH, SOUTH]


async def test_interaction_in_a_form_has_no_team(person: Person, org: AsyncWebClient, app: RawApp) -> None:
    place = {"user": "ana", "workspace": "south"}
    typed = asyncio.ensure_future(person.does("commands", **place, channel="harbour-support", command="/form"))
    command: dict[str, Any] = {}
    while "command" not in command:
        envelope = await app.next()
        await app.ack(envelope)
        command = envelope["payload"]
    await typed
    text = {"type": "plain_text", "text": "Hi"}
    blocks = [{"type": "input", "label": text, "element": {"type": "plain_text_input", "action_id": "a"}}]
    form = {"type": "modal", "title": text, "submit": text, "blocks": blocks}
    view = (await org.views_open(trigger_id=command["trigger_id"], view=form))["view"]
    sent = asyncio.ensure_future(person.does("views/submit", **place, view_id=view["id"], values={"a": "words"}))
    envelope = await app.next()
    await app.ack(envelope)
    submission = envelope["payload"]

    assert (await sent)["ok"]
    assert [command[key] for key in ("team_id", "enterprise_id", "is_enterprise_install")] == [SOUTH, ACME, "true"]
    assert (submission["team"], submission["enterprise"]) == (None, ENTERPRISE)
    assert (submission["is_enterprise_install"], submission["user"]["team_id"]) == (True, SOUTH)
    assert (submission["view"]["app_installed_team_id"], submission["view"]["team_id"]) == (SOUTH, SOUTH)


async def test_bolt_finds_the_organizations_token_for_an_event(
    sandbox: Sandbox, person: Person, answer: dict[str, Any], tmp_path: Path, connect: Connect
) -> None:
    store = FileInstallationStore(base_dir=str(tmp_path / "installs"))
    bot = {"bot_token": answer["access_token"], "bot_id": "B0STEWARD0", "bot_user_id": BOT}
    about = {"app_id": answer["app_id"], "enterprise_id": ACME, "team_id": None, "is_enterprise_install": True}
    await store.async_save(Installation(user_id="W0MAYA0000", **about, **bot))
    heard: asyncio.Queue[str] = asyncio.Queue()
    client = AsyncWebClient(base_url=sandbox.api_url)
    app = AsyncApp(
        client=client,
        signing_secret=sandbox.signing_secret,
        oauth_settings=AsyncOAuthSettings(client_id="1.2", client_secret="unused", installation_store=store),
    )

    @app.event("message")
    async def hear(event: dict[str, Any], client: AsyncWebClient) -> None:
        await client.chat_postMessage(channel=event["channel"], text="heard")
        heard.put_nowait(event["text"])

    await connect(app)
    await person.does("access", workspace="acme", grant=["south"])
    await person.does("messages", user="ana", channel="harbour-support", text="hello", workspace="south")
    async with asyncio.timeout(60):
        text = await heard.get()
    last = (await person.reads("harbour-support", "ana", workspace="south"))[-1]

    assert (text, last["text"], last["user"]) == ("hello", "heard", BOT)


async def test_uninstalling_from_the_organization_ends_the_access_to_all_workspaces(
    sandbox: Sandbox, person: Person, org: AsyncWebClient
) -> None:
    await person.does("uninstall", workspace="acme")
    typed = await person.does("commands", user="ana", channel="general", command="/hi", workspace="north")

    assert await error_of(sandbox, str(org.token)) == "account_inactive"
    assert typed["error"] == "app_not_installed"


async def test_workspace_of_an_organization_can_have_its_own_install(sandbox: Sandbox, person: Person) -> None:
    await person.does("workspaces", name="North", enterprise="Acme")
    own = await installed(sandbox, person, workspace="north")

    assert (own["team"]["id"], own["enterprise"], own["is_enterprise_install"]) == (NORTH, ENTERPRISE, False)
    assert await error_of(sandbox, own["access_token"], "users.list") is None


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"workspace": "acme", "grant": ["harbour"]}, "team_not_on_enterprise"),
        ({"workspace": "acme", "grant": ["nowhere"]}, "team_not_found"),
        ({"workspace": "north", "grant": ["north"]}, "org_not_found"),
    ],
)
async def test_wrong_access_is_refused(person: Person, org: AsyncWebClient, said: dict[str, Any], error: str) -> None:
    assert (await person.does("access", **said))["error"] == error


async def test_organization_survives_a_restart(tmp_path: Path) -> None:
    first = Sandbox(tmp_path, port=0, app_within=0)
    await first.start()
    async with aiohttp.ClientSession() as session:
        person = Person(first, session)
        await person.does("workspaces", name="North", enterprise="Acme")
        token = (await installed(first, person, workspace="acme"))["access_token"]
        await person.does("access", workspace="acme", grant=["north"])
        before = await person.sees("workspaces")
    await first.stop()
    second = Sandbox(tmp_path, port=0, app_within=0)
    await second.start()
    async with aiohttp.ClientSession() as session:
        after = await Person(second, session).sees("workspaces")
    error = await error_of(second, token, "users.list", team_id=NORTH)
    await second.stop()

    assert before == after
    assert (after["enterprises"][0]["granted"], error) == ([NORTH], None)
