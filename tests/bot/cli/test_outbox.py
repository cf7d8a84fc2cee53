"""`steward outbox`, `steward workspace` and `--version`: what an operator reads and changes by hand."""

import json
import tomllib
from pathlib import Path

import pytest
import typer
from pydantic import SecretStr
from sqlalchemy import select, update
from typer.testing import CliRunner

from bot.__main__ import command_line
from bot.cli import database as commands
from bot.db import keyring
from bot.db.migrations import migrate
from bot.db.sessions import Database
from bot.org.workspaces import Address, Workspace
from bot.settings import VERSION, Settings
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Outgoing, State
from bot.slack.outbox.operator_commands import Filter
from bot.slack.post import Post
from tests.conftest import TUESDAY
from tests.databases import KEY, Place

LONG = "invalid_blocks: " + "the 7th element is wrong, " * 8
PROJECT = tomllib.loads((Path(__file__).parents[3] / "pyproject.toml").read_text())["project"]


@pytest.fixture
async def settings(database: Database, workspace: Workspace, place: Place) -> Settings:
    """A database with a waiting message and two failed ones."""
    await keyring.check(database)
    async with database.begin() as session:
        for channel in ("C1", "C2", "C3"):
            await outbox.put(session, Post("a word for nobody else"), to=Address("T1", channel), not_before=TUESDAY)
        for channel, reason in (("C2", LONG), ("C3", "not_in_channel")):
            failed = update(Outgoing).where(Outgoing.conversation == channel)
            await session.execute(failed.values(state=State.FAILED, reason=reason))
    return Settings(data=place.folder, database_url=place.url, keys=SecretStr(KEY))


@pytest.mark.own_database
@pytest.mark.parametrize(
    ("only", "shown"),
    [
        (Filter(), ["C1", "C2", "C3"]),
        (Filter((State.FAILED,)), ["C2", "C3"]),
        (Filter(reason="in_channel"), ["C3"]),
        (Filter(workspace_id="T2"), []),
    ],
)
async def test_unsent_messages_are_listed_with_whole_reasons_and_without_words(
    settings: Settings, capsys: pytest.CaptureFixture[str], only: Filter, shown: list[str]
) -> None:
    await commands._list_rows(settings, only, True)
    rows = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    await commands._list_rows(settings, only, False)
    table = capsys.readouterr().out

    assert [row["conversation"] for row in rows] == shown
    assert [row["reason"] for row in rows if row["conversation"] == "C2"] == [LONG] * ("C2" in shown)
    assert "".join(table.split()).count("the7thelementiswrong") == 8 * ("C2" in shown)
    assert "a word for nobody else" not in f"{rows}{table}"


@pytest.mark.own_database
async def test_all_failed_messages_are_retried_at_once_or_those_with_one_reason(
    settings: Settings, database: Database
) -> None:
    async def failed() -> list[str]:
        async with database.reading() as session:
            rows = select(Outgoing.conversation).where(Outgoing.state == State.FAILED)
            return list(await session.scalars(rows.order_by(Outgoing.id)))

    await commands._retry_all(settings, Filter((State.FAILED,), reason="in_channel"))
    assert await failed() == ["C2"]
    await commands._retry_all(settings, Filter((State.FAILED,)))
    assert await failed() == []


@pytest.mark.parametrize("row", [None, 7])
def test_retry_needs_either_a_row_or_all(row: int | None) -> None:
    with pytest.raises(typer.BadParameter, match="name a row, or `--all`"):
        commands.retry(row, row is not None)


def test_version_is_that_of_the_package_with_the_database_revision() -> None:
    said = CliRunner().invoke(command_line, ["--version"]).output
    assert PROJECT["version"] == VERSION
    assert said.startswith(f"Steward {VERSION}, database revision {migrate.newest()}, Python 3.")
