"""Tests of `steward erase`: whom it erases, what it asks, and what it says when it cannot."""

import asyncio
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession
from typer.testing import CliRunner

from bot.__main__ import command_line
from bot.db.sessions import Database
from bot.org.installations import Installation
from bot.org.people import Person
from bot.org.workspaces import Workspace
from tests import databases
from tests.bot.db.test_erased_rows import everything

Steward = Callable[..., Any]


@pytest.fixture
def steward(sqlite_with_a_team: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Steward:
    """Return a function that runs `steward` on a database with a team, in a folder of its own."""
    shutil.copytree(sqlite_with_a_team, tmp_path / "data")
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("STEWARD_KEYS", databases.KEY)
    return lambda *words, typed="": CliRunner().invoke(command_line, ["erase", *words], input=typed)


def look(folder: Path, query: Callable[[AsyncSession], object]) -> object:
    """Return what a query finds in the database."""

    async def found() -> object:
        database: Database = databases.at(None, folder / "data")
        async with database.reading() as session:
            answer = await query(session)  # type: ignore[misc]
        await database.close()
        return answer

    return asyncio.run(found())


def test_somebody_who_has_left_is_erased_at_once(steward: Steward, tmp_path: Path) -> None:
    done = steward("--user", "UGONE", "--compact", typed="erase\n")

    assert done.exit_code == 0, done.output
    assert "The data of UGONE is erased.\nThe database's files hold no old bytes." in done.output
    assert "UGONE" not in str(look(tmp_path, everything))
    assert b"UGONE" not in b"".join(each.read_bytes() for each in (tmp_path / "data").glob("steward.db*"))
    assert len((tmp_path / "data/erasures.jsonl").read_text().splitlines()) == 1


def test_rows_of_a_member_are_erased_and_a_running_steward_does_the_rest(steward: Steward, tmp_path: Path) -> None:
    done = steward("--user", "UANA", "--workspace", "T1", "--yes")

    assert done.exit_code == 0, done.output
    assert "UANA is erased. A running Steward edits the cards in Slack and sends the receipt." in done.output
    assert look(tmp_path, lambda session: session.scalar(select(Person.is_being_erased).where(Person.id == "UANA")))
    assert (tmp_path / "data/erasures.jsonl").exists()


def test_restored_database_is_erased_again_by_the_file(steward: Steward, tmp_path: Path) -> None:
    shutil.copytree(tmp_path / "data", tmp_path / "backup")
    assert steward("--user", "UANA", "--yes").exit_code == 0
    shutil.copytree(tmp_path / "backup", tmp_path / "data", dirs_exist_ok=True)
    assert "UANA" in str(look(tmp_path, everything))
    done = steward("--replay", "data/erasures.jsonl")

    assert "1 erasure in data/erasures.jsonl, 1 of them erased again." in done.output
    assert "UANA" not in str(look(tmp_path, everything))


@pytest.mark.parametrize("whom", [["--user", "UGONE"], ["--workspace", "T1"]])
def test_copies_in_the_data_folder_are_deleted_too(steward: Steward, tmp_path: Path, whom: list[str]) -> None:
    (copy := tmp_path / "data/steward.db.before-migration-from-0001").write_text("UGONE")

    assert steward(*whom, "--yes").exit_code == 0
    assert not copy.exists()


def test_nothing_is_confirmed_until_the_copies_are_deleted(steward: Steward, tmp_path: Path) -> None:
    (tmp_path / "data/steward.db.before-restore-1").mkdir()
    done = steward("--user", "UGONE", "--yes")

    assert done.exit_code == 2
    assert "steward.db.before-restore-1 cannot be deleted" in done.output
    assert not (tmp_path / "data/erasures.jsonl").exists()


def test_whole_workspace_is_erased_with_its_installation(steward: Steward, tmp_path: Path) -> None:
    done = steward("--workspace", "T1", typed="erase\n")

    assert done.exit_code == 0, done.output
    for model in (Workspace, Installation, Person):
        count = select(func.count()).select_from(model)
        assert look(tmp_path, lambda session, count=count: session.scalar(count)) == 0  # type: ignore[misc]


@pytest.mark.parametrize(
    ("words", "error"),
    [
        ([], "Name what to erase: --user U…, --workspace T…, or --compact."),
        (["--replay", "nowhere"], "nowhere: cannot be read as a file of erasures (FileNotFoundError)."),
        (["--user", "UX", "--yes"], "--user: nobody with the ID UX is known."),
        (["--user", "UANA", "--workspace", "T9", "--yes"],
         "--user: nobody with the ID UANA is known in the workspace T9."),
        (["--workspace", "T9", "--yes"], "--workspace: no workspace with the ID T9 is known."),
        (["--user", "UANA"], "Nothing was erased: type erase to confirm, or use --yes."),
    ],
)  # fmt: skip
def test_error_is_one_line_with_status_2(steward: Steward, words: list[str], error: str) -> None:
    done = steward(*words, typed="no\n")

    assert done.output.splitlines()[-1].endswith(error)
    assert done.exit_code == 2


def test_file_that_cannot_be_written_is_named_and_the_person_stays(
    steward: Steward, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    monkeypatch.setenv("STEWARD_ERASURES_FILE", str(tmp_path / "file" / "erasures.jsonl"))
    done = steward("--user", "UGONE", "--yes")

    assert done.exit_code == 2
    assert "STEWARD_ERASURES_FILE: cannot write" in done.output
