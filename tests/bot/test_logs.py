"""Log lines: hashes instead of ids, no messages of exceptions, no values of other libraries, and one key a month."""

import asyncio
import json
import logging
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import command_line
from bot.clock import Clock
from bot.db import log_keys
from bot.db.log_keys import LogKey, LogKeyRotation
from bot.db.sessions import Database
from bot.org.workspaces import Workspace
from tests.databases import KEY

ID, DM_ID = "U024BE7LH", "D024BE7LX"
PRIVATE = "Ana cried on the phone"


class Output:
    """Everything that was logged since the test began."""

    def __init__(self, captured: pytest.CaptureFixture[str]) -> None:
        self._captured, self._said = captured, ""

    def getvalue(self) -> str:
        self._said += self._captured.readouterr().err
        return self._said


@pytest.fixture
def output(capsys: pytest.CaptureFixture[str]) -> Iterator[Output]:
    """What is logged at the level DEBUG, with a fixed key."""
    logs.configure("debug")
    logs.use_key("a")
    yield Output(capsys)
    logs.configure()


def entries(output: Output) -> list[dict[str, Any]]:
    return [json.loads(line) for line in output.getvalue().splitlines()]


@pytest.mark.parametrize(
    "value",
    [ID, f"weekly:{ID}:2026-11", [DM_ID], {"of": {ID: 1}}, (f"<@{ID}|ana>",), KeyError(ID)],
    ids=["id", "key", "list", "mapping", "mention", "object"],
)
def test_ids_of_people_are_hashed_wherever_they_are(output: Output, value: object) -> None:
    structlog.get_logger().info("something_happened", about=value)
    said = output.getvalue()

    assert ID not in said
    assert DM_ID not in said
    assert logs.hash_id(ID, "a") in said or logs.hash_id(DM_ID, "a") in said


@pytest.mark.parametrize("setting", ["STEWARD_DATABASE_URL", "STEWARD_DATABASE_URL_FILE", "STEWARD_ADOPT_WORKSPACE"])
def test_names_of_settings_stay(output: Output, setting: str) -> None:
    logs.report_error(f"{setting} is not valid.")
    assert setting in output.getvalue()


def test_ids_of_workspaces_channels_and_messages_stay(output: Output) -> None:
    shown = {"workspace": "T024BE7LD", "channel": "C024BE7LR", "delivery": "Ev0DELIVERY", "method": "chat.postMessage"}
    structlog.get_logger().info("something_happened", **shown)
    (entry,) = entries(output)

    assert {name: entry[name] for name in shown} == shown


def slack_error(code: str) -> SlackApiError:
    return SlackApiError(PRIVATE, {"error": code})  # type: ignore[no-untyped-call]


def fail(error: BaseException) -> None:
    try:
        try:
            raise ValueError(PRIVATE)
        except ValueError as first:
            raise error from first
    except BaseException:
        structlog.get_logger().exception("something_failed")


@pytest.mark.parametrize(
    ("error", "said"),
    [
        (KeyError(PRIVATE), "KeyError"),
        (RuntimeError(ID), "RuntimeError"),
        (OSError(2, "No such file or directory", f"/tmp/{PRIVATE}"), "FileNotFoundError: No such file or directory"),
        (slack_error("is_archived"), "SlackApiError: is_archived"),
        (slack_error(PRIVATE), "SlackApiError"),
        (IntegrityError("INSERT", {}, Exception(f'is wrong: "{PRIVATE}"')), "IntegrityError: is wrong"),
        (IntegrityError("INSERT", {}, Exception(f"duplicate key\nDETAIL: {PRIVATE}")), "IntegrityError: duplicate key"),
        (ExceptionGroup(PRIVATE, [KeyError(PRIVATE)]), "ExceptionGroup\n  KeyError"),
    ],
)
def test_traceback_has_lines_of_code_but_no_message_that_may_hold_words(
    output: Output, error: BaseException, said: str
) -> None:
    fail(error)
    (entry,) = entries(output)

    assert PRIVATE not in str(entry)
    assert "raise ValueError(PRIVATE)" in entry["exception"]
    assert "ValueError\nwhich led to:\n" in entry["exception"]
    assert entry["exception"].endswith(f"\n{said}")


@pytest.mark.parametrize(
    "line",
    [f"Sending to {{'text': '{PRIVATE}'}}", f"Sending: {PRIVATE}", f'Sending "{PRIVATE}"', f"Sending\n{PRIVATE}"],
)
def test_lines_of_other_libraries_end_before_their_first_value(output: Output, line: str) -> None:
    logging.getLogger("slack_sdk.web").debug(line)
    logging.getLogger("asyncpg").debug("executing %s", PRIVATE)
    first, second = entries(output)

    assert first["event"].split()[0] == "Sending"
    assert first["logger"].startswith("slack_sdk.web:")
    assert second["event"] == "executing"
    assert PRIVATE not in output.getvalue()


def test_uncaught_exception_is_printed_without_its_message(output: Output) -> None:
    error = KeyError(PRIVATE)
    sys.excepthook(KeyError, error, None)
    assert output.getvalue() == "KeyError\n"


def test_other_libraries_are_quiet_below_warnings_unless_at_debug(output: Output) -> None:
    logs.configure()
    logging.getLogger("slack_sdk.web").info("Sending")
    structlog.get_logger().debug("something_happened")
    logging.getLogger("slack_sdk.web").warning("Retrying")
    assert [entry["event"] for entry in entries(output)] == ["Retrying"]


async def months(database: Database) -> list[date]:
    async with database.reading() as session:
        return [*await session.scalars(select(LogKey.month).order_by(LogKey.month))]


async def test_key_rotates_with_the_month_and_two_are_kept(database: Database, workspace: Workspace) -> None:
    ends = [datetime(2026, month, 30, 23, 59, tzinfo=UTC) for month in (10, 11, 12)]
    hashes, clock = [], Clock()
    rotation = LogKeyRotation(database, clock)
    for at in ends:
        clock.now = partial(datetime.fromtimestamp, at.timestamp(), UTC)
        await rotation.rotate_due()
        hashes.append(logs.hide_people(ID))
    assert await months(database) == [date(2026, 11, 1), date(2026, 12, 1)]
    async with database.reading() as session:
        assert [*(await log_keys.find_hashes(session, ID)).values()] == hashes[1:]
    assert len({*hashes, ID}) == 4


async def test_all_replicas_hash_with_the_same_key(database: Database, workspace: Workspace) -> None:
    hashes = []
    for _ in range(2):
        clock = Clock(lambda: datetime(2026, 11, 30, tzinfo=UTC))
        await LogKeyRotation(database, clock).rotate_due()
        hashes.append(logs.hide_people(ID))
    assert hashes[0] == hashes[1]
    assert len(await months(database)) == 1


async def test_keys_are_encrypted_in_the_database(database: Database, workspace: Workspace) -> None:
    async with database.begin() as session:
        key = await log_keys.load_key(session, now=datetime(2026, 11, 30, tzinfo=UTC))
        (stored,) = await session.scalars(text("SELECT key FROM log_keys"))
    assert len(key) == 64
    assert key not in stored


@pytest.mark.parametrize("template", ["sqlite"], indirect=True)
@pytest.mark.own_database
async def test_operator_finds_the_hashes_of_a_person_for_the_two_months_that_are_kept(
    database: Database, tmp_path: Path
) -> None:
    async def say(id: str) -> tuple[int, str]:
        env = {"STEWARD_DATA": str(tmp_path), "STEWARD_KEYS": KEY}
        done = await asyncio.to_thread(CliRunner().invoke, command_line, ["logs-hash", id], env=env)
        logs.configure()
        return done.exit_code, done.output

    assert await say(ID) == (2, "There are no keys of logs yet. `steward run` creates the first one.\n")
    async with database.begin() as session:
        old, new = [
            logs.hash_id(ID, await log_keys.load_key(session, now=datetime(2026, 11, 30, tzinfo=UTC) + each))
            for each in (timedelta(), timedelta(days=1))
        ]
    assert await say(ID) == (0, f"2026-11: {old}\n2026-12: {new}\n")
    assert await say("ana") == (2, "Expected the id of a person or a DM, such as U024BE7LH, but got ana\n")
