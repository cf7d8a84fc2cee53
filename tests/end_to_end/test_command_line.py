"""Tests of the command line as newcomers and operators use it, each command in its own process."""

import asyncio
import os
import re
import socket
import sqlite3
import sys
import time
from collections.abc import AsyncIterator, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing
from datetime import datetime, timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urlsplit

import aiohttp
import pytest
import typer
from slack_sdk.signature import SignatureVerifier
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import command_line
from bot.cli import sandbox
from bot.clock import Clock
from sandbox.sandbox import Sandbox
from tests.harness import APP, Slack, eventually

STEWARD = [sys.executable, "-m", "bot"]
THANKS = "@ana thank you for the calm voice #empathy"


def environment(**settings: str) -> dict[str, str]:
    ours = ("SLACK_", "STEWARD_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    return kept | settings


@asynccontextmanager
async def begun(cwd: Path, *words: str, **settings: str) -> AsyncIterator[asyncio.subprocess.Process]:
    """Start a `steward …` process, and yield it at once."""
    running = await asyncio.create_subprocess_exec(
        *STEWARD,
        *words,
        cwd=cwd,
        env=environment(PYTHONPATH=str(Path(__file__).parent.parent.parent), **settings),
        stdout=asyncio.subprocess.PIPE,
        stderr=asyncio.subprocess.PIPE,
    )
    try:
        yield running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


@asynccontextmanager
async def steward(cwd: Path, *words: str, **settings: str) -> AsyncIterator[tuple[str, asyncio.subprocess.Process]]:
    """Start a `steward …` process, and yield the first line it prints and the process."""
    async with begun(cwd, *words, **settings) as running:
        assert running.stdout
        assert running.stderr
        said = (await asyncio.wait_for(running.stdout.readline(), 30)).decode()
        yield said or (await running.stderr.read()).decode(), running


def sandbox_in(folder: Path, *words: str) -> AbstractAsyncContextManager[tuple[str, asyncio.subprocess.Process]]:
    return steward(folder, "sandbox", "--port", "0", "--no-browser", *words)


def address(said: str) -> str:
    found = re.search(r"http://\S+", said)
    assert found, said
    return found[0]


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        return int(listening.getsockname()[1])


async def _moved(slack: Slack, **by: str) -> bool:
    """Move the sandbox's clock; return False if the sandbox does not listen yet."""
    try:
        return bool((await slack.do("clock", **by))["ok"])
    except aiohttp.ClientConnectorError:
        return False


async def stop(running: asyncio.subprocess.Process) -> None:
    running.terminate()
    assert await asyncio.wait_for(running.wait(), 15) == 0


async def test_sandbox_prints_webhook_address_and_accepts_a_shoutout(tmp_path: Path) -> None:
    async with sandbox_in(tmp_path) as (said, running), aiohttp.ClientSession() as http:
        assert said.startswith("Sandbox ready at http://127.0.0.1:")
        assert running.stdout
        where = address((await running.stdout.readline()).decode())
        async with http.post(f"{where}grafana/nobody", data=b"{}") as hook:
            assert (hook.status, where.rpartition("/")[0].endswith("/hooks")) == (404, True)
        slack = Slack(address(said), http)
        answer = await slack.command("maya", THANKS)
        assert "Thanks! " in answer.text
        await eventually(lambda: slack.said("bot", "ana"))
        await stop(running)

    assert (tmp_path / "data" / "steward.db").exists()


@pytest.mark.long
@pytest.mark.long
async def test_sandbox_starts_again_with_steward_only_in_a_workspace_that_installed_it(tmp_path: Path) -> None:
    for is_new in (True, False):
        jar = aiohttp.CookieJar(unsafe=True)
        async with sandbox_in(tmp_path) as (said, running), aiohttp.ClientSession(cookie_jar=jar) as http:
            slack = Slack(address(said), http)
            if is_new:
                await slack.do("workspaces", name="Lighthouse")
                assert running.stdout
                bot = address((await running.stdout.readline()).decode()).partition("/hooks")[0]
                async with http.get(f"{bot}/slack/install", allow_redirects=False) as answer:
                    asked = parse_qs(urlsplit(answer.headers["location"]).query)
                allowed = await slack.do(
                    "install", workspace="lighthouse", user="maya", redirect=asked["redirect_uri"][0],
                    state=asked["state"][0],
                )  # fmt: skip
                async with http.get(allowed["url"]) as answer:
                    assert (answer.status, "installed in Lighthouse" in await answer.text()) == (200, True)
            told = await slack.do(
                "commands", workspace="lighthouse", user="maya", channel="general", command="/steward", text="help"
            )
            assert "/shoutout" in str(told["ack"])
            if is_new:
                assert "Thanks! " in (await slack.command("maya", THANKS)).text
                await slack.do("uninstall")
            await stop(running)


@pytest.mark.long
async def test_steward_run_for_many_workspaces_starts_without_any_and_serves_the_install_page(tmp_path: Path) -> None:
    settings = {
        "STEWARD_CLIENT_ID": "1.2", "STEWARD_CLIENT_SECRET": "secret", "SLACK_SIGNING_SECRET": "secret",
        "STEWARD_PUBLIC_URL": "https://steward.example.com", "STEWARD_PORT": "0", "SLACK_CLIENT_ID": "3.4",
        "SLACK_CLIENT_SECRET": "other",
    }  # fmt: skip
    async with steward(tmp_path, "run", **settings) as (said, running), aiohttp.ClientSession() as http:
        where = f"{address(said)}/slack/install?on=1"
        async with http.get(where, allow_redirects=False) as answer:
            assert answer.headers["location"].startswith("https://slack.com/oauth/v2/authorize?client_id=1.2&")
        await stop(running)


async def test_sandbox_data_written_by_unreleased_version_is_replaced(tmp_path: Path) -> None:
    data = tmp_path / "data"
    data.mkdir()
    with closing(sqlite3.connect(data / "steward.db")) as database, database:
        database.execute("CREATE TABLE alembic_version (version_num)")
        database.execute("INSERT INTO alembic_version VALUES ('0026')")
    (data / "sandbox").mkdir()
    (data / "sandbox" / "old").touch()
    async with sandbox_in(tmp_path) as (said, running):
        assert "unreleased version" in said
        assert running.stdout
        assert "Sandbox ready" in (await asyncio.wait_for(running.stdout.readline(), 30)).decode()
        assert not (data / "sandbox" / "old").exists()
    async with sandbox_in(tmp_path) as (said, _):
        assert "Sandbox ready" in said


async def test_chaos_option_of_sandbox_injects_no_faults_before_bot_has_started(tmp_path: Path) -> None:
    """Check that the bot starts, which it would not with faults during startup."""
    async with sandbox_in(tmp_path, "--chaos", "7") as (said, running), aiohttp.ClientSession() as http:
        assert (await Slack(address(said), http).look("state"))["chaos"]["seed"] == 7
        await stop(running)


@pytest.mark.long
async def test_sandbox_started_after_the_weekly_summary_was_due_posts_it_exactly_once(tmp_path: Path) -> None:
    async with (
        steward(tmp_path, "sandbox", "--port", "0", "--no-browser") as (said, running),
        aiohttp.ClientSession() as http,
    ):
        slack = Slack(address(said), http)
        await slack.command("maya", THANKS)
        now = (await slack.look("clock"))["now"]
        await stop(running)
    friday = _friday(now)

    late = ("--at", f"{friday}T15:20Z")
    async with sandbox_in(tmp_path, *late) as (said, running), aiohttp.ClientSession() as http:
        slack = Slack(address(said), http)
        assert len(await eventually(lambda: _round_ups(slack))) == 1
        await slack.move(forward="P7D")
        assert len(await _round_ups(slack)) == 1
        await stop(running)


@pytest.mark.parametrize("text", ["now", "2026-11-27T15:20Z", "2026-11-27T15:20", "2019-03-04"])
def test_sandbox_calendar_can_start_now_or_at_a_given_time(text: str) -> None:
    begins = sandbox._instant(text)

    assert begins.tzinfo
    assert (abs(begins - Clock().now()) < timedelta(minutes=1)) == (text == "now")


@pytest.mark.parametrize("text", ["", "tomorrow", "NOW", "15:20"])
def test_sandbox_calendar_with_an_invalid_start_is_rejected(text: str) -> None:
    with pytest.raises(typer.BadParameter):
        sandbox._instant(text)


@pytest.mark.long
async def test_moving_sandbox_clock_waits_until_bot_has_started(tmp_path: Path) -> None:
    port = _free_port()
    async with (
        begun(tmp_path, "sandbox", "--port", str(port), "--no-browser") as running,
        aiohttp.ClientSession() as http,
    ):
        slack = Slack(f"http://127.0.0.1:{port}", http)
        await eventually(lambda: _moved(slack, forward="P4D"))
        assert len(await _round_ups(slack)) == 1
        await stop(running)


async def test_steward_run_over_socket_mode_answers_and_stops_on_sigterm(tmp_path: Path) -> None:
    async with _slack(tmp_path) as (sandbox, slack):
        settings = _tokens(sandbox)
        async with steward(tmp_path, "run", STEWARD_PORT="0", **settings) as (said, running):
            async with aiohttp.ClientSession() as http, http.get(f"{address(said)}/readyz") as ready:
                assert (ready.status, (await ready.json())["ok"]) == (200, True)
            answer = await slack.command("maya", THANKS)
            assert "No team is set up yet" in answer.text
            status, found = await doctor(tmp_path, **settings)
            assert running.returncode is None
            await stop(running)

    assert (status, found[-1]) == (0, "No problems found.")
    assert "ok: Workspace: Installed in Harbour." in found
    assert {line.partition(":")[0] for line in found[:-1]} == {"ok"}


@pytest.mark.long
async def test_error_about_a_wrong_app_token_names_its_setting(tmp_path: Path) -> None:
    async with _slack(tmp_path) as (sandbox, _):
        settings = _tokens(sandbox) | {"SLACK_APP_TOKEN": "xapp-1-wrong"}
        async with steward(tmp_path, "run", STEWARD_PORT="0", **settings) as (said, running):
            assert said == "SLACK_APP_TOKEN: Slack answered invalid_auth\n"
            assert await running.wait() == 2


async def test_steward_run_over_http_answers_signed_requests_and_rejects_others(tmp_path: Path) -> None:
    async with _slack(tmp_path) as (sandbox, slack):
        settings = _tokens(sandbox) | {"SLACK_SIGNING_SECRET": "shh"}
        del settings["SLACK_APP_TOKEN"]
        me = await slack.look("state")
        typed = {
            "command": "/shoutout",
            "text": "help",
            "user_id": "U0MAYA0000",
            "channel_id": "C1",
            "trigger_id": "1.2",
        }
        body = urlencode({**typed, "team_id": me["team"]["id"]})
        async with (
            steward(tmp_path, "run", STEWARD_PORT="0", **settings) as (said, running),
            aiohttp.ClientSession() as http,
        ):
            events = f"{address(said)}/slack/events"
            async with http.post(events, data=body, headers=_signed(body, "shh")) as answer:
                assert (answer.status, "Thank someone" in await answer.text()) == (200, True)
            async with http.post(events, data=body, headers=_signed(body, "guess")) as answer:
                assert answer.status == 401
            await stop(running)


@pytest.mark.long
async def test_unusable_database_file_is_reported_as_database_error(tmp_path: Path) -> None:
    (tmp_path / "data").mkdir()
    (tmp_path / "data" / "steward.db").mkdir()
    async with steward(tmp_path, "sandbox", "--port", "0", "--no-browser") as (said, running):
        assert "Database error" in said
        assert await running.wait() == 2


async def test_post_in_progress_is_sent_exactly_once_when_steward_is_stopped(tmp_path: Path) -> None:
    async with (
        steward(tmp_path, "sandbox", "--port", "0", "--no-browser") as (said, running),
        aiohttp.ClientSession() as http,
    ):
        slack = Slack(address(said), http)
        await slack.do("faults", method="chat.postMessage", times=1, delay_ms=1500)
        await slack.command("maya", THANKS)
        await asyncio.sleep(0.3)
        await stop(running)

    async with (
        steward(tmp_path, "sandbox", "--port", "0", "--no-browser") as (said, running),
        aiohttp.ClientSession() as http,
    ):
        slack = Slack(address(said), http)
        await slack.move(forward="PT2M")
        cards = [text for text in await slack.said("harbour-support", "maya") if "calm voice" in text]
        assert len(cards) == 1
        data = {"STEWARD_DATA": str(tmp_path / "data")}
        listed = await asyncio.to_thread(CliRunner().invoke, command_line, ["outbox", "list"], env=data)
        assert "Nothing is waiting" in listed.output


async def test_error_about_a_port_in_use_names_the_port(tmp_path: Path) -> None:
    async with _slack(tmp_path) as (sandbox, _):
        port = sandbox.url.rpartition(":")[2]
        async with steward(tmp_path, "sandbox", "--port", port, "--no-browser") as (said, running):
            assert f"127.0.0.1:{port}" in said
            assert await running.wait() == 2


async def test_doctor_command_exits_with_1_and_prints_fix_for_each_problem(tmp_path: Path) -> None:
    async with _slack(tmp_path) as (sandbox, slack):
        await slack.do("settings", token_revoked=True)
        status, said = await doctor(tmp_path, **_tokens(sandbox), STEWARD_PORT="many")

    assert (status, said[-1]) == (1, "2 problems found. The fix is shown next to each.")
    assert said[0].startswith("problem: Settings: STEWARD_PORT: Input should be a valid integer")
    assert [line for line in said if line.startswith("problem: Bot token: It was revoked") and "Fix: At https" in line]
    assert not (tmp_path / "data").exists()


async def doctor(cwd: Path, **settings: str) -> tuple[int | None, list[str]]:
    """Return the exit status and the lines of `steward doctor`."""
    async with steward(cwd, "doctor", **settings) as (first, running):
        assert running.stdout
        rest = (await running.stdout.read()).decode()
        return await running.wait(), (first + rest).splitlines()


@asynccontextmanager
async def _slack(data: Path) -> AsyncIterator[tuple[Sandbox, Slack]]:
    sandbox = Sandbox(data / "elsewhere", port=0, manifest=APP)
    await sandbox.start()
    async with aiohttp.ClientSession() as http:
        yield sandbox, Slack(sandbox.url, http)
    await sandbox.stop()


def _tokens(sandbox: Sandbox) -> dict[str, str]:
    return {
        "SLACK_API_URL": sandbox.api_url,
        "SLACK_BOT_TOKEN": sandbox.bot_token,
        "SLACK_APP_TOKEN": sandbox.app_token,
    }


def _signed(body: str, secret: str) -> dict[str, str]:
    signed = SignatureVerifier(secret).generate_signature(timestamp=(now := str(int(time.time()))), body=body)
    return {
        "X-Slack-Signature": str(signed),
        "X-Slack-Request-Timestamp": now,
        "Content-Type": "application/x-www-form-urlencoded",
    }


async def _round_ups(slack: Slack) -> list[str]:
    return [text for text in await slack.said("harbour-support", "maya") if ":raised_hands: *This week's" in text]


def _friday(now: str) -> str:
    at = datetime.fromisoformat(now)
    return str((at + timedelta(days=(4 - at.weekday()) % 7)).date())


@pytest.fixture(autouse=True)
def log_again() -> Iterator[None]:
    """Restore the logging configuration, which the command line changes."""
    yield
    logs.configure()
