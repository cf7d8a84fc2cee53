"""Database migrations: upgrades from an empty or older database, and refusal of databases of unreleased versions."""

import importlib
import os
import subprocess
import sys
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import JSON, Column, Connection, MetaData, insert, select, text

from bot.db.encryption import Vault
from bot.db.migrations import migrate
from bot.db.migrations.metadata import METADATA
from bot.db.sessions import Database, connect
from bot.errors import OperatorError
from tests.bot.db.schemas import schema
from tests.conftest import TUESDAY
from tests.databases import KEY
from tests.end_to_end.older_database import step_back

ROOT = Path(__file__).parents[3]
HERE = Path(migrate.__file__).parent
UNRELEASED = ["0001", "0013", "0026", "0100", "0100_00000000"]
FIRST_MIGRATION = "f5885c2be223db7fc444f3a0e1886be8b24fbda8945c5a7930864bdc3a509da4"
OLDEST, *LATER = migrate.STEPS
FAR_APART = 100
"""How far the numbers of two rows are apart, so that there is room for the rows that migrations insert."""
MIN_FIRST_TABLES = 50
"""Lower bound of the number of tables that the first migration creates."""


async def create_at_revision(database: Database, revision: str) -> None:
    """Create a table with one row and record the given Alembic revision, as an old version would have."""
    async with database.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision})
        await connection.execute(text("CREATE TABLE shoutouts (reason VARCHAR)"))
        await connection.execute(text("INSERT INTO shoutouts VALUES ('for calm')"))


def steward(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "STEWARD_DATA": str(data), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False,
        timeout=300,
    )  # fmt: skip


async def test_upgrade_of_an_empty_database_reaches_the_newest_revision_and_is_idempotent(
    empty_url: str | None, tmp_path: Path
) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    for _ in range(2):
        await migrate.upgrade(database)
        assert await migrate.is_current(database)
        assert await migrate.revision_of(database) == migrate.newest()
    await database.close()


@pytest.mark.own_database
async def test_new_database_has_the_same_schema_as_one_that_was_migrated_step_by_step(
    database: Database, empty_url: str | None, tmp_path: Path
) -> None:
    migrated = connect(empty_url, tmp_path / "migrated", Vault([KEY]))
    async with migrated.writer.begin() as connection:
        await connection.run_sync(migrate.take_steps)
        expected = await connection.run_sync(schema)
    await migrated.close()
    async with database.writer.connect() as connection:
        assert await connection.run_sync(schema) == expected
        assert not await connection.scalar(text("SELECT count(*) FROM teams"))


@pytest.mark.parametrize("revision", [*UNRELEASED, "9999"])
async def test_database_of_an_unknown_revision_is_refused_and_left_unchanged(
    empty_url: str | None, tmp_path: Path, revision: str
) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    await create_at_revision(database, revision)
    expected = migrate.NEWER if revision == "9999" else migrate.UNRELEASED
    for refused in (migrate.upgrade, migrate.is_current):
        with pytest.raises(OperatorError) as refusal:
            await refused(database)
        assert str(refusal.value) == expected

    async with database.writer.connect() as connection:
        assert await connection.scalar(text("SELECT reason FROM shoutouts")) == "for calm"
    assert await migrate.revision_of(database) == revision
    await database.close()


@pytest.mark.parametrize("command", ["run", "migrate"])
async def test_commands_refuse_an_unreleased_database_with_one_sentence(tmp_path: Path, command: str) -> None:
    database = connect(None, tmp_path, Vault([KEY]))
    await create_at_revision(database, "0026")
    await database.close()
    done = steward(command, data=tmp_path)

    assert (done.returncode, len(done.stderr.splitlines())) == (2, 1)
    assert migrate.UNRELEASED in done.stderr


def test_importing_the_metadata_module_registers_every_table() -> None:
    """The bot registers its tables as it imports their modules; a migration imports the metadata module alone."""
    said = "from bot.db.migrations.metadata import METADATA; print(*sorted(METADATA.tables))"
    alone = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    importlib.import_module("bot.app")

    assert alone.stdout.split() == sorted(METADATA.tables)


def test_first_migration_never_changes() -> None:
    file = HERE / "versions" / "0200_first.py"
    assert sha256(file.read_bytes()).hexdigest() == FIRST_MIGRATION


async def test_each_migration_keeps_the_rows_of_every_table(empty_url: str | None, tmp_path: Path) -> None:
    """Take the migrations one by one, with a new row in each table before each: in the end, all rows are there."""
    database = connect(empty_url, tmp_path, Vault([KEY]))
    before = []
    try:
        for number, step in enumerate(migrate.STEPS, start=1):
            async with database.writer.begin() as connection:
                await connection.run_sync(migrate.take_steps, step)
                before.append(await connection.run_sync(fill, number * FAR_APART))
        async with database.writer.begin() as connection:
            after = await connection.run_sync(rows, METADATA.tables)
    finally:
        await database.close()

    for each in before:
        check_kept(each, after)


@pytest.mark.parametrize("step", [OLDEST, *(pytest.param(each, marks=pytest.mark.long) for each in LATER)])
async def test_upgrade_from_each_revision_keeps_the_rows_of_every_table(
    empty_url: str | None, tmp_path: Path, step: str
) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    try:
        async with database.writer.begin() as connection:
            await connection.run_sync(migrate.take_steps, step)
            before = await connection.run_sync(fill)
        await migrate.upgrade(database)
        async with database.writer.begin() as connection:
            after = await connection.run_sync(rows, before.keys() & METADATA.tables.keys())
    finally:
        await database.close()

    check_kept(before, after)


async def test_database_without_the_newest_migrations_is_upgraded_again(empty_url: str | None, tmp_path: Path) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    await migrate.upgrade(database)
    revision = await step_back(database, tmp_path / "scratch")
    was_current = await migrate.is_current(database)
    await migrate.upgrade(database)
    is_current = await migrate.is_current(database)
    await database.close()

    assert (revision, was_current, is_current) == (migrate.STEPS[-3], False, True)


def check_kept(before: dict[str, dict[str, Any]], after: dict[str, list[dict[str, Any]]]) -> None:
    """Check that each table still has its row; tables and columns that the models no longer have may be dropped."""
    assert len(before) >= MIN_FIRST_TABLES
    for table in before.keys() & METADATA.tables.keys():
        expected = {name: value for name, value in before[table].items() if name in METADATA.tables[table].columns}
        assert any(expected.items() <= each.items() for each in after[table]), table


def fill(connection: Connection, number: int = 1) -> dict[str, dict[str, Any]]:
    """Insert a row with a number into every table, and return them by table."""
    metadata = reflected(connection)
    filled = [table for table in metadata.sorted_tables if table.name != "alembic_version"]
    values = {table.name: {each.name: value_of(each, number) for each in table.columns} for table in filled}
    for table in filled:
        connection.execute(insert(table).values(values[table.name]))
        if connection.dialect.name == "postgresql" and "id" in table.columns:
            said = {"name": table.name, "number": number}
            connection.execute(text("SELECT setval(pg_get_serial_sequence(:name, 'id'), :number)"), said)
    return values


def value_of(column: Column[Any], number: int) -> Any:
    """Return a value of the column's type: always the same one for a number, so that foreign keys match."""
    if isinstance(column.type, JSON):
        return [f"x{number}"]
    kind, instant = column.type.python_type, TUESDAY + timedelta(days=number)
    values: dict[type, Any] = {
        int: number, float: number + 0.5, str: f"x{number}", bytes: b"x%d" % number, bool: True,
        date: instant.date(), datetime: instant, time: instant.time(),
    }  # fmt: skip
    is_naive = kind is datetime and not getattr(column.type, "timezone", False)
    return instant.replace(tzinfo=None) if is_naive else values[kind]


def reflected(connection: Connection) -> MetaData:
    metadata = MetaData()
    metadata.reflect(connection)
    return metadata


def rows(connection: Connection, names: Iterable[str]) -> dict[str, list[dict[str, Any]]]:
    """Return all rows of the named tables, by table."""
    tables = reflected(connection).tables
    return {name: [dict(each) for each in connection.execute(select(tables[name])).mappings()] for name in names}
