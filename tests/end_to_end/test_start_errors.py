"""Errors that an operator can fix: one line that names the setting, and status 2. Two of them in real processes."""

import asyncio
import json
import sqlite3
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from bot import logs
from bot.__main__ import main
from bot.cli import process
from bot.settings import Settings, names
from tests.databases import named
from tests.end_to_end.test_command_line import begun

TOKENS = {
    "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/api/",
    "STEWARD_PORT": "0", "STEWARD_KEYS": Fernet.generate_key().decode(),
}  # fmt: skip
Failed = Callable[[str, dict[str, str]], list[str]]
AT_NOBODY = {"STEWARD_DATABASE_URL": "postgresql://me:hunter2@127.0.0.1:9/steward"}
NOWHERE = {"STEWARD_DATABASE_URL": "postgresql://me:hunter2@no-such-host.invalid/steward"}


@pytest.fixture
def failed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Iterator[Failed]:
    """Run `steward …` in this process, and return the lines that it printed before it ended with status 2."""

    def run(word: str, settings: dict[str, str]) -> list[str]:
        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr("sys.argv", ["steward", word])
        for name, value in (dict.fromkeys(names(), "") | TOKENS | settings).items():
            monkeypatch.setenv(name, value)
        with pytest.raises(SystemExit) as ended:
            main()
        said = "".join(capfd.readouterr())
        assert (ended.value.code, "Traceback" in said, "hunter2" in said) == (2, False, False), said
        return said.splitlines()

    yield run
    logs.configure()


async def failed_process(folder: Path, *words: str, **settings: str) -> list[str]:
    """Run `steward …` in a process, and return the lines that it printed before it ended with status 2."""
    async with begun(folder, *words, **TOKENS | settings) as running:
        out, errors = await asyncio.wait_for(running.communicate(), 60)
    said = (out + errors).decode()
    assert (running.returncode, "Traceback" in said, "hunter2" in said) == (2, False, False), said
    return said.splitlines()


@pytest.mark.parametrize(
    ("word", "settings", "says"),
    [
        ("migrate", NOWHERE, "STEWARD_DATABASE_URL: cannot connect to steward at no-such-host.invalid: "),
        ("run", {"STEWARD_DATABASE_URL": "postgresql://me@h:port/x"}, "STEWARD_DATABASE_URL is not a valid URL"),
        ("run", {"STEWARD_DATABASE_URL": "postgresql://h/x?sslmod=require"}, "unknown parameter sslmod"),
        ("migrate", NOWHERE | {"STEWARD_KEYS": ""}, "If the database is in use, put its key back"),
        ("run", {"STEWARD_DATA": "file/data"}, "STEWARD_DATA: the folder file/data cannot be used: Not a directory."),
        ("run", {"STEWARD_KEYS": "", "STEWARD_DATA": "strange"}, "STEWARD_DATA: the key file strange/key cannot"),
        ("run", {"STEWARD_DATA": "newer"}, "from a newer version of Steward"),
        ("run", {"SLACK_BOT_TOKEN": "", "SLACK_BOT_TOKEN_FILE": "gone"}, "SLACK_BOT_TOKEN_FILE: gone cannot be read"),
    ],
)  # fmt: skip
def test_mistake_is_named_in_one_line(
    failed: Failed, tmp_path: Path, word: str, settings: dict[str, str], says: str
) -> None:
    (tmp_path / "file").touch()
    (tmp_path / "strange" / "key").mkdir(parents=True)
    (tmp_path / "newer").mkdir()
    with sqlite3.connect(tmp_path / "newer" / "steward.db") as database:
        database.execute("CREATE TABLE alembic_version AS SELECT '9999' AS version_num")
    database.close()
    (line,) = failed(word, settings)

    assert says in line


def test_database_without_a_schema_and_one_that_does_not_exist_are_told_apart(failed: Failed, postgres: str) -> None:
    (gone,) = failed("run", {"STEWARD_DATABASE_URL": named(postgres, "no_such_one")})
    (empty,) = failed("run", {"STEWARD_DATABASE_URL": named(postgres, "postgres")})

    assert 'database "no_such_one" does not exist' in json.loads(gone)["reason"]
    assert "Run `steward migrate`" in empty


async def test_unreachable_database_is_named_in_one_line(tmp_path: Path) -> None:
    (line,) = await failed_process(tmp_path, "run", **AT_NOBODY)

    said = json.loads(line)
    assert said["event"] == "cannot_start"
    assert said["reason"].startswith("STEWARD_DATABASE_URL: cannot connect to steward at 127.0.0.1: ")


async def test_second_process_on_one_sqlite_folder_is_refused(tmp_path: Path) -> None:
    with process.hold_data(Settings(data=tmp_path / "data")):
        (line,) = await failed_process(tmp_path, "run")

    assert "STEWARD_DATA: another process of Steward" in line
