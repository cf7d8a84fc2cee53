"""Invalid settings, keys and databases: each error names the setting and the fix."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.fernet import Fernet
from sqlalchemy import select
from typer.testing import CliRunner

from bot import logs
from bot.__main__ import command_line
from bot.db import keyring
from bot.db.encryption import Vault, key_in
from bot.db.sessions import Database
from bot.errors import OperatorError
from bot.org.installations import Installation
from bot.org.workspaces import Address, Workspace
from bot.settings import load, names, read_environment
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.outbox import put as put_row
from bot.slack.outbox.queries import decrypt_payload
from bot.slack.post import Post
from tests.conftest import TUESDAY
from tests.databases import KEY


@pytest.fixture(autouse=True)
def no_settings(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[None]:
    """Remove the .env file and all settings from the environment, and reset logging afterwards."""
    monkeypatch.chdir(tmp_path)
    for name in names():
        monkeypatch.delenv(name, raising=False)
    yield
    logs.configure()


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("SLACK_BOT_TOKEN", "xoxp-1", "SLACK_BOT_TOKEN: expected a token that starts with xoxb-"),
        ("SLACK_APP_TOKEN", "xoxb-1", "SLACK_APP_TOKEN: expected a token that starts with xapp-"),
        ("STEWARD_PORT", "many", "STEWARD_PORT: Input should be a valid integer"),
        ("STEWARD_PORT", "70000", "STEWARD_PORT: Input should be less than or equal to 65535"),
        ("STEWARD_DATABASE_URL", "mysql://x", "STEWARD_DATABASE_URL: expected postgresql://"),
        ("SLACK_API_URL", "slack.com", "SLACK_API_URL: expected an http:// or https:// address"),
        ("STEWARD_DATABSE_URL", "x", "STEWARD_DATABSE_URL is not a setting; did you mean STEWARD_DATABASE_URL?"),
    ],
)
def test_error_about_an_invalid_setting_names_the_setting(
    monkeypatch: pytest.MonkeyPatch, name: str, value: str, said: str
) -> None:
    monkeypatch.setenv(name, value)

    with pytest.raises(OperatorError) as error:
        load()
    assert said in str(error.value)
    assert "xoxp-1" not in str(error.value)


def test_invalid_setting_does_not_prevent_reading_other_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxp-1")
    monkeypatch.setenv("STEWARD_PORT", "many")
    monkeypatch.setenv("STEWARD_HOST", "0.0.0.0")
    settings, wrong = read_environment()

    assert (settings.bot_token, settings.port, settings.host) == (None, 3000, "0.0.0.0")
    assert list(wrong) == ["SLACK_BOT_TOKEN", "STEWARD_PORT"]


def test_error_about_an_unknown_setting_in_the_env_file_names_the_setting() -> None:
    Path(".env").write_text("STEWARD_PROT=1\n")

    with pytest.raises(OperatorError, match="did you mean STEWARD_PORT"):
        load()


@pytest.mark.parametrize(
    ("lines", "says"),
    [
        (b"STEWARD_HOST=::1\nSTEWARD PORT\n", ".env: line 2 is not like NAME=value"),
        (b"SLACK_BOT_TOKEN=xoxb-\xff", ".env: line 1 is not in UTF-8"),
    ],
)
def test_env_file_that_cannot_be_read_is_named_with_the_line(lines: bytes, says: str) -> None:
    Path(".env").write_bytes(lines)
    assert read_environment()[1] == {".env": says}


def test_secret_can_be_in_a_file(monkeypatch: pytest.MonkeyPatch) -> None:
    Path("token").write_text("xoxb-in-a-file\n")
    Path(".env").write_text("SLACK_BOT_TOKEN_FILE=token\n")
    monkeypatch.setenv("STEWARD_KEYS_FILE", "missing")
    monkeypatch.setenv("STEWARD_DATABASE_URL_FILE", "token")
    monkeypatch.setenv("STEWARD_DATABASE_URL", "postgresql://host/name")
    settings, wrong = read_environment()

    assert settings.bot_token
    assert settings.bot_token.get_secret_value() == "xoxb-in-a-file"
    assert wrong == {
        "STEWARD_KEYS": "STEWARD_KEYS_FILE: missing cannot be read: No such file or directory",
        "STEWARD_DATABASE_URL": "STEWARD_DATABASE_URL and STEWARD_DATABASE_URL_FILE are both set; remove one",
    }


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("STEWARD_PORT", "tcp://10.0.0.7:3000"),
        ("STEWARD_PORT_3000_TCP_ADDR", "10.0.0.7"),
        ("STEWARD_SERVICE_HOST", "10.0.0.7"),
        ("STEWARD_SERVICE_PORT_HTTP", "3000"),
        ("STEWARD_WEB_PORT", "tcp://10.0.0.8:80"),
    ],
)
def test_variables_of_a_kubernetes_service_are_ignored(monkeypatch: pytest.MonkeyPatch, name: str, value: str) -> None:
    monkeypatch.setenv(name, value)
    assert load().port == 3000


def test_repr_of_the_settings_object_contains_no_secrets(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")

    assert "xoxb" not in repr(load())


@pytest.mark.parametrize(
    ("given", "said"),
    [
        ({}, "SLACK_BOT_TOKEN is missing"),
        ({}, "set STEWARD_CLIENT_ID and STEWARD_CLIENT_SECRET instead"),
        ({"STEWARD_CLIENT_ID": "1.2", "SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_BOT_TOKEN and STEWARD_CLIENT_ID are both"),
        ({"STEWARD_CLIENT_ID": "1.2"}, "STEWARD_CLIENT_SECRET is missing"),
        ({"STEWARD_CLIENT_SECRET": "s"}, "STEWARD_CLIENT_ID is missing"),
        ({"STEWARD_CLIENT_ID": "1.2", "STEWARD_CLIENT_SECRET": "s"}, "STEWARD_PUBLIC_URL is missing"),
        ({"SLACK_CLIENT_ID": "1.2", "SLACK_CLIENT_SECRET": "s"}, "SLACK_BOT_TOKEN is missing"),
        ({"SLACK_BOT_TOKEN": "xoxb-1"}, "SLACK_SIGNING_SECRET is missing"),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "STEWARD_DATABASE_URL": "postgresql://h/d"},
            "STEWARD_KEYS is missing",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "STEWARD_KEYS": "short"},
            "STEWARD_KEYS: expected Fernet keys",
        ),
        (
            {"SLACK_BOT_TOKEN": "xoxb-1", "SLACK_APP_TOKEN": "xapp-1", "SLACK_API_URL": "http://127.0.0.1:9/api/"},
            "Slack did not answer at http://127.0.0.1:9/api/",
        ),
    ],
)
def test_run_command_names_missing_settings(monkeypatch: pytest.MonkeyPatch, given: dict[str, str], said: str) -> None:
    for name, value in {"STEWARD_PORT": "0", **given}.items():
        monkeypatch.setenv(name, value)
    result = CliRunner().invoke(command_line, ["run"])

    assert result.exit_code == 2
    assert said in result.output


def test_encryption_key_file_is_created_once_with_private_permissions(tmp_path: Path) -> None:
    first = key_in(tmp_path / "data")

    assert key_in(tmp_path / "data") == first
    assert (tmp_path / "data" / "key").stat().st_mode & 0o777 == 0o600


async def test_encryption_key_that_does_not_match_the_database_is_refused(
    database: Database, workspace: Workspace
) -> None:
    await keyring.check(database)
    database.vault = Vault([Fernet.generate_key().decode()])

    with pytest.raises(OperatorError, match="none of the keys matches this database"):
        await keyring.check(database)


async def test_database_is_reencrypted_after_a_new_key_is_put_first(database: Database, workspace: Workspace) -> None:
    await keyring.check(database)
    async with database.begin() as session:
        await put_row(session, Post("a word"), to=Address("T1", "C1"), not_before=TUESDAY)
    new = Fernet.generate_key().decode()
    database.vault = Vault([new, KEY])
    await keyring.check(database)
    database.vault = Vault([new])
    await keyring.check(database)

    async with database.reading() as session:
        row = (await session.scalars(select(Outgoing))).one()
        kept = await session.get_one(Installation, "T1")
    assert decrypt_payload(row, database.vault)["text"] == "a word"
    assert database.vault.decrypt(kept.token) == "xoxb-1"
