"""The database's steps: from nothing to today's tables, and never from what no release has made."""

import importlib
import os
import subprocess
import sys
from pathlib import Path

import pytest
from sqlalchemy import Column, Integer, Table, text

from bot.db.encryption import Vault
from bot.db.migrations import metadata, migrate
from bot.db.migrations.metadata import METADATA
from bot.db.sessions import Database, connect
from bot.errors import OperatorError
from tests.databases import KEY

ROOT = Path(__file__).parents[3]
UNRELEASED = ["0001", "0013", "0026", "0100", "0100_00000000"]


async def made_at(database: Database, revision: str) -> None:
    """A database as some earlier commit left it, with a row of its own."""
    async with database.writer.begin() as connection:
        await connection.execute(text("CREATE TABLE alembic_version (version_num VARCHAR(32) NOT NULL PRIMARY KEY)"))
        await connection.execute(text("INSERT INTO alembic_version VALUES (:at)"), {"at": revision})
        await connection.execute(text("CREATE TABLE shoutouts (reason VARCHAR)"))
        await connection.execute(text("INSERT INTO shoutouts VALUES ('for calm')"))


def steward(*words: str, data: Path) -> subprocess.CompletedProcess[str]:
    env = {**os.environ, "STEWARD_DATA": str(data), "SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1"}
    return subprocess.run(
        [sys.executable, "-m", "bot", *words], cwd=ROOT, env=env, capture_output=True, text=True, check=False,
        timeout=60,
    )  # fmt: skip


async def test_an_empty_database_gets_every_table_and_a_second_time_nothing(
    empty_url: str | None, tmp_path: Path
) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    for _ in range(2):
        await migrate.upgrade(database)
        assert await migrate.is_current(database)
        assert await migrate.revision_of(database) == migrate.newest()
    await database.close()


@pytest.mark.parametrize("revision", [*UNRELEASED, "9999"])
async def test_what_no_step_leads_on_from_is_refused_and_stays_as_it_is(
    empty_url: str | None, tmp_path: Path, revision: str
) -> None:
    database = connect(empty_url, tmp_path, Vault([KEY]))
    await made_at(database, revision)
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
async def test_the_commands_refuse_it_with_one_sentence(tmp_path: Path, command: str) -> None:
    database = connect(None, tmp_path, Vault([KEY]))
    await made_at(database, "0026")
    await database.close()
    done = steward(command, data=tmp_path)

    assert (done.returncode, done.stderr.strip()) == (2, migrate.UNRELEASED)


def test_all_tables_are_known_to_whoever_imports_the_metadata_alone() -> None:
    """The rest of the bot makes itself known here, which a step's own process does not have."""
    said = "from bot.db.migrations.metadata import fingerprint; print(fingerprint())"
    alone = subprocess.run([sys.executable, "-c", said], cwd=ROOT, capture_output=True, text=True, check=True)
    importlib.import_module("bot.app")
    metadata.fingerprint.cache_clear()

    assert alone.stdout.strip() == metadata.fingerprint()


def test_the_revision_changes_with_the_models() -> None:
    before = migrate.newest()
    extra = Table("another", METADATA, Column("id", Integer, primary_key=True))
    try:
        metadata.fingerprint.cache_clear()
        assert migrate.newest() != before
        assert migrate.is_unreleased(before)
    finally:
        METADATA.remove(extra)
        metadata.fingerprint.cache_clear()
    assert migrate.newest() == before
