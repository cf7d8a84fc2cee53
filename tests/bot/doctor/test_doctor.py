"""`steward doctor`: its findings on a healthy setup and on each kind of fault."""

import asyncio
import re
import shutil
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from rich.console import Console
from sqlalchemy import text, update

from bot import manifest
from bot.clock import Clock
from bot.db import keyring
from bot.db.encryption import Vault, key_in
from bot.db.migrations import migrate
from bot.db.models import Private
from bot.db.sessions import Database, connect
from bot.doctor import diagnosis, report, writable
from bot.doctor import findings as doctor_findings
from bot.doctor import slack as doctor_slack
from bot.doctor.findings import CheckedSettings, Finding, State
from bot.features.pulse.models import PulseRound
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address, Workspace
from bot.scheduler.models import ScheduledJob
from bot.scheduler.recurrence import FRIDAY
from bot.settings import Settings
from bot.slack.outbox.models import SENT_BLINDLY, Outgoing
from bot.slack.outbox.models import State as RowState
from bot.slack.outbox.outbox import put as put_row
from bot.slack.post import Post
from bot.workflows import scrub
from sandbox.sandbox import Sandbox
from tests import databases
from tests.conftest import TUESDAY
from tests.databases import KEY
from tests.harness import APP, Slack
from tests.sandbox.raw_app import connected

pytestmark = pytest.mark.own_database

Json = dict[str, Any]
SECRET = re.compile(rf"xoxb-\w|xapp-\w|{KEY}|hunter2|nobody may read this")


def settings_of(sandbox: Sandbox, data: Path, **others: Any) -> Settings:
    given = {"bot_token": SecretStr(sandbox.bot_token), "app_token": SecretStr(sandbox.app_token)}
    return Settings(**{"api_url": sandbox.api_url, "data": data, "keys": SecretStr(KEY), **given, **others})


async def findings(
    settings: Settings,
    *,
    wrong: dict[str, str] | None = None,
    off: timedelta = timedelta(),
    file: Path = manifest.FILE,
    owns: str = "T1",
) -> list[Finding]:
    """Return what the doctor finds. `owns` is a workspace that the database may hold beside the token's."""
    clock = Clock(lambda: datetime.now(UTC) + off)
    given = CheckedSettings(settings, wrong or {}, {owns})
    found = [each async for each in diagnosis.diagnose(given, clock, file)]
    assert not [each for each in found if SECRET.search(f"{each.says}{each.remedy}")]
    return found


def about(what: str, found: list[Finding]) -> Finding:
    return next(each for each in found if each.about == what)


def troubled(found: list[Finding]) -> list[str]:
    return [each.about for each in found if each.state is State.TROUBLE]


@asynccontextmanager
async def started(data: Path, app: Json = APP) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(data / "slack", port=0, manifest=app)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with started(tmp_path) as sandbox:
        yield sandbox


@pytest.fixture
async def slack(sandbox: Sandbox) -> AsyncIterator[Slack]:
    async with aiohttp.ClientSession() as http:
        yield Slack(sandbox.url, http)


@pytest.fixture
def settings_without_tokens(tmp_path: Path) -> Settings:
    """Return settings without tokens, with a data folder that does not exist."""
    return Settings(data=tmp_path / "nowhere")


def granting(*scopes: str) -> Json:
    return {**APP, "oauth_config": {"scopes": {"bot": scopes}}}


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


# Tokens


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


# Sockets and request URLs


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


# Slack and clocks


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


# Settings and the manifest


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


# The database


@pytest.fixture
def given(database: Database, database_url: str | None, sandbox: Sandbox, tmp_path: Path) -> Settings:
    """Return settings that point to `database`."""
    return settings_of(sandbox, tmp_path, database_url=database_url)


async def test_database_of_an_unreleased_version_is_reported(database: Database, given: Settings) -> None:
    await _say(database, "UPDATE alembic_version SET version_num = '0026'")
    finding = about("Migrations", await findings(given))

    assert finding.state is State.TROUBLE
    assert "start with an empty database" in (finding.remedy or "")


async def test_database_from_a_newer_version_is_reported(database: Database, given: Settings) -> None:
    await _say(database, "UPDATE alembic_version SET version_num = '9999'")

    assert "newer than this version of Steward" in about("Migrations", await findings(given)).says


async def test_database_one_migration_behind_is_reported(
    database: Database, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(migrate, "STEPS", (*migrate.STEPS, "9000"))
    found = await findings(given)

    assert troubled(found) == ([] if database.is_sqlite else ["Migrations"])
    assert "older than this version of Steward" in about("Migrations", found).says


async def test_empty_database_is_reported_by_the_doctor(database: Database, given: Settings) -> None:
    await _say(database, "DROP TABLE alembic_version")
    found = await findings(given)

    assert troubled(found) == ([] if database.is_sqlite else ["Migrations"])
    assert "is empty" in about("Migrations", found).says


async def test_empty_postgresql_database_needs_one_remedy(postgres: str, sandbox: Sandbox, tmp_path: Path) -> None:
    url = databases.named(postgres, "postgres")
    found = await findings(settings_of(sandbox, tmp_path, database_url=url))

    assert troubled(found) == ["Migrations"]
    assert about("Migrations", found).remedy == "Run `steward migrate`."


async def test_missing_key_of_a_used_database_is_to_be_put_back_not_made(database: Database, given: Settings) -> None:
    await keyring.check(database)
    found = await findings(given.model_copy(update={"keys": None}))
    mine = database.vault.fingerprints[0]

    assert mine in f"{about('Key', found).says}{about('Key', found).remedy}"
    assert "generate_key" not in (about("Key", found).remedy or "")


async def test_database_that_takes_no_writes_is_reported(
    database: Database, given: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    if database.is_sqlite:
        monkeypatch.setattr(writable, "LITTLE", 2**80)
    else:
        await _say(database, f'ALTER DATABASE "{database.writer.url.database}" SET default_transaction_read_only = on')
    finding = about("Writes", await findings(given))

    assert finding.state is State.TROUBLE
    assert ("MB are free" in finding.says) or ("read-only transaction" in finding.says)


async def test_missing_table_does_not_affect_checks_of_other_tables(database: Database, given: Settings) -> None:
    await _say(database, "DROP TABLE keyring")
    found = await findings(given)

    assert troubled(found) == ["Key"]
    assert about("Outbox", found).state is State.WELL


async def test_keys_that_do_not_decrypt_the_database_are_reported(database: Database, given: Settings) -> None:
    await keyring.check(database)
    other = Fernet.generate_key().decode()

    assert "None of the keys" in about("Key", await findings(_with(given, keys=other))).says
    assert about("Key", await findings(_with(given, keys=f"{other},{KEY}"))).state is State.NOTE


async def test_values_of_another_key_than_the_first_are_counted_before_it_is_removed(
    database: Database, team: Team, given: Settings
) -> None:
    await keyring.check(database)
    other = Fernet.generate_key().decode()
    database.vault = Vault([other, KEY])
    await keyring.record_first_key(database)

    before = about("Keys", await findings(_with(given, keys=f"{other},{KEY}")))
    without = about("Keys", await findings(_with(given, keys=other)))
    assert "still encrypted with other keys" in before.says
    assert f"{Vault([KEY]).fingerprints[0]} (" in before.says
    assert "installations.token (1)" in without.says
    assert "`steward keys abandon`" in (without.remedy or "")


async def test_malformed_keys_are_reported(database: Database, given: Settings) -> None:
    await keyring.check(database)
    found = await findings(_with(given, keys="short"))

    assert troubled(found) == ["Key"]
    assert "expected Fernet keys" in about("Key", found).says


async def test_missing_key_file_is_reported_and_not_created(sqlite: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    shutil.copytree(sqlite, tmp_path, dirs_exist_ok=True)
    database = connect(None, tmp_path, Vault([key_in(tmp_path)]))
    await keyring.check(database)
    await database.close()
    (tmp_path / "key").unlink()
    found = await findings(settings_of(sandbox, tmp_path, keys=None))

    assert "nor in STEWARD_KEYS" in about("Key", found).says
    assert not (tmp_path / "key").exists()


async def test_missing_keys_are_a_problem_if_postgresql_is_used(
    postgres_url: str, sandbox: Sandbox, tmp_path: Path
) -> None:
    found = await findings(settings_of(sandbox, tmp_path, database_url=postgres_url, keys=None))

    assert troubled(found) == ["Key"]
    assert about("Key", found).says.startswith("STEWARD_KEYS is missing")


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("postgresql://me:hunter2@127.0.0.1:9/steward", "Cannot connect: "),
        ("postgresql://me:hunter2@[::1/steward", "is not a valid URL"),
        ("postgresql://me:hunter2@127.0.0.1:port/steward", "is not a valid URL"),
        ("postgresql://me:pass@hunter2@127.0.0.1/steward", "is not a valid URL"),
    ],
)
async def test_bot_token_is_checked_even_if_postgresql_is_unreachable(
    sandbox: Sandbox, tmp_path: Path, url: str, says: str
) -> None:
    found = await findings(settings_of(sandbox, tmp_path, database_url=url))

    assert troubled(found) == ["Database"]
    assert says in about("Database", found).says
    assert about("Bot token", found).state is State.WELL


async def test_nonexistent_postgresql_database_is_reported(postgres_url: str, sandbox: Sandbox, tmp_path: Path) -> None:
    found = await findings(settings_of(sandbox, tmp_path, database_url=postgres_url.replace("/test_", "/no_test_")))

    assert about("Database", found).says.startswith("Cannot connect: database ")


async def test_database_file_that_is_not_a_database_is_reported(sandbox: Sandbox, tmp_path: Path) -> None:
    (tmp_path / "steward.db").write_text("nobody may read this, " * 100)
    found = await findings(settings_of(sandbox, tmp_path))

    assert about("Database", found).says == "Cannot connect: file is not a database."


async def test_doctor_changes_no_file(sqlite: Path, sandbox: Sandbox, tmp_path: Path) -> None:
    data = tmp_path / "quiet one"
    shutil.copytree(sqlite, data)
    before = {file.name: file.read_bytes() for file in data.iterdir()}
    assert troubled(await findings(settings_of(sandbox, data, keys=None))) == []

    assert {file.name: file.read_bytes() for file in data.iterdir()} == before


async def test_doctor_reads_uncheckpointed_changes_of_an_open_database(
    sqlite: Path, sandbox: Sandbox, tmp_path: Path
) -> None:
    shutil.copytree(sqlite, tmp_path, dirs_exist_ok=True)
    database = connect(None, tmp_path, Vault([KEY]))
    await keyring.check(database)
    found = await findings(settings_of(sandbox, tmp_path))
    await database.close()

    assert about("Key", found).state is State.WELL


# Workspace, outbox and scheduler


async def test_workspace_whose_token_was_revoked_is_reported(
    database: Database, workspace: Workspace, given: Settings
) -> None:
    async with database.begin() as session:
        await session.execute(update(Workspace).values(parked="token_revoked"))
    found = await findings(given)

    assert troubled(found) == ["Workspace"]
    assert about("Workspace", found).says == "Steward cannot post in Harbour: Slack answered token_revoked."


async def test_tokens_of_another_workspace_than_the_bot_tokens_are_reported_until_scrubbed(
    database: Database, workspace: Workspace, given: Settings
) -> None:
    found = about("Owner", await findings(given, owns="T9"))
    async with database.begin() as session:
        await scrub.scrub(session, now=TUESDAY)

    assert "holds tokens of Harbour (T1)" in found.says
    assert "`steward scrub`" in (found.remedy or "")
    assert "Owner" not in [each.about for each in await findings(given, owns="T9")]


async def test_leader_who_cannot_be_reached_is_named_with_the_reason(
    database: Database, team: Team, given: Settings
) -> None:
    assert "Leaders" not in [each.about for each in await findings(given)]
    async with database.begin() as session:
        await session.execute(update(Person).where(Person.id == "UMAYA").values(settings={"hours": {"days": []}}))
    found = await findings(given)

    assert about("Leaders", found).state is State.NOTE
    assert about("Leaders", found).says == (
        "maya, who leads harbour-support, cannot be reached: no working days are set in `/steward me`."
    )


async def test_leader_whose_direct_message_slack_refused_is_named(
    database: Database, team: Team, given: Settings
) -> None:
    async with database.begin() as session:
        await put_row(session, Post("nobody may read this"), to=Address("T1", "UMAYA"), not_before=TUESDAY)
        await session.execute(update(Outgoing).values(state=RowState.FAILED, reason="messages_tab_disabled"))
    found = await findings(given)

    assert about("Leaders", found).says.endswith("Slack refused a direct message (messages_tab_disabled).")


async def test_messages_possibly_posted_twice_are_reported(
    database: Database, workspace: Workspace, given: Settings
) -> None:
    async with database.begin() as session:
        await put_row(session, Post("nobody may read this"), to=Address("T1", "C1"), not_before=TUESDAY)
        await session.execute(update(Outgoing).values(state=RowState.SENT, reason=SENT_BLINDLY))
    found = await findings(given)

    assert troubled(found) == ["History"]
    assert about("History", found).says == (
        "1 message from the last week may have been posted twice: history could not be read."
    )


async def test_failed_messages_are_reported(database: Database, workspace: Workspace, given: Settings) -> None:
    async with database.begin() as session:
        for _ in range(2):
            await put_row(session, Post("nobody may read this"), to=Address("T1", "C1"), not_before=TUESDAY)
        await session.execute(update(Outgoing).values(state=RowState.FAILED, reason="not_in_channel"))
    found = await findings(given)

    assert troubled(found) == ["Outbox"]
    assert "not_in_channel (2)" in about("Outbox", found).says
    assert "`steward outbox list`" in (about("Outbox", found).remedy or "")


@pytest.mark.parametrize(
    ("recurrence", "tries", "reason", "state", "says"),
    [
        (None, 2, "KeyError", State.NOTE, "failed 2 times: KeyError. Steward retries within minutes"),
        (None, 7, "KeyError", State.TROUBLE, "has failed 7 times and is retried hourly: KeyError"),
        (f"FREQ=WEEKLY;BYDAY={FRIDAY}", 0, "KeyError", State.TROUBLE, "failed and was skipped: KeyError"),
        (None, 0, "KeyError", State.WELL, "No jobs are failing"),
    ],
)
async def test_failing_scheduled_jobs_are_reported(
    database: Database,
    team: Team,
    given: Settings,
    recurrence: str | None,
    tries: int,
    reason: str,
    state: State,
    says: str,
) -> None:
    async with database.begin() as session:
        session.add(_scheduled_job(team, recurrence, tries, reason))
    finding = about("Scheduler", await findings(given))

    assert (finding.state, says in finding.says) == (state, True)


@pytest.mark.parametrize(
    ("closes_in", "is_closed", "is_cleaned", "troubles", "says"),
    [
        (5, False, False, 0, "1 pulse round is open."),
        (-1, False, False, 1, "1 pulse round should have closed by now."),
        (-2, True, False, 1, "Deleted answers of 1 pulse round may still be in the database's files."),
        (-0.5, True, False, 0, None),
        (-2, True, True, 0, None),
    ],
)
async def test_pulse_rounds_are_counted_and_reported_if_not_closed_or_not_cleaned_up(
    database: Database,
    team: Team,
    given: Settings,
    closes_in: float,
    is_closed: bool,
    is_cleaned: bool,
    troubles: int,
    says: str | None,
) -> None:
    closes_at = datetime.now(UTC) + timedelta(hours=closes_in)
    async with database.begin() as session:
        session.add(_pulse_round(team, closes_at, is_closed=is_closed, is_cleaned=is_cleaned))
    found = [each for each in await findings(given) if each.about == "Pulse"]

    assert sum(each.is_trouble for each in found) == troubles
    assert [each.says for each in found][-1:] == ([says] if says else [])
    assert all(team.name not in f"{each.says}{each.remedy}" for each in found)


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


def _scheduled_job(team: Team, recurrence: str | None, tries: int, reason: str) -> ScheduledJob:
    return ScheduledJob(
        workspace_id=team.workspace_id, team_id=team.id, key="k", job="shoutouts.give_kept", about_kind=None,
        about_id=None, zone="UTC", recurrence=recurrence, wall=None, due_at=TUESDAY, since=TUESDAY, late_seconds=None,
        wake_at=TUESDAY, tries=tries, reason=reason,
    )  # fmt: skip


def _with(given: Settings, *, keys: str) -> Settings:
    return given.model_copy(update={"keys": SecretStr(keys)})


async def _say(database: Database, statement: str) -> None:
    async with database.begin() as session:
        await session.execute(text(statement))


def _pulse_round(team: Team, closes_at: datetime, *, is_closed: bool, is_cleaned: bool) -> PulseRound:
    return PulseRound(
        team.workspace_id, team.id, closes_at - timedelta(days=9), closes_at, [], 6, Private("salt"), [], None, None,
        closed_at=closes_at if is_closed else None, is_cleaned=is_cleaned,
    )  # fmt: skip
