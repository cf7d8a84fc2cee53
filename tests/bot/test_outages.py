"""Logs while PostgreSQL is away: one line when it goes, one when it is back, and tracebacks of the unknown only."""

import json
import logging
from collections.abc import Iterator
from pathlib import Path

import pytest
import structlog
from sqlalchemy import text

from bot import logs
from bot.db import engines
from bot.db.encryption import Vault
from bot.db.sessions import connect
from bot.outages import OUTAGE
from tests.databases import KEY

NOWHERE = "postgresql+asyncpg://me@127.0.0.1:9/steward"
log = structlog.get_logger()


@pytest.fixture(autouse=True)
def configured() -> Iterator[None]:
    logs.configure()
    OUTAGE.is_on = False
    yield
    OUTAGE.is_on = False
    logs.configure()


def lines(capsys: pytest.CaptureFixture[str]) -> list[dict[str, str]]:
    return [json.loads(line) for line in capsys.readouterr().err.splitlines()]


async def test_outage_is_one_line_without_a_traceback_until_a_connection_works(
    capsys: pytest.CaptureFixture[str], postgres: str
) -> None:
    away = connect(NOWHERE, Path(), Vault([KEY]))
    for _ in range(3):
        try:
            async with away.reading() as session:
                await session.execute(text("SELECT 1"))
        except OSError:
            log.exception("relay_failed")
            logging.getLogger("apscheduler").exception("Job raised an exception")
    during = lines(capsys)
    back = engines.postgresql(postgres)
    for _ in range(2):
        async with back.connect():
            pass
    await back.dispose()
    await away.close()

    assert [each["event"] for each in during] == ["database_unreachable"]
    assert (during[0]["in"], during[0]["level"], "Traceback" in str(during)) == ("relay_failed", "error", False)
    assert [each["event"] for each in lines(capsys)] == ["database_back"]


def test_other_errors_keep_their_traceback(capsys: pytest.CaptureFixture[str]) -> None:
    for error in (ConnectionRefusedError(), KeyError("x")):
        try:
            raise error
        except Exception:
            log.exception("sync_failed")

    assert ["Traceback" in each["exception"] for each in lines(capsys)] == [True, True]


@pytest.mark.parametrize(("level", "shown"), [("info", ["a", "b"]), ("warning", ["b"]), ("error", [])])
def test_log_level_decides_what_is_logged(capsys: pytest.CaptureFixture[str], level: str, shown: list[str]) -> None:
    logs.configure(level)
    log.info("a")
    log.warning("b")

    assert [each["event"] for each in lines(capsys)] == shown
