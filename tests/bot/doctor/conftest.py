"""Fixtures of the doctor's tests."""

from collections.abc import AsyncIterator
from pathlib import Path

import aiohttp
import pytest

from bot.db.sessions import Database
from bot.settings import Settings
from sandbox.sandbox import Sandbox
from tests.bot.doctor.drivers import settings_of, started
from tests.harness import Slack


@pytest.fixture
async def sandbox(tmp_path: Path) -> AsyncIterator[Sandbox]:
    async with started(tmp_path) as sandbox:
        yield sandbox


@pytest.fixture
async def slack(sandbox: Sandbox) -> AsyncIterator[Slack]:
    async with aiohttp.ClientSession() as http:
        yield Slack(sandbox.url, http)


@pytest.fixture
def settings_without_tokens(tmp_path: Path) -> Settings:
    """Return settings without tokens, with a data folder that does not exist."""
    return Settings(data=tmp_path / "nowhere")


@pytest.fixture
def given(database: Database, database_url: str | None, sandbox: Sandbox, tmp_path: Path) -> Settings:
    """Return settings that point to `database`."""
    return settings_of(sandbox, tmp_path, database_url=database_url)
