"""Tenants: which workspace a request belongs to, and with which token the bot answers it."""

from collections.abc import AsyncIterator, Awaitable, Callable
from typing import Any

import aiohttp
import pytest
from pydantic import SecretStr
from slack_bolt.async_app import AsyncAck, AsyncBoltContext
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from sqlalchemy import func, select

from bot.app import Steward
from bot.clock import Clock
from bot.db.sessions import Database
from bot.org import installations, people
from bot.org.installations import Grant
from bot.org.people import Person
from bot.org.workspaces import Workspace
from bot.refusals.common import NOT_INSTALLED
from bot.settings import Settings
from bot.slack.dispatcher import Actor
from bot.slack.outbox.models import Outgoing
from bot.workflows.organizations import TAKEN
from tests.conftest import TUESDAY

Deliver = Callable[[dict[str, Any]], Awaitable[BoltResponse]]
ORG = Grant("xoxb-org", "B9", "UBOT", enterprise_id="E1", is_org=True)
OF_T1, OF_T9 = ("T1", "xoxb-1"), ("T9", "xoxb-org")


def event(team_id: str | None, *authorized: tuple[str | None, str | None], **more: Any) -> dict[str, Any]:
    return {
        "type": "event_callback", "team_id": team_id, "event_id": "Ev1",
        "event": {"type": "wave", "user": "UANA", "channel": "C1", "team": "T5", **more},
        "authorizations": [
            {"team_id": team, "enterprise_id": org, "is_enterprise_install": bool(org)} for team, org in authorized
        ],
    }  # fmt: skip


def command(team_id: str, enterprise_id: str | None = None) -> dict[str, Any]:
    org = {"enterprise_id": enterprise_id, "is_enterprise_install": "true"} if enterprise_id else {}
    return {
        "command": "/wave", "text": "", "team_id": team_id, "user_id": "UANA", "channel_id": "C1", "trigger_id": "t.1",
        **org,
    }  # fmt: skip


def interaction(kind: str, team: dict[str, Any] | None, user_team: str, **more: Any) -> dict[str, Any]:
    return {
        "type": kind, "team": team, "user": {"id": "W7", "team_id": user_team}, "trigger_id": "t.1",
        "enterprise": {"id": "E1"}, "is_enterprise_install": True, **more,
    }  # fmt: skip


PRESS = {"actions": [{"action_id": "wave", "type": "button", "action_ts": "1.1", "block_id": "b"}]}
FORM = {
    "type": "modal",
    "id": "V1",
    "callback_id": "wave",
    "hash": "h",
    "state": {"values": {}},
    "private_metadata": "",
}


@pytest.fixture
async def steward(database: Database, workspace: Workspace) -> AsyncIterator[Steward]:
    async with database.begin() as session:
        await installations.save(session, ORG, now=TUESDAY)
        session.add(Workspace("T9", "Pier", "UBOT", "B9", "E1"))
    settings = Settings(bot_token=SecretStr("xoxb-1"), signing_secret=SecretStr("s"), api_url="http://127.0.0.1:9/api/")
    async with aiohttp.ClientSession() as http:
        yield Steward(settings, database, Clock(), http)


@pytest.fixture
def seen(steward: Steward) -> list[tuple[str, str | None]]:
    """The workspace and the token of each request that a listener got."""
    found: list[tuple[str, str | None]] = []

    async def wave(ack: AsyncAck, actor: Actor, context: AsyncBoltContext, body: dict[str, Any]) -> None:
        assert body["team"]["id"] == body["team_id"] == actor.workspace_id
        found.append((actor.workspace_id, context.bot_token))
        await ack()

    steward.listeners.event("wave")(wave)
    steward.listeners.command("/wave")(wave)
    steward.listeners.action("wave")(wave)
    steward.listeners.view("wave")(wave)
    return found


@pytest.fixture
def deliver(steward: Steward) -> Deliver:
    async def deliver(body: dict[str, Any]) -> BoltResponse:
        return await steward.bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))

    return deliver


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (event("T1", ("T1", None)), OF_T1),
        (event("T5", ("T1", None)), OF_T1),
        (event("T5", ("T1", None), ("T9", "E1")), OF_T1),
        (event("T1", ("T9", "E1"), ("T1", None)), OF_T9),
        (event("T9", ("T9", "E1"), user="W7"), OF_T9),
        (command("T1"), OF_T1),
        (command("T9", "E1"), OF_T9),
        (interaction("block_actions", {"id": "T9"}, "T5", **PRESS), OF_T9),
        (interaction("block_actions", None, "T9", **PRESS), OF_T9),
        (interaction("view_submission", {"id": "T5"}, "T5", view=FORM | {"app_installed_team_id": "T1"}), OF_T1),
        (interaction("view_submission", None, "T5", view=FORM | {"app_installed_team_id": "T9"}), OF_T9),
    ],
)
async def test_request_belongs_to_the_workspace_that_authorized_the_app(
    deliver: Deliver, seen: list[tuple[str, str | None]], body: dict[str, Any], expected: tuple[str, str]
) -> None:
    answer = await deliver(body)

    assert (answer.status, seen) == (200, [expected])


async def test_workspace_that_its_organization_has_just_granted_is_answered(
    deliver: Deliver, seen: list[tuple[str, str | None]]
) -> None:
    await deliver(command("T7", "E1"))

    assert seen == [("T7", "xoxb-org")]


@pytest.mark.parametrize("body", [command("T7"), command("T7", "E2"), event("T7", ("T7", None)), event("T7")])
async def test_request_from_a_workspace_without_the_app_reaches_no_listener(
    deliver: Deliver, seen: list[tuple[str, str | None]], body: dict[str, Any]
) -> None:
    answer = await deliver(body)

    assert (answer.status, seen) == (200, [])
    assert ("command" not in body) or (NOT_INSTALLED in str(answer.body))


@pytest.mark.parametrize("body", [event(None, (None, "E1"), team="T1"), event(None, (None, None), team="T1")])
async def test_event_without_a_workspace_reaches_no_listener_of_the_writers_workspace(
    deliver: Deliver, seen: list[tuple[str, str | None]], body: dict[str, Any]
) -> None:
    answer = await deliver(body)

    assert (answer.status, seen) == (200, [])


async def test_event_without_a_workspace_updates_stored_data_but_sends_nothing(
    database: Database, deliver: Deliver
) -> None:
    async with database.begin() as session:
        session.add(Person("T9", "UANA", "ana", "UTC"))
    user = {"id": "UANA", "name": "anna", "team_id": "", "tz": "UTC", "deleted": True, "updated": 5}
    quiet = {"dnd_enabled": True, "next_dnd_start_ts": 1794906000, "next_dnd_end_ts": 1794942000}
    for more in ({"type": "user_change", "user": user}, {"type": "dnd_updated_user", "dnd_status": quiet}):
        assert (await deliver(event(None, (None, "E1"), **more))).status == 200

    async with database.reading() as session:
        (here,) = (await people.fetch_people(session, "T9", ["UANA"])).values()
        (elsewhere,) = (await people.fetch_people(session, "T1", ["UANA"])).values()
        sent = await session.scalar(select(func.count()).select_from(Outgoing))
    assert (here.name, here.has_left, bool(here.quiet_until)) == ("anna", True, True)
    assert (elsewhere.name, elsewhere.has_left, elsewhere.quiet_until) == ("ana", False, None)
    assert sent == 0


async def test_organization_grants_and_takes_workspaces_by_events(database: Database, deliver: Deliver) -> None:
    for name, ids in (("granted", ["T7", "T8"]), ("revoked", ["T8", "T9", "T1"]), ("granted", ["T7"])):
        body = event(None, (None, "E1"), type=f"team_access_{name}", team_ids=ids) | {"enterprise_id": "E1"}
        assert (await deliver(body)).status == 200

    async with database.reading() as session:
        found = await session.scalars(select(Workspace).order_by(Workspace.id))
        parked = {each.id: (each.installation_id, each.parked) for each in found}
    assert parked == {"T1": ("T1", None), "T7": ("E1", None), "T8": ("E1", TAKEN), "T9": ("E1", TAKEN)}
