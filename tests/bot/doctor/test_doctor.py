"""`steward doctor`: its findings on a healthy setup, and on faults of Slack, its tokens and the settings."""

import asyncio
import re
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import timedelta
from io import StringIO
from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr
from rich.console import Console

from bot.db import keyring
from bot.db.sessions import Database
from bot.doctor import diagnosis, report
from bot.doctor import findings as doctor_findings
from bot.doctor import slack as doctor_slack
from bot.doctor.findings import Finding, State
from bot.org.workspaces import Workspace
from bot.settings import Settings
from sandbox.sandbox import Sandbox
from tests.bot.doctor.drivers import about, findings, granting, settings_of, started, troubled
from tests.harness import APP, Slack
from tests.sandbox.raw_app import connected

pytestmark = pytest.mark.own_database


async def test_doctor_finds_no_problems_in_a_healthy_setup(
    database: Database, workspace: Workspace, sandbox: Sandbox, given: Settings
) -> None:
    await keyring.check(database)
    found = await findings(given)

    assert [each for each in found if each.state is not State.WELL] == []
    assert [each.about for each in found] == [
        "Settings", "Manifest", "Slack", "Clock", "Bot token", "Scopes", "App-level token", "Socket",
        "Database", "Migrations", "Writes", "Key", "Database clock", "Workspace", "Outbox", "Scheduler",
    ]  # fmt: skip
    assert about("Bot token", found).says == "Valid for @steward in Harbour (T0HARBOUR)."


async def test_missing_tokens_are_reported_with_the_place_to_get_them(settings_without_tokens: Settings) -> None:
    found = await findings(settings_without_tokens)

    assert troubled(found) == ["Tokens"]
    assert "paste app.yaml" in (about("Tokens", found).remedy or "")
    assert about("Database", found).says.endswith("`steward run` creates it.")
    assert not settings_without_tokens.data.exists()


async def test_socket_is_checked_even_if_the_bot_token_is_missing(sandbox: Sandbox, tmp_path: Path) -> None:
    found = await findings(settings_of(sandbox, tmp_path, bot_token=None))

    assert (troubled(found), about("Bot token", found).says) == (["Bot token"], "SLACK_BOT_TOKEN is missing.")
    assert about("Socket", found).state is State.WELL


@pytest.mark.parametrize(
    ("setting", "token", "what"),
    [("bot_token", "xoxb-guess", "Bot token"), ("app_token", "xapp-1-guess", "App-level token")],
)
async def test_bot_token_unknown_to_slack_is_reported(
    sandbox: Sandbox, tmp_path: Path, setting: str, token: str, what: str
) -> None:
    found = await findings(settings_of(sandbox, tmp_path, **{setting: SecretStr(token)}))

    assert troubled(found) == [what]
    assert about(what, found).says == "Slack does not recognise this token (invalid_auth)."


@pytest.mark.parametrize(("switch", "error"), [("token_revoked", "token_revoked"), ("uninstalled", "account_inactive")])
async def test_revoked_token_is_reported_with_the_advice_to_reinstall(
    slack: Slack, sandbox: Sandbox, tmp_path: Path, switch: str, error: str
) -> None:
    await slack.do("settings", **{switch: True})
    found = await findings(settings_of(sandbox, tmp_path))

    assert error in about("Bot token", found).says
    assert "and reinstall it" in (about("Bot token", found).remedy or "")


@pytest.mark.parametrize(
    ("method", "error", "what", "says"),
    [
        ("auth.test", "org_login_required", "Bot token", "Slack answered org_login_required."),
        (
            "apps.connections.open",
            "missing_scope",
            "App-level token",
            "It does not have the scope connections:write (missing_scope).",
        ),
        ("apps.connections.open", "forbidden_team", "App-level token", "Slack answered forbidden_team."),
    ],
)
async def test_unexpected_error_code_from_slack_is_reported(
    slack: Slack, sandbox: Sandbox, tmp_path: Path, method: str, error: str, what: str, says: str
) -> None:
    await slack.do("faults", method=method, error=error)
    found = await findings(settings_of(sandbox, tmp_path))

    assert (troubled(found), about(what, found).says) == ([what], says)


async def test_missing_scopes_are_a_problem_and_extra_scopes_a_note(tmp_path: Path) -> None:
    wanted = APP["oauth_config"]["scopes"]["bot"]
    async with started(tmp_path, granting(*(set(wanted) - {"users:read", "im:write"}), "pins:write")) as sandbox:
        found = await findings(settings_of(sandbox, tmp_path))

    lacking, more = [each for each in found if each.about == "Scopes"]
    assert (lacking.state, lacking.says) == (State.TROUBLE, "Missing: im:write, users:read.")
    assert (more.state, "pins:write" in more.says) == (State.NOTE, True)


async def test_disabled_socket_mode_is_reported(tmp_path: Path) -> None:
    off = APP | {"settings": APP["settings"] | {"socket_mode_enabled": False}}
    async with started(tmp_path, off) as sandbox:
        found = await findings(settings_of(sandbox, tmp_path))

    assert (troubled(found), "Socket Mode is off" in about("Socket", found).says) == (["Socket"], True)


async def test_limit_of_ten_open_sockets_is_reported(sandbox: Sandbox, tmp_path: Path) -> None:
    async with AsyncExitStack() as sockets:
        for _ in range(10):
            await sockets.enter_async_context(connected(sandbox.api_url, sandbox.app_token))
        found = await findings(settings_of(sandbox, tmp_path))

    assert "ten are already open" in about("Socket", found).says


async def test_doctor_closes_its_test_socket(slack: Slack, sandbox: Sandbox, tmp_path: Path) -> None:
    async with connected(sandbox.api_url, sandbox.app_token):
        found = await findings(settings_of(sandbox, tmp_path))
        assert (await slack.look("state"))["app"]["connections"] == 1

    assert about("Socket", found).says == "Slack accepted it; 1 other open."


async def test_request_url_is_shown_in_http_mode(sandbox: Sandbox, tmp_path: Path) -> None:
    settings = settings_of(sandbox, tmp_path, app_token=None, signing_secret=SecretStr("hunter2"))
    found = await findings(settings)

    assert troubled(found) == []
    assert "https://your.host/slack/events" in about("Request URL", found).says
    assert "which only this machine can reach" in about("Request URL", found).says


async def test_missing_app_token_and_signing_secret_are_reported(sandbox: Sandbox, tmp_path: Path) -> None:
    found = await findings(settings_of(sandbox, tmp_path, app_token=None))

    assert about("App-level token", found).says == "Neither SLACK_APP_TOKEN nor SLACK_SIGNING_SECRET is set."


async def test_database_and_settings_are_checked_even_if_slack_does_not_answer(tmp_path: Path) -> None:
    async with started(tmp_path) as sandbox:
        settings = settings_of(sandbox, tmp_path)
    found = await findings(settings)

    assert troubled(found) == ["Slack"]
    assert about("Bot token", found).says == "Not checked: Slack did not answer."
    assert about("Database", found).state is State.NOTE


async def test_failing_slack_api_call_does_not_affect_other_doctor_checks(
    slack: Slack, sandbox: Sandbox, tmp_path: Path
) -> None:
    await slack.do("faults", method="auth.test", status=503)
    found = await findings(settings_of(sandbox, tmp_path))

    assert troubled(found) == ["Bot token"]
    assert about("Bot token", found).says.endswith("did not answer like Slack's Web API (HTTP status 503).")


async def test_doctor_stops_waiting_for_a_slow_answer_from_slack(
    slack: Slack, sandbox: Sandbox, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(diagnosis, "ANSWER_SECONDS", 0.2)
    await slack.do("faults", method="*", delay_ms=2000, times=3)
    found = await findings(settings_of(sandbox, tmp_path))

    assert "TimeoutError" in about("Slack", found).says


async def test_socket_that_never_sends_hello_times_out() -> None:
    async with silent_server() as port, aiohttp.ClientSession() as http:
        with pytest.raises(TimeoutError):
            await doctor_slack.SlackProbe(http, "").listen(f"ws://127.0.0.1:{port}/", 0.2)


@asynccontextmanager
async def silent_server() -> AsyncIterator[int]:
    """Run a server that accepts connections but never answers, and yield its port."""
    left = asyncio.Event()

    async def ignore(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read()
        writer.close()
        await writer.wait_closed()
        left.set()

    server = await asyncio.start_server(ignore, "127.0.0.1", 0)
    yield server.sockets[0].getsockname()[1]
    server.close()
    await left.wait()


@pytest.mark.parametrize(("off", "side"), [(timedelta(minutes=2), "ahead of"), (-timedelta(minutes=2), "behind")])
async def test_clock_that_is_two_minutes_off_is_reported(
    sandbox: Sandbox, tmp_path: Path, database: Database, given: Settings, off: timedelta, side: str
) -> None:
    found = await findings(given, off=off)

    for what, whose in (("Clock", "Slack's"), ("Database clock", "the database's")):
        says = about(what, found).says
        assert re.fullmatch(rf"This machine's clock is 1[12]\d seconds {side} {whose}\.", says)


async def test_invalid_setting_skips_only_the_checks_that_depend_on_it(sandbox: Sandbox, tmp_path: Path) -> None:
    wrong = {"SLACK_BOT_TOKEN": "SLACK_BOT_TOKEN: expected a token", "STEWARD_DATABASE_URL": "STEWARD_DATABASE_URL: no"}
    found = await findings(settings_of(sandbox, tmp_path, bot_token=None), wrong=wrong)

    assert troubled(found) == ["Settings", "Settings"]
    assert about("Bot token", found).says == "Not checked until SLACK_BOT_TOKEN is fixed."
    assert about("Database", found).says == "Not checked until STEWARD_DATABASE_URL is fixed."
    assert about("Socket", found).state is State.WELL


@pytest.mark.parametrize("content", [None, "- a list", "oauth_config: {", "oauth_config: {scopes: }"])
async def test_unusable_manifest_is_reported(sandbox: Sandbox, tmp_path: Path, content: str | None) -> None:
    file = tmp_path / "app.yaml"
    if content is not None:
        file.write_text(content)
    found = await findings(settings_of(sandbox, tmp_path), file=file)

    assert troubled(found) == ["Manifest"]
    assert about("Scopes", found).state is State.NOTE


async def test_exception_in_a_doctor_check_becomes_a_finding_without_the_exception_text() -> None:
    async def broken() -> list[Finding]:
        raise KeyError("hunter2")

    [finding] = await doctor_findings.run_check("Anything", broken())

    assert finding.says == "The check failed: KeyError."


async def test_terminal_output_escapes_markup_and_shows_the_remedy_below() -> None:
    async def found() -> AsyncIterator[Finding]:
        yield Finding("Bot token", State.TROUBLE, "It is @[bold]bot's.", "Ask [red]them.")

    console = Console(file=StringIO(), force_terminal=True, color_system=None, width=100)
    assert await report.print_findings(found(), console) == 1
    with_remedy = console.file.getvalue()  # type: ignore[attr-defined]

    assert [line.split() for line in with_remedy.splitlines()[:2]] == [
        ["problem", "Bot", "token", "It", "is", "@[bold]bot's."],
        ["→", "Ask", "[red]them."],
    ]
