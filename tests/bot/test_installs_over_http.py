"""Installs over HTTP, from the visit to the install page to the stored installation, with the sandbox's OAuth."""

import asyncio
import json
from collections.abc import AsyncIterator
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
from pydantic import SecretStr
from sqlalchemy import select
from yarl import URL

from bot.app import Steward
from bot.cli import service
from bot.clock import Clock
from bot.db.sessions import Database
from bot.messages import installations as pages
from bot.org import install_states
from bot.org.install_states import LIFETIME, InstallState
from bot.org.installations import Installation
from bot.org.workspaces import Workspace
from bot.settings import Settings
from sandbox.sandbox import Sandbox
from tests.harness import APP, Slack

pytestmark = pytest.mark.own_database

REDIRECT = "/slack/oauth_redirect"
HEADERS = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}


@dataclass
class Door:
    """The bot's web side, which anybody can visit, and the sandbox where they allow the app."""

    url: str
    steward: Steward
    sandbox: Sandbox
    slack: Slack

    async def allow(self, asked: str, **more: object) -> str:
        """Allow the app on the consent page at the address `asked`, and return the address of the redirect."""
        query = {name: values[0] for name, values in parse_qs(urlsplit(asked).query).items()}
        answer = await self.slack.do(
            "install", user="maya", client_id=query["client_id"], scopes=query["scope"], redirect=query["redirect_uri"],
            state=query["state"], **more,
        )  # fmt: skip
        return str(answer["url"])

    async def visits(self) -> int:
        async with self.steward.database.reading() as session:
            return len((await session.scalars(select(InstallState))).all())

    async def installed(self) -> list[Installation]:
        async with self.steward.database.reading() as session:
            return list(await session.scalars(select(Installation)))


@dataclass
class Shown:
    status: int
    text: str
    location: str
    cookie: str
    headers: dict[str, str]


class Browser:
    """A browser that follows no redirects by itself and keeps its cookies."""

    def __init__(self) -> None:
        self.http = aiohttp.ClientSession(cookie_jar=aiohttp.CookieJar(unsafe=True))

    async def open(self, url: str, **headers: str) -> Shown:
        async with self.http.get(URL(url, encoded=True), allow_redirects=False, headers=headers) as answer:
            found = {name.lower(): value for name, value in answer.headers.items()}
            return Shown(
                answer.status, await answer.text(), found.get("location", ""), found.get("set-cookie", ""), found
            )


@pytest.fixture
async def door(tmp_path: Path, database: Database) -> AsyncIterator[Door]:
    sandbox = Sandbox(tmp_path / "sandbox", port=0, manifest=APP)
    await sandbox.start()
    with service.bind("127.0.0.1", 0) as listening:
        url = "http://{}:{}".format(*listening.getsockname())
        settings = Settings(
            api_url=sandbox.api_url, client_id=sandbox.client_id, client_secret=SecretStr(sandbox.client_secret),
            signing_secret=SecretStr(sandbox.signing_secret), public_url=url, data=tmp_path,
        )  # fmt: skip
        async with aiohttp.ClientSession() as http:
            steward = Steward(settings, database, Clock(sandbox.clock.now), http)
            async with service.serving(steward, listening):
                yield Door(url, steward, sandbox, Slack(sandbox.url, http))
    await sandbox.stop()


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    browser = Browser()
    yield browser
    await browser.http.close()


async def test_install_page_sends_the_browser_to_slack_with_a_state_and_a_cookie(door: Door, browser: Browser) -> None:
    shown = await browser.open(f"{door.url}/slack/install")
    query = parse_qs(urlsplit(shown.location).query)

    assert (shown.status, HEADERS.items() <= shown.headers.items()) == (302, True)
    assert shown.location.startswith(f"{door.sandbox.url}/oauth/v2/authorize?")
    assert query["redirect_uri"] == [door.url + REDIRECT]
    assert query["scope"] == [",".join(APP["oauth_config"]["scopes"]["bot"])]
    assert len(query["state"][0]) >= 32
    assert set(query["state"][0]) <= set("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-_")
    attributes = {each.strip().lower() for each in shown.cookie.split(";")[1:]}
    assert attributes == {"httponly", "max-age=600", "path=/slack", "samesite=lax"}


async def test_cookie_is_only_sent_over_https_if_the_public_address_has_https(door: Door, browser: Browser) -> None:
    installer = door.steward.installer
    assert installer
    object.__setattr__(installer._oauth.app, "public_url", "https://steward.example.com")
    elsewhere = await browser.open(f"{door.url}/slack/install")
    there = await browser.open(f"{door.url}/slack/install", Host="steward.example.com")

    with_team = await browser.open(f"{door.url}/slack/install?team=T0QUAY")

    assert elsewhere.location == "https://steward.example.com/slack/install?on=1"
    assert with_team.location == "https://steward.example.com/slack/install?on=1&team=T0QUAY"
    assert "Secure" in there.cookie
    assert (await browser.open(f"{door.url}/slack/install?on=1")).location.startswith(door.sandbox.url)


@pytest.mark.parametrize(("team", "expected"), [("T0QUAY", ["T0QUAY"]), ("E0ACME", ["E0ACME"]), ("x&state=1", None)])
async def test_install_link_can_name_the_workspace(
    door: Door, browser: Browser, team: str, expected: list[str] | None
) -> None:
    shown = await browser.open(f"{door.url}/slack/install?{urlencode({'team': team})}")

    assert parse_qs(urlsplit(shown.location).query).get("team") == expected


async def test_install_stores_the_sealed_token_and_says_what_to_do_next(
    door: Door, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    asked = (await browser.open(f"{door.url}/slack/install")).location
    back = await door.allow(asked)
    shown = await browser.open(back)

    assert (shown.status, HEADERS.items() <= shown.headers.items()) == (200, True)
    assert "Steward is installed in Harbour" in shown.text
    assert "/steward setup" in shown.text
    (kept,) = await door.installed()
    assert door.steward.database.vault.decrypt(kept.token) == door.sandbox.bot_token
    assert (kept.id, kept.is_org, kept.client_id) == ("T0HARBOUR", False, door.sandbox.client_id)
    assert kept.installer_id == "U0MAYA0000"
    assert kept.scopes == sorted(APP["oauth_config"]["scopes"]["bot"])
    assert kept.bot_user_id == (await door.steward.clients.credentials(kept.id)).bot_user_id
    async with door.steward.database.reading() as session:
        workspace = (await session.scalars(select(Workspace))).one()
    assert (workspace.id, workspace.name, workspace.installation_id) == (kept.id, "Harbour", kept.id)
    logged = "".join(capfd.readouterr())
    assert parse_qs(urlsplit(back).query)["code"][0] not in logged
    assert door.sandbox.bot_token not in logged


async def test_redirect_is_refused_for_a_used_state_and_in_another_browser(
    door: Door, browser: Browser, capfd: pytest.CaptureFixture[str]
) -> None:
    first = await door.allow((await browser.open(f"{door.url}/slack/install")).location)
    other = Browser()
    elsewhere = await other.open(first)
    await other.http.close()
    again = await browser.open(first)

    for shown in (elsewhere, again):
        assert (shown.status, HEADERS.items() <= shown.headers.items()) == (400, True)
        assert pages.STALE[1] in shown.text
        assert f'href="{door.url}/slack/install">{pages.START_AGAIN}' in shown.text
    assert await door.installed() == []
    logged = "".join(capfd.readouterr())
    assert "state of another browser" in logged
    assert "unknown or used state" in logged


async def test_state_expires_after_ten_minutes(door: Door, browser: Browser) -> None:
    back = await door.allow((await browser.open(f"{door.url}/slack/install")).location)
    door.sandbox.set_clock(door.sandbox.clock.now() + LIFETIME + timedelta(seconds=1))

    assert (await browser.open(back)).status == 400
    assert await door.installed() == []


async def test_two_tabs_of_one_browser_can_both_install(door: Door, browser: Browser) -> None:
    asked = [(await browser.open(f"{door.url}/slack/install")).location for _ in range(2)]

    assert [(await browser.open(await door.allow(each))).status for each in asked] == [200, 200]
    assert len(await door.installed()) == 1


async def test_install_that_begins_at_slack_is_sent_to_the_install_page_first(door: Door, browser: Browser) -> None:
    back = await door.allow((await browser.open(f"{door.url}/slack/install")).location)
    code = parse_qs(urlsplit(back).query)["code"][0]
    for query in (f"code={code}&state=", f"code={code}", ""):
        shown = await browser.open(f"{door.url}{REDIRECT}?{query}")
        assert (shown.status, shown.location) == (302, f"{door.url}/slack/install")
    assert await door.installed() == []


async def test_cancelled_install_says_that_nothing_has_changed(door: Door, browser: Browser) -> None:
    back = await door.allow((await browser.open(f"{door.url}/slack/install")).location, cancel=True)
    shown = await browser.open(back)

    assert (shown.status, pages.CANCELLED[1] in shown.text) == (400, True)
    assert await door.visits() == 0


@pytest.mark.parametrize(
    ("fault", "status", "said"),
    [
        ({"method": "oauth.v2.access", "error": "invalid_code"}, 400, pages.REFUSED),
        ({"method": "oauth.v2.access", "status": 500}, 502, pages.SILENT),
        ({"method": "auth.test", "status": 503}, 502, pages.SILENT),
    ],
)
async def test_install_that_slack_refuses_or_does_not_answer_stores_nothing(
    door: Door,
    browser: Browser,
    fault: dict[str, object],
    status: int,
    said: tuple[str, str],
    capfd: pytest.CaptureFixture[str],
) -> None:
    back = await door.allow((await browser.open(f"{door.url}/slack/install")).location)
    await door.slack.do("faults", times=1, **fault)
    shown = await browser.open(back)

    assert (shown.status, said[1] in shown.text) == (status, True)
    assert await door.installed() == []
    assert '"install_refused"' in "".join(capfd.readouterr())


@pytest.mark.parametrize("query", ["state=%00&code=x", "state=%ff&code=%ff", "state=a&state=b", "error=%3Cscript%3E"])
async def test_forged_redirects_are_refused(door: Door, browser: Browser, query: str) -> None:
    shown = await browser.open(f"{door.url}{REDIRECT}?{query}")

    assert shown.status == 400
    assert "<script" not in shown.text


async def test_link_previews_and_scanners_begin_no_visit(door: Door, browser: Browser) -> None:
    async with browser.http.head(f"{door.url}/slack/install") as answer:
        assert (answer.status, answer.headers["cache-control"]) == (200, "no-store")
    async with browser.http.post(f"{door.url}/slack/install") as answer:
        assert answer.status == 405

    assert await door.visits() == 0


async def test_many_visits_at_once_each_get_a_state_of_their_own(door: Door) -> None:
    browsers = [Browser() for _ in range(5)]
    asked = await asyncio.gather(*[each.open(f"{door.url}/slack/install") for each in browsers])
    for each in browsers:
        await each.http.close()

    assert len({json.dumps(parse_qs(urlsplit(each.location).query)["state"]) for each in asked}) == 5
    assert await door.visits() == 5


async def test_flood_of_visits_is_refused_for_a_few_seconds_with_a_page_that_starts_again(
    door: Door, browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(install_states, "MOST_IN_WINDOW", 3)
    opened = [await browser.open(f"{door.url}/slack/install") for _ in range(5)]
    visits = await door.visits()
    door.sandbox.set_clock(door.sandbox.clock.now() + install_states.WINDOW)
    later = await browser.open(f"{door.url}/slack/install")

    assert [each.status for each in opened] == [302, 302, 302, 429, 429]
    assert visits == 3
    assert pages.BUSY[1] in opened[-1].text
    assert f'href="{door.url}/slack/install"' in opened[-1].text
    assert later.status == 302
