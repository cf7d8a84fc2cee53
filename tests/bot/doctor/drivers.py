"""Drivers of the doctor: settings of a bot that has a sandbox, and what the doctor finds."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from pydantic import SecretStr

from bot import manifest
from bot.clock import Clock
from bot.doctor import diagnosis
from bot.doctor.findings import CheckedSettings, Finding, State
from bot.settings import Settings
from sandbox.sandbox import Sandbox
from tests.databases import KEY
from tests.harness import APP

Json = dict[str, Any]
SECRET = re.compile(rf"xoxb-\w|xapp-\w|{KEY}|hunter2|nobody may read this")


def settings_of(sandbox: Sandbox, data: Path, **others: Any) -> Settings:
    given = {"bot_token": SecretStr(sandbox.bot_token), "app_token": SecretStr(sandbox.app_token)}
    return Settings(**{"api_url": sandbox.api_url, "data": data, "keys": SecretStr(KEY), **given, **others})


async def findings(
    settings: Settings,
    *,
    wrong: dict[str, str] | None = None,
    off: timedelta = timedelta(),
    file: Path = manifest.FILE,
    owns: str = "T1",
) -> list[Finding]:
    """Return what the doctor finds. `owns` is a workspace that the database may hold beside the token's."""
    clock = Clock(lambda: datetime.now(UTC) + off)
    given = CheckedSettings(settings, wrong or {}, {owns})
    found = [each async for each in diagnosis.diagnose(given, clock, file)]
    assert not [each for each in found if SECRET.search(f"{each.says}{each.remedy}")]
    return found


def about(what: str, found: list[Finding]) -> Finding:
    return next(each for each in found if each.about == what)


def troubled(found: list[Finding]) -> list[str]:
    return [each.about for each in found if each.state is State.TROUBLE]


@asynccontextmanager
async def started(data: Path, app: Json = APP) -> AsyncIterator[Sandbox]:
    sandbox = Sandbox(data / "slack", port=0, manifest=app)
    await sandbox.start()
    yield sandbox
    await sandbox.stop()


def granting(*scopes: str) -> Json:
    return {**APP, "oauth_config": {"scopes": {"bot": scopes}}}
