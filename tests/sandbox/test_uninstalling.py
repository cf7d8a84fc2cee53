"""Tests of uninstalling the app: dead tokens, and the two events, which arrive in any order, twice, or too late."""

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .raw_app import RawApp, connected
from .test_oauth import error_of, installed

BOTH = ["tokens_revoked", "app_uninstalled"]


@pytest.fixture
async def app(sandbox: Sandbox) -> AsyncIterator[RawApp]:
    async with AsyncExitStack() as stack:
        yield await stack.enter_async_context(connected(sandbox.api_url, sandbox.app_token))


async def test_app_uninstalls_itself(app: RawApp, sandbox: Sandbox, client: AsyncWebClient) -> None:
    await client.apps_uninstall(client_id=sandbox.client_id, client_secret=sandbox.client_secret)
    told = [await app.hears() for _ in range(2)]

    assert [event["type"] for event in told] == BOTH
    assert told[0]["tokens"] == {"oauth": [], "bot": ["U0STEWARD0"]}
    assert await error_of(sandbox, sandbox.bot_token) == "account_inactive"


async def test_app_that_revokes_its_only_token_is_uninstalled(
    app: RawApp, sandbox: Sandbox, client: AsyncWebClient, person: Person
) -> None:
    await client.auth_revoke()
    told = [(await app.hears())["type"] for _ in range(2)]

    assert told == BOTH
    assert await error_of(sandbox, sandbox.bot_token) == "token_revoked"
    assert not (await person.sees("workspaces"))["workspaces"][0]["is_installed"]


@pytest.mark.parametrize("first", BOTH)
async def test_events_arrive_in_either_order(app: RawApp, person: Person, first: str) -> None:
    await person.does("uninstall", first=first)
    told = [(await app.hears())["type"] for _ in range(2)]

    assert told[0] == first
    assert sorted(told) == sorted(BOTH)


async def test_events_can_arrive_twice(app: RawApp, person: Person) -> None:
    await person.does("uninstall", double=True)
    told = []
    for _ in range(4):
        envelope = await app.next()
        await app.ack(envelope)
        told.append((envelope["payload"]["event"]["type"], envelope["payload"]["event_id"]))

    assert {type for type, _ in told} == set(BOTH)
    assert len(set(told)) == 2


async def test_held_events_arrive_after_the_reinstall(app: RawApp, sandbox: Sandbox, person: Person) -> None:
    await person.does("uninstall", hold=True)
    token = (await installed(sandbox, person))["access_token"]
    await person.does("clock", forward="P1D")
    await person.does("users", user="ana", title="Agent")
    between = (await app.hears())["type"]
    await person.does("faults", release=True)
    late = [(await app.hears())["type"] for _ in range(2)]

    assert (between, late) == ("user_change", BOTH)
    assert await error_of(sandbox, token) is None


async def test_fault_on_one_of_the_events_changes_their_order(app: RawApp, person: Person) -> None:
    await person.does("faults", event="tokens_revoked", hold=1)
    await person.does("uninstall")

    assert [(await app.hears())["type"] for _ in range(2)] == BOTH[::-1]


@pytest.mark.parametrize(
    ("said", "error"), [({"first": "reaction_added"}, "invalid_arguments"), ({"last": "x"}, "invalid_arguments")]
)
async def test_unknown_choice_is_refused(person: Person, said: dict[str, str], error: str) -> None:
    assert (await person.does("uninstall", **said))["error"] == error
    assert (await person.sees("workspaces"))["workspaces"][0]["is_installed"]


async def test_wrong_credentials_uninstall_nothing(sandbox: Sandbox, client: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError, match="bad_client_secret"):
        await client.apps_uninstall(client_id=sandbox.client_id, client_secret="wrong")

    assert (await client.auth_test())["ok"]
