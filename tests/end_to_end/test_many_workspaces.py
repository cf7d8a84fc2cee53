"""Many workspaces in one bot: two with an install each and the same ids, and an organization with one install."""

from collections.abc import AsyncIterator
from copy import deepcopy
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import func, select

from bot.app import Steward
from bot.cli import service
from bot.clock import Clock
from bot.db.sessions import Database
from bot.org.installations import NOT_GRANTED, Installation
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.workspaces import Workspace
from bot.settings import Settings
from bot.web import REQUESTS
from bot.workflows import recurring_jobs
from bot.workflows.organizations import TAKEN
from sandbox.sandbox import Sandbox
from tests.harness import APP, Json, Slack, eventually

pytestmark = pytest.mark.own_database
MANY = deepcopy(APP)
MANY["settings"]["event_subscriptions"]["bot_events"] += ["team_access_granted", "team_access_revoked"]
MANY["settings"]["token_rotation_enabled"] = True


@dataclass
class Many:
    """The bot for many workspaces, over HTTP on PostgreSQL and a socket on SQLite, and their sandbox."""

    sandbox: Sandbox
    slack: Slack
    steward: Steward
    http: aiohttp.ClientSession
    url: str

    async def install(self, workspace: str) -> None:
        """Install the app in a workspace or an organization in a browser, through the install page."""
        async with self.http.get(f"{self.url}/slack/install", allow_redirects=False) as answer:
            asked = answer.headers["location"]
        query = dict(each.split("=", 1) for each in asked.partition("?")[2].split("&"))
        allowed = await self.slack.do(
            "install", user="maya", workspace=workspace, redirect=f"{self.url}/slack/oauth_redirect",
            state=query["state"],
        )  # fmt: skip
        async with self.http.get(allowed["url"]) as answer:
            assert answer.status == 200, await answer.text()

    async def sync(self) -> None:
        await self.sandbox.settled()
        await self.steward.sync.sync_due()

    async def make_team(self, workspace_id: str, channel: str, *names: str) -> None:
        """Make a channel of a workspace a team, whose first member leads it."""
        now = self.sandbox.clock.now()
        async with self.steward.database.begin() as session:
            known = await session.scalars(select(Person).where(Person.workspace_id == workspace_id))
            ids = {each.full_name.split()[0].lower(): each.id for each in known if each.full_name}
            team = await membership.create_team(
                session, await session.get_one(Workspace, workspace_id), channel_id=channel, name="support",
                zone="Europe/Lisbon", leaders=[ids[names[0]]], agents=[ids[each] for each in names[1:]], now=now,
            )  # fmt: skip
            await recurring_jobs.plan_jobs(session, [team], now=now)

    async def thank(self, workspace: str, words: str) -> Json:
        said = {"user": "maya", "channel": "harbour-support", "command": "/shoutout", "text": words}
        return await self.slack.do("commands", workspace=workspace, **said)

    async def posts(self, workspace: str, words: str) -> int:
        query = {"channel": "harbour-support", "as": "maya", "workspace": workspace}
        return sum(words in str(each) for each in (await self.slack.look("messages", **query))["messages"])

    async def zone(self, workspace_id: str, person_id: str, expected: str) -> bool:
        """Return whether a person is known to live in this time zone."""
        async with self.steward.database.reading() as session:
            return (await session.get_one(Person, (workspace_id, person_id))).zone == expected

    async def known(self) -> dict[str, tuple[str | None, str | None, int]]:
        """Return each workspace's installation, why it is parked, and how many people are known."""
        async with self.steward.database.reading() as session:
            people = select(Person.workspace_id, func.count()).group_by(Person.workspace_id)
            counts = {row[0]: row[1] for row in await session.execute(people)}
            found = await session.scalars(select(Workspace).order_by(Workspace.id))
            return {each.name: (each.installation_id, each.parked, counts.get(each.id, 0)) for each in found}


@pytest.fixture
async def many(tmp_path: Path, database: Database) -> AsyncIterator[Many]:
    sandbox = Sandbox(tmp_path / "sandbox", port=0, manifest=MANY)
    await sandbox.start()
    with service.bind("127.0.0.1", 0) as listening:
        url = "http://{}:{}".format(*listening.getsockname())
        settings = Settings(
            api_url=sandbox.api_url, client_id=sandbox.client_id, client_secret=SecretStr(sandbox.client_secret),
            app_token=SecretStr(sandbox.app_token) if database.is_sqlite else None,
            signing_secret=SecretStr(sandbox.signing_secret), public_url=url, data=tmp_path,
        )  # fmt: skip
        async with aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True)) as http:
            steward = Steward(settings, database, Clock(sandbox.clock.now), http)
            await steward.prepare()
            await steward.start()
            async with service.serving(steward, listening) as address:
                if steward.request_urls:
                    await sandbox.set_request_urls([address + REQUESTS])
                yield Many(sandbox, Slack(sandbox.url, http), steward, http, url)
            await steward.stop()
    await sandbox.stop()


async def test_workspaces_with_the_same_ids_are_kept_apart(many: Many) -> None:
    await many.slack.do("workspaces", name="Lighthouse")
    for each in ("harbour", "lighthouse"):
        await many.install(each)
    await many.sync()
    for each in ("T0HARBOUR", "T0LIGHTHOUSE"):
        await many.make_team(each, "C0HARBOURS", "maya", "ana", "ben")
    answer = await many.thank("lighthouse", "@ana for the light")
    await eventually(lambda: many.posts("lighthouse", "for the light"))

    assert "Thanks! " in str(answer["ack"])
    assert await many.posts("harbour", "for the light") == 0
    known = await many.known()
    assert {name: each[:2] for name, each in known.items()} == {
        "Harbour": ("T0HARBOUR", None), "Lighthouse": ("T0LIGHTHOUSE", None),
    }  # fmt: skip
    assert min(each[2] for each in known.values()) > 5


async def test_uninstalled_workspace_stops_nothing_in_the_others(many: Many) -> None:
    await many.slack.do("workspaces", name="Lighthouse")
    for each in ("harbour", "lighthouse"):
        await many.install(each)
    await many.sync()
    await many.make_team("T0HARBOUR", "C0HARBOURS", "maya", "ana", "ben")
    await many.slack.do("uninstall", workspace="lighthouse")
    many.sandbox.set_clock(many.sandbox.clock.now() + timedelta(days=1, hours=1))
    await many.sync()
    await many.thank("harbour", "@ana for going on")
    await eventually(lambda: many.posts("harbour", "for going on"))

    assert {name: bool(each[1]) for name, each in (await many.known()).items()} == {
        "Harbour": False, "Lighthouse": True,
    }  # fmt: skip


async def test_organization_installs_once_and_grants_its_workspaces_one_by_one(many: Many) -> None:
    for name in ("North", "South"):
        await many.slack.do("workspaces", name=name, enterprise="Acme")
    await many.install("acme")
    none = await many.known()
    await many.slack.do("access", workspace="acme", grant=["north"])
    await eventually(many.known)
    await many.sync()
    await many.make_team("T0NORTH", "C1HARBOURS", "maya", "ana", "ben")
    await many.thank("north", "@ana for the compass")
    await eventually(lambda: many.posts("north", "for the compass"))
    await many.slack.do("users", workspace="north", user="ana", tz="Asia/Tokyo")
    await eventually(lambda: many.zone("T0NORTH", "W0ANA00000", "Asia/Tokyo"))
    await many.slack.do("access", workspace="acme", grant=["south"], revoke=["north"])
    await many.sync()
    await many.sync()

    assert none == {}
    async with many.steward.database.reading() as session:
        org = (await session.scalars(select(Installation))).one()
        ids = (await session.scalars(select(Person.id).where(Person.workspace_id == "T0NORTH"))).all()
    assert (org.id, org.is_org, bool(org.refresh_token)) == ("E0ACME", True, True)
    assert any(each.startswith("W") for each in ids)
    known = await many.known()
    assert {name: each[0] for name, each in known.items()} == {"North": "E0ACME", "South": "E0ACME"}
    assert known["North"][1] in (TAKEN, NOT_GRANTED)  # by the event, or by an answer that came first
    assert known["South"][1] is None
    assert known["South"][2] > 5
