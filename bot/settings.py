"""Operator settings from environment variables and `.env`, with an error message for each wrong one."""

import difflib
import os
from collections.abc import Iterable
from pathlib import Path

from dotenv import dotenv_values
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import OperatorError

ENV_FILE = ".env"
SLACK_API = "https://slack.com/api/"


class Settings(BaseSettings):
    """Every operator setting. Secrets are never printed."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)

    bot_token: SecretStr | None = Field(
        None, validation_alias=AliasChoices("SLACK_BOT_TOKEN", "bot_token"), description="Bot token, `xoxb-…`"
    )
    app_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_APP_TOKEN", "app_token"),
        description="App-level token, `xapp-…`; with it Steward uses Socket Mode, without it HTTP",
    )
    signing_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_SIGNING_SECRET", "signing_secret"),
        description="Signing secret, required for HTTP",
    )
    api_url: str = Field(
        SLACK_API,
        validation_alias=AliasChoices("SLACK_API_URL", "api_url"),
        description="Address of Slack's Web API, or of a sandbox's",
    )
    data: Path = Field(
        Path("data"),
        validation_alias=AliasChoices("STEWARD_DATA", "data"),
        description="Folder for the SQLite database, its key and the sandbox",
    )
    database_url: str | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_DATABASE_URL", "database_url"),
        description="`postgresql://user:password@host/name`; without it, SQLite in STEWARD_DATA",
    )
    keys: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_KEYS", "keys"),
        description="Fernet keys, newest first, separated by commas; with SQLite, Steward creates a missing key",
    )
    host: str = Field(
        "127.0.0.1", validation_alias=AliasChoices("STEWARD_HOST", "host"), description="Address to listen on"
    )
    port: int = Field(
        3000, ge=0, le=65535, validation_alias=AliasChoices("STEWARD_PORT", "port"), description="Port to listen on"
    )

    public_url: str | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_PUBLIC_URL", "public_url"),
        description="Public address for webhooks (`/queue hooks`), like `https://steward.example.com`",
    )

    @field_validator("bot_token", "app_token")
    @classmethod
    def _check_prefix(cls, token: SecretStr | None, info: object) -> SecretStr | None:
        prefix = {"bot_token": "xoxb-", "app_token": "xapp-"}[getattr(info, "field_name", "")]
        if token and not token.get_secret_value().startswith(prefix):
            raise ValueError(f"expected a token that starts with {prefix}")
        return token

    @field_validator("database_url")
    @classmethod
    def _normalize_database_url(cls, url: str | None) -> str | None:
        if url is None:
            return None
        if not url.startswith(("postgresql://", "postgres://", "postgresql+asyncpg://")):
            raise ValueError("expected postgresql://user:password@host/name")
        return "postgresql+asyncpg://" + url.split("://", 1)[1]

    @field_validator("public_url")
    @classmethod
    def _normalize_public_url(cls, url: str | None) -> str | None:
        if url and not url.startswith(("http://", "https://")):
            raise ValueError("expected an http:// or https:// address")
        return url.rstrip("/") if url else None

    @field_validator("api_url")
    @classmethod
    def _normalize_api_url(cls, url: str) -> str:
        if not url.startswith(("http://", "https://")):
            raise ValueError("expected an http:// or https:// address")
        return url.rstrip("/") + "/"


def load(**overrides: object) -> Settings:
    """Return the settings, or raise an `OperatorError` that names each wrong one."""
    settings, wrong = read_environment(**overrides)
    if wrong:
        raise OperatorError("\n".join(wrong.values()))
    return settings


def read_environment(**overrides: object) -> tuple[Settings, dict[str, str]]:
    """Return the settings, with defaults for wrong ones, and the error messages by the names of the wrong ones."""
    wrong = _misspelt([*os.environ, *dotenv_values(ENV_FILE)])
    try:
        return Settings(**overrides), wrong  # type: ignore[arg-type]
    except ValidationError as error:
        wrong |= {_name(problem): _message(problem) for problem in error.errors(include_input=False)}
    return Settings(**overrides | _defaults(wrong)), wrong  # type: ignore[arg-type]


def _defaults(wrong: Iterable[str]) -> dict[str, object]:
    return {variable(name): field.default for name, field in Settings.model_fields.items() if variable(name) in wrong}


def names() -> dict[str, str]:
    """Return each setting's environment variable with its description."""
    return {variable(name): field.description or "" for name, field in Settings.model_fields.items()}


def variable(field: str) -> str:
    alias = Settings.model_fields[field].validation_alias
    assert isinstance(alias, AliasChoices)  # noqa: S101
    return str(alias.choices[0])


def _name(problem: ErrorDetails) -> str:
    where = str(problem["loc"][0])
    return where if where.isupper() else variable(where)


def _message(problem: ErrorDetails) -> str:
    return f"{_name(problem)}: {problem['msg'].removeprefix('Value error, ')}"


def _misspelt(given: Iterable[str]) -> dict[str, str]:
    known = list(names())
    unknown = [name for name in given if name.startswith("STEWARD_") and name not in known]
    return {name: f"{name} is not a setting{_nearest(name, known)}" for name in unknown}


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
