"""Start-up of the bot: which settings count, and that Bolt builds no OAuth flow of its own."""

from pathlib import Path

import aiohttp
import pytest
from pydantic import SecretStr

from bot.app import Steward
from bot.clock import Clock
from bot.db.sessions import Database
from bot.settings import Settings
from tests.harness import Mode, opened


async def test_slacks_own_names_of_client_id_and_secret_change_nothing(
    tmp_path: Path, database_url: str | None, mode: Mode | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Bolt builds an OAuth flow with file stores as soon as these two are in the environment."""
    monkeypatch.setenv("SLACK_CLIENT_ID", "1.2")
    monkeypatch.setenv("SLACK_CLIENT_SECRET", "secret")
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    async with opened(tmp_path, database_url, mode=mode, looked=True) as world:
        before = len(await world.slack.calls("auth.test"))
        answer = await world.slack.command("maya", "@ana for calm")

        assert "Thanks! " in answer.text
        assert len(await world.slack.calls("auth.test")) == before
        assert not (tmp_path / "home").exists()


@pytest.mark.own_database
async def test_bot_for_many_workspaces_starts_without_any_installation(database: Database) -> None:
    settings = Settings(
        api_url="http://127.0.0.1:9/api/", client_id="1.2", client_secret=SecretStr("s"),
        signing_secret=SecretStr("s"), public_url="https://steward.example.com",
    )  # fmt: skip
    async with aiohttp.ClientSession() as http:
        steward = Steward(settings, database, Clock(), http)
        await steward.prepare()
        await steward.start()
        assert await steward.describe_outage() is None
        await steward.stop()
