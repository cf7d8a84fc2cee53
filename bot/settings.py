"""Operator settings from environment variables and `.env`, with an error message for each wrong one."""

import difflib
import os
import re
from collections.abc import Iterable, Mapping
from io import StringIO
from pathlib import Path
from typing import Literal

from dotenv import dotenv_values
from dotenv.parser import parse_stream
from pydantic import AliasChoices, Field, SecretStr, ValidationError, field_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, SettingsConfigDict

from bot.errors import OperatorError

VERSION = "0.2.0"
"""The version in pyproject.toml, which an installation without package metadata lacks."""
ENV_FILE = ".env"
SLACK_API = "https://slack.com/api/"
DEFAULT_PORT = 3000
IN_FILE = "_FILE"
"""What is added to the name of a secret for the file that holds it."""
SECRETS = (
    "SLACK_BOT_TOKEN", "SLACK_APP_TOKEN", "SLACK_SIGNING_SECRET", "STEWARD_CLIENT_SECRET", "STEWARD_KEYS",
    "STEWARD_DATABASE_URL",
)  # fmt: skip
SERVICE_LINK = re.compile(r"STEWARD_(?:\w+_)?(?:SERVICE_(?:HOST|PORT(?:_\w+)?)|PORT(?:_\d+_\w+)?)")
"""Variables that Kubernetes sets in every container for a Service whose name starts with `steward`."""


class Settings(BaseSettings):
    """Every operator setting. Secrets are never printed."""

    model_config = SettingsConfigDict(env_file=ENV_FILE, extra="ignore", env_ignore_empty=True)

    bot_token: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("SLACK_BOT_TOKEN", "bot_token"),
        description="Bot token, `xoxb-…`, for one workspace",
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
    erasures_file: Path | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_ERASURES_FILE", "erasures_file"),
        description="File with a keyed hash and the date of each erasure, to erase a restored backup again; by default "
        "`erasures.jsonl` in STEWARD_DATA. Replicas share one",
    )
    host: str = Field(
        "127.0.0.1", validation_alias=AliasChoices("STEWARD_HOST", "host"), description="Address to listen on"
    )
    port: int = Field(
        DEFAULT_PORT,
        ge=0,
        le=65535,
        validation_alias=AliasChoices("STEWARD_PORT", "port"),
        description="Port to listen on",
    )

    log_level: Literal["debug", "info", "warning", "error"] = Field(
        "info",
        validation_alias=AliasChoices("STEWARD_LOG_LEVEL", "log_level"),
        description="The lowest level that is logged: `debug`, `info`, `warning` or `error`",
    )
    public_url: str | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_PUBLIC_URL", "public_url"),
        description="Public address for webhooks (`/queue hooks`) and installs, like `https://steward.example.com`",
    )
    client_id: str | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_CLIENT_ID", "client_id"),
        description="Client ID of the Slack app, for many workspaces: each installs Steward at `/slack/install`",
    )
    client_secret: SecretStr | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_CLIENT_SECRET", "client_secret"),
        description="Client secret of the Slack app, with STEWARD_CLIENT_ID",
    )
    adopt_workspace: str | None = Field(
        None,
        validation_alias=AliasChoices("STEWARD_ADOPT_WORKSPACE", "adopt_workspace"),
        description="ID of the workspace to continue with if the database belongs to others; their tokens are deleted",
    )

    @field_validator("port", mode="before")
    @classmethod
    def _ignore_service_link(cls, port: object) -> object:
        return DEFAULT_PORT if str(port).startswith(("tcp://", "udp://", "sctp://")) else port

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


def join_host(host: str, port: int) -> str:
    """Return a host and a port as they stand in an address, an IPv6 host in brackets."""
    return f"[{host}]:{port}" if ":" in host else f"{host}:{port}"


def check_credentials(settings: Settings) -> None:
    """Raise an `OperatorError` unless there is either a bot token, or what installs of many workspaces need."""
    if settings.bot_token and settings.client_id:
        raise OperatorError(
            "SLACK_BOT_TOKEN and STEWARD_CLIENT_ID are both set. For one workspace, remove STEWARD_CLIENT_ID; "
            "for many, remove SLACK_BOT_TOKEN."
        )
    if settings.client_id is None and settings.client_secret is None:
        _require(
            settings.bot_token, "SLACK_BOT_TOKEN",
            "the bot token, which starts with xoxb-. For many workspaces, set STEWARD_CLIENT_ID and "
            "STEWARD_CLIENT_SECRET instead",
        )  # fmt: skip
        return
    _require(settings.client_id, "STEWARD_CLIENT_ID", "the app's Client ID, with STEWARD_CLIENT_SECRET")
    _require(settings.client_secret, "STEWARD_CLIENT_SECRET", "the app's Client Secret, with STEWARD_CLIENT_ID")
    _require(settings.public_url, "STEWARD_PUBLIC_URL", "the address where people install Steward")


def check_transport(settings: Settings) -> None:
    """Raise an `OperatorError` if Steward has neither a socket nor a way to verify Slack's requests."""
    if not settings.app_token:
        _require(
            settings.signing_secret, "SLACK_SIGNING_SECRET",
            "without SLACK_APP_TOKEN, Steward runs in HTTP mode and has to verify Slack's requests",
        )  # fmt: skip


def _require(value: object, name: str, why: str) -> None:
    if value is None:
        raise OperatorError(f"{name} is missing: {why}.")


def load(**overrides: object) -> Settings:
    """Return the settings, or raise an `OperatorError` that names each wrong one."""
    settings, wrong = read_environment(**overrides)
    if wrong:
        raise OperatorError("\n".join(wrong.values()))
    return settings


def read_environment(**overrides: object) -> tuple[Settings, dict[str, str]]:
    """Return the settings, with defaults for wrong ones, and the error messages by the names of the wrong ones."""
    wrong = _wrong_lines()
    given = ({} if wrong else dotenv_values(ENV_FILE)) | dict(os.environ)
    wrong |= _misspelt(given)
    overrides = _read_secret_files(given, wrong) | overrides
    if ENV_FILE in wrong:
        overrides |= {"_env_file": None}
    try:
        return Settings(**overrides), wrong  # type: ignore[arg-type]
    except ValidationError as error:
        wrong |= {_name(problem): _message(problem) for problem in error.errors(include_input=False)}
    return Settings(**overrides | _defaults(wrong)), wrong  # type: ignore[arg-type]


def _wrong_lines() -> dict[str, str]:
    """Return an error message if the file `.env` has a line that cannot be read, which would otherwise be ignored."""
    try:
        lines = Path(ENV_FILE).read_text("utf-8")
    except FileNotFoundError:
        return {}
    except UnicodeDecodeError as error:
        number = error.object.count(b"\n", 0, error.start) + 1
        return {ENV_FILE: f"{ENV_FILE}: line {number} is not in UTF-8"}
    except OSError as error:
        return {ENV_FILE: f"{ENV_FILE} cannot be read: {error.strerror}"}
    wrong = [each.original.line for each in parse_stream(StringIO(lines)) if each.error]
    return {ENV_FILE: f"{ENV_FILE}: line {wrong[0]} is not like NAME=value"} if wrong else {}


def _read_secret_files(given: Mapping[str, str | None], wrong: dict[str, str]) -> dict[str, object]:
    """Return the secrets that are in files, as `SLACK_BOT_TOKEN_FILE` names one, and add what is wrong with them."""
    found: dict[str, object] = {}
    for name in SECRETS:
        if not (path := given.get(f"{name}{IN_FILE}")):
            continue
        if given.get(name):
            wrong[name] = f"{name} and {name}{IN_FILE} are both set; remove one"
            continue
        try:
            found[name] = Path(path).read_text("utf-8").strip()
        except (OSError, UnicodeDecodeError) as error:
            reason = getattr(error, "strerror", None) or "not in UTF-8"
            wrong[name] = f"{name}{IN_FILE}: {path} cannot be read: {reason}"
        else:
            if not found[name]:
                wrong[name] = f"{name}{IN_FILE}: {path} is empty"
    return found


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
    known = [*names(), *(f"{name}{IN_FILE}" for name in SECRETS)]
    unknown = [name for name in given if name.startswith("STEWARD_") and name not in known]
    unknown = [name for name in unknown if not SERVICE_LINK.fullmatch(name)]
    return {name: f"{name} is not a setting{_nearest(name, known)}" for name in unknown}


def _nearest(name: str, known: list[str]) -> str:
    near = difflib.get_close_matches(name, known, n=1)
    return f"; did you mean {near[0]}?" if near else ""
