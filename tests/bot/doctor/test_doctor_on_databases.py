"""The doctor's checks of the database: its version, its tables, and the keys that encrypt it."""

import shutil
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from pydantic import SecretStr
from sqlalchemy import text

from bot.db import keyring
from bot.db.encryption import Vault, key_in
from bot.db.migrations import migrate
from bot.db.sessions import Database, connect
from bot.doctor import writable
from bot.doctor.findings import State
from bot.org.teams.models import Team
from bot.settings import Settings
from sandbox.sandbox import Sandbox
from tests import databases
from tests.bot.doctor.drivers import about, findings, settings_of, troubled
from tests.databases import KEY

pytestmark = pytest.mark.own_database


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


def _with(given: Settings, *, keys: str) -> Settings:
    return given.model_copy(update={"keys": SecretStr(keys)})


async def _say(database: Database, statement: str) -> None:
    async with database.begin() as session:
        await session.execute(text(statement))
