"""Long test of many workspaces: people act by the page alone, and the bot is killed at each step.

Two workspaces and an organization with two more install, use, upgrade, rotate, uninstall and re-install the app. The
bot runs as one process on SQLite, and as two replicas on PostgreSQL, of which one is killed while the other goes on.
After each part, everything that each workspace could see is compared: nothing crosses, nothing is said twice or lost.
"""

from datetime import timedelta
from pathlib import Path

import pytest

from tests import chromium
from tests.end_to_end.workspaces_audit import HARBOUR, LIGHTHOUSE, ORCHARD, PLACES, QUARRY
from tests.end_to_end.workspaces_people import open_people
from tests.end_to_end.workspaces_stage import open_stage
from tests.end_to_end.workspaces_story import Story

DAY = timedelta(days=1)


@pytest.mark.long
@pytest.mark.skipif(not chromium.found(), reason=chromium.MISSING)
@pytest.mark.parametrize("database", ["sqlite", "postgresql"])
async def test_nothing_crosses_between_workspaces_while_the_bot_is_killed(tmp_path: Path, database: str) -> None:
    async with open_stage(tmp_path, database) as stage, open_people(stage.sandbox) as people:
        story = Story(stage, people, tmp_path)
        await story.begin()
        await story.use(PLACES)
        await story.upgrade()
        await story.add_a_scope()
        await story.rotate()
        await story.leave(LIGHTHOUSE, taken=ORCHARD)
        await stage.move(stage.now.replace(hour=15, minute=1) + DAY)  # Friday, after the weekly summary
        await story.thank(HARBOUR)
        await stage.move(4 * DAY)
        await story.thank(QUARRY)
        await story.come_back(LIGHTHOUSE, taken=ORCHARD)
        await story.leave(HARBOUR)
        await story.leave(QUARRY)
        await stage.move(6 * DAY)
        await story.thank(LIGHTHOUSE)
        await story.come_back(HARBOUR)
        await story.come_back(QUARRY)
        await stage.move(2 * DAY)
        await story.use(PLACES)
        await stage.settle()
        await story.compare()
