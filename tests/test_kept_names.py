"""Tests that the bot still knows all names stored in Slack messages and database rows, listed in kept_names.txt.

When a button or form is retired, its line is removed; presses of it in old messages still get an answer. A retired job
needs a migration that deletes its rows. `RECORD=1 python -m pytest tests/test_kept_names.py` adds new names.
"""

import os
from collections.abc import Iterator
from pathlib import Path

from bot.clock import Clock
from bot.db.models import Base
from bot.db.sessions import Database
from bot.slack.dispatcher import Dispatcher, Kind
from bot.workflows.nudges import TITLES
from bot.workflows.settings import PERSONAL_SETTINGS, TEAM_SETTINGS
from handlers import registry
from handlers.errors import ErrorAnswers
from schedules.registry import JOBS

KEPT = Path(__file__).parent / "kept_names.txt"


def known(database: Database) -> Iterator[str]:
    on = Dispatcher(database, Clock(), ErrorAnswers())
    registry.register(on)
    yield from (f"{kind} {name}" for kind in Kind for name in on.names(kind))
    yield from (f"job {job.name}" for job in JOBS)
    yield from (f"nudge {kind}" for kind in TITLES)
    yield from (f"table {table}" for table in Base.metadata.tables)
    for whose, models in (("team", TEAM_SETTINGS), ("personal", PERSONAL_SETTINGS)):
        for feature, model in models.items():
            yield from (f"{whose} setting {feature}.{field}" for field in model.model_fields)


def test_names_stored_in_database_or_slack_match_recorded_list(database: Database) -> None:
    names = "".join(f"{name}\n" for name in sorted(known(database)))
    if "RECORD" in os.environ:
        KEPT.write_text(names)

    assert names == KEPT.read_text()
