"""Tests of installing the app with OAuth: the consent page's answers, codes, tokens and granted scopes."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import aiohttp
import pytest
from slack_bolt.async_app import AsyncApp
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_sdk.errors import SlackApiError
from slack_sdk.oauth.installation_store import FileInstallationStore
from slack_sdk.oauth.state_store import FileOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person
from .http_app import served
from .process import running
from .raw_app import connected

HERE = "http://127.0.0.1:9/slack/oauth_redirect"
MANIFEST: dict[str, Any] = {
    "display_information": {"name": "Helper"},
    "oauth_config": {
        "redirect_urls": ["https://helper.example/slack"],
        "scopes": {"bot": ["chat:write", "users:read"]},
    },
}


def asked(url: str) -> dict[str, str]:
    return {name: values[0] for name, values in parse_qs(urlsplit(url).query).items()}


async def exchanged(sandbox: Sandbox, code: str, **more: str) -> dict[str, Any]:
    """Exchange a code for a token, with slack_sdk's client, and return Slack's answer."""
    client = AsyncWebClient(base_url=sandbox.api_url)
    given = {"client_id": sandbox.client_id, "client_secret": sandbox.client_secret} | more
    try:
        answer = await client.oauth_v2_access(code=code, **given)
    except SlackApiError as refused:
        answer = refused.response
    assert isinstance(answer.data, dict)
    return answer.data


async def installed(sandbox: Sandbox, person: Person, **said: Any) -> dict[str, Any]:
    allowed = await person.does("install", **{"user": "maya"} | said)
    return await exchanged(sandbox, allowed["code"])


async def error_of(sandbox: Sandbox, token: str, method: str = "auth.test", **args: Any) -> str | None:
    client = AsyncWebClient(token, sandbox.api_url)
    try:
        await client.api_call(method, params=args)
    except SlackApiError as refused:
        return str(refused.response["error"])
    return None


@asynccontextmanager
async def helper(folder: Path) -> AsyncIterator[tuple[Sandbox, Person]]:
    """Run a sandbox whose app has a manifest with scopes and a redirect URL."""
    sandbox = Sandbox(folder, port=0, manifest=MANIFEST, app_within=0)
    await sandbox.start()
    try:
        async with aiohttp.ClientSession() as session:
            yield sandbox, Person(sandbox, session)
    finally:
        await sandbox.stop()


async def test_bolt_installs_the_app_with_its_oauth_flow(sandbox: Sandbox, person: Person, tmp_path: Path) -> None:
    store = FileInstallationStore(base_dir=str(tmp_path / "installs"))
    states = FileOAuthStateStore(expiration_seconds=60, base_dir=str(tmp_path / "states"))
    settings = AsyncOAuthSettings(
        client_id=sandbox.client_id,
        client_secret=sandbox.client_secret,
        scopes=["chat:write", "commands"],
        installation_store=store,
        state_store=states,
        authorization_url=f"{sandbox.url}/oauth/v2/authorize",
    )
    client = AsyncWebClient(base_url=sandbox.api_url)
    app = AsyncApp(signing_secret=sandbox.signing_secret, client=client, oauth_settings=settings)
    async with served(app.web_app(path="/slack/events")) as url, aiohttp.ClientSession() as browser:
        home = url.removesuffix("/slack/events")
        async with browser.get(f"{home}/slack/install") as page:
            link = re.findall(r'href="(http[^"]+)"', await page.text())[0].replace("&amp;", "&")
            cookie = page.headers["Set-Cookie"].partition(";")[0]
        async with browser.get(link) as consent:
            assert consent.status == 200
        given = asked(link)
        back = f"{home}/slack/oauth_redirect"
        allowed = await person.does("install", user="tom", state=given["state"], scopes=given["scope"], redirect=back)
        settings.redirect_uri = back
        async with browser.get(allowed["url"], headers={"Cookie": cookie}) as done:
            assert done.status == 200, await done.text()
    found = await store.async_find_installation(enterprise_id=None, team_id="T0HARBOUR")

    assert found is not None
    assert (found.bot_token, found.user_id, found.bot_id) == (sandbox.bot_token, "U0TOM00000", "B0STEWARD0")
    assert (found.team_name, found.is_enterprise_install, found.bot_user_id) == ("Harbour", False, "U0STEWARD0")


async def test_answer_names_app_team_installer_and_scopes(tmp_path: Path) -> None:
    async with helper(tmp_path) as (sandbox, person):
        answer = await installed(sandbox, person, scopes="chat:write,commands")

        assert answer == {
            "ok": True,
            "app_id": "A0STEWARD0",
            "authed_user": {"id": "U0MAYA0000"},
            "scope": "chat:write,users:read,commands",
            "token_type": "bot",
            "access_token": sandbox.bot_token,
            "bot_user_id": "U0STEWARD0",
            "team": {"id": "T0HARBOUR", "name": "Harbour"},
            "enterprise": None,
            "is_enterprise_install": False,
        }


async def test_cancel_leads_back_with_access_denied_and_no_code(person: Person) -> None:
    refused = await person.does("install", user="ana", redirect=f"{HERE}?next=1", state="s1", cancel=True)

    assert asked(refused["url"]) == {"next": "1", "error": "access_denied", "state": "s1"}
    assert "code" not in refused


async def test_code_works_once_and_for_ten_minutes(sandbox: Sandbox, person: Person) -> None:
    used, late = [(await person.does("install", user="maya"))["code"] for _ in range(2)]
    await exchanged(sandbox, used)
    again = await exchanged(sandbox, used)
    sandbox.clock.set(sandbox.clock.now() + timedelta(minutes=10, seconds=1))

    assert again["error"] == "code_already_used"
    assert (await exchanged(sandbox, late))["error"] == "invalid_code"


async def test_code_needs_the_redirect_url_that_it_was_made_with(sandbox: Sandbox, person: Person) -> None:
    code = (await person.does("install", user="maya", redirect=HERE))["code"]

    assert (await exchanged(sandbox, code))["error"] == "bad_redirect_uri"
    assert (await exchanged(sandbox, code, redirect_uri=f"{HERE}/other"))["error"] == "bad_redirect_uri"
    assert (await exchanged(sandbox, code, redirect_uri=HERE))["ok"]


async def test_scopes_of_a_live_install_only_grow(tmp_path: Path) -> None:
    async with helper(tmp_path) as (sandbox, person):
        before = await error_of(sandbox, sandbox.bot_token, "usergroups.list")
        await installed(sandbox, person, scopes=["usergroups:read"])
        after = [await error_of(sandbox, sandbox.bot_token, method) for method in ("usergroups.list", "users.list")]

        assert (before, after) == ("missing_scope", [None, None])


async def test_install_after_an_uninstall_makes_a_new_token_with_the_new_scopes(
    sandbox: Sandbox, person: Person
) -> None:
    old = sandbox.bot_token
    await person.does("uninstall")
    answer = await installed(sandbox, person, scopes=["chat:write"])
    new = answer["access_token"]

    assert (answer["scope"], new == old, sandbox.bot_token) == ("chat:write", False, new)
    assert await error_of(sandbox, old) == "token_revoked"
    assert await error_of(sandbox, new) is None
    assert await error_of(sandbox, new, "users.list") == "missing_scope"


async def test_reinstalled_app_gets_events_again(sandbox: Sandbox, person: Person) -> None:
    async with connected(sandbox.api_url, sandbox.app_token) as app:
        await person.does("uninstall")
        await person.does("users", user="ana", title="Away")
        await installed(sandbox, person)
        await person.does("users", user="ben", title="Here")
        told = [await app.hears() for _ in range(3)]

    assert [event["type"] for event in told] == ["tokens_revoked", "app_uninstalled", "user_change"]
    assert told[-1]["user"]["name"] == "ben"


async def test_token_and_scopes_of_an_install_survive_a_restart(tmp_path: Path) -> None:
    async with helper(tmp_path) as (sandbox, person):
        await person.does("uninstall")
        token = (await installed(sandbox, person, scopes=["users:read"]))["access_token"]
        client = (sandbox.client_id, sandbox.client_secret)
    async with helper(tmp_path) as (sandbox, person):
        assert (sandbox.bot_token, (sandbox.client_id, sandbox.client_secret)) == (token, client)
        assert await error_of(sandbox, token, "chat.postMessage", channel="C0HARBOURS", text="x") == "missing_scope"


@pytest.mark.parametrize(
    ("said", "error"),
    [
        ({"redirect": "https://elsewhere.example/slack"}, "bad_redirect_uri"),
        ({"redirect": "ftp://helper.example/slack"}, "bad_redirect_uri"),
        ({"scopes": ""}, "invalid_scope"),
        ({"scopes": "chat:write,Everything!"}, "invalid_scope"),
        ({"client_id": "1.2"}, "invalid_client_id"),
        ({"user": "nobody"}, "user_not_found"),
        ({"redirect": "https://helper.example/slack/oauth"}, None),
        ({"redirect": HERE}, None),
        ({}, None),
    ],
)
async def test_install_with_wrong_parameters_is_refused(tmp_path: Path, said: dict[str, Any], error: str) -> None:
    async with helper(tmp_path) as (_, person):
        answer = await person.does("install", **{"user": "maya"} | said)

        assert (answer["ok"], answer.get("error")) == (error is None, error)
        assert error or asked(answer["url"])["code"] == answer["code"]


async def test_log_of_calls_contains_no_secrets(sandbox: Sandbox, person: Person) -> None:
    answer = await installed(sandbox, person)
    logged = str((await person.sees("calls", method="oauth.v2.access"))["calls"])

    assert "'code'" not in logged
    assert not any(secret in logged for secret in (sandbox.client_secret, answer["access_token"]))


async def test_program_prints_the_client_id_and_secret_on_request(tmp_path: Path) -> None:
    async with running(tmp_path, "--oauth") as process, aiohttp.ClientSession() as session:
        async with session.get(f"{process.url}/sandbox/state") as answer:
            app = (await answer.json())["app"]
        printed = [process.settings[name] for name in ("SLACK_CLIENT_ID", "SLACK_CLIENT_SECRET")]

        assert printed == [app["client_id"], app["client_secret"]]
