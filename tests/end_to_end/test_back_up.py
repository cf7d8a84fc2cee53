"""Tests of the backup that docs/operations.md describes: it is taken while the bot runs, and can be restored."""

import asyncio
import shutil
import sys
from pathlib import Path

from sqlalchemy import func, select

from bot.features.shoutouts.models import Shoutout
from tests.end_to_end.test_command_line import environment
from tests.harness import World, opened

GUIDE = Path(__file__).parent.parent.parent / "docs" / "operations.md"


async def acts(world: World) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(Shoutout)) or 0


def command() -> list[str]:
    """Return the backup command that docs/operations.md shows."""
    (line,) = [line for line in GUIDE.read_text().splitlines() if line.startswith("    steward backup ")]
    return [sys.executable, "-m", "bot", *line.replace("FILE", "steward-backup.db").split()[1:]]


async def test_backup_taken_under_load_restores_all_acknowledged_shoutouts(tmp_path: Path) -> None:
    home = tmp_path / "home"
    async with opened(home / "data", None) as world:
        before = await acts(world)
        assert "Thanks! " in (await world.slack.command("maya", "@ana for the first one")).text
        taken = await asyncio.create_subprocess_exec(
            *command(), cwd=home, env=environment(PYTHONPATH=str(GUIDE.parent.parent))
        )
        answers = [await world.slack.command("ben", f"@ana for number {number}") for number in range(3)]
        assert await taken.wait() == 0
        assert all("Thanks! " in answer.text for answer in answers)

    shutil.copytree(home / "data" / "sandbox", tmp_path / "restored" / "sandbox")
    shutil.copy(home / "steward-backup.db", tmp_path / "restored" / "steward.db")
    async with opened(tmp_path / "restored", None) as world:
        assert 1 <= await acts(world) - before <= 4
        assert "Thanks! " in (await world.slack.command("maya", "@ben for going on")).text
