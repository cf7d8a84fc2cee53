"""Tests of what the docs tell operators to do about the pulse."""

import re
from datetime import timedelta
from pathlib import Path

from sqlalchemy import text

from bot.features.pulse import rules
from tests.handlers.pulse.drivers import HOUR, agents, answer, move_to, open_round, rounds, stored_comments
from tests.harness import World

PRIVACY = Path(__file__).parents[3] / "docs" / "privacy.md"
NOW = "CURRENT_TIMESTAMP"


async def test_round_of_restored_backup_is_discarded_after_the_statement_in_the_docs(tuesday: World) -> None:
    found = await open_round(tuesday)
    for name in (await agents(tuesday))[:5]:
        await answer(tuesday, name, 5, 5, comment="more time")
    (statement,) = re.findall(r"^ +(DELETE FROM .*);$", PRIVACY.read_text(), re.MULTILINE)
    async with tuesday.database.begin() as session:
        await session.execute(text(statement.replace(NOW, f"'{found.closes_at + HOUR:%Y-%m-%d %H:%M:%S}+00'")))
    await move_to(tuesday, found.closes_at + 2 * HOUR)
    assert (await rounds(tuesday))[-1].is_open
    await move_to(tuesday, found.closes_at + rules.MOST_LATE + timedelta(minutes=2))
    closed = (await rounds(tuesday))[-1]
    assert (closed.is_open, closed.levels, closed.answered) == (False, [], 0)
    assert await stored_comments(tuesday) == []


async def test_statement_in_the_docs_spares_rounds_that_still_run(tuesday: World) -> None:
    found = await open_round(tuesday)
    (statement,) = re.findall(r"^ +(DELETE FROM .*);$", PRIVACY.read_text(), re.MULTILINE)
    async with tuesday.database.begin() as session:
        await session.execute(text(statement.replace(NOW, f"'{found.closes_at - HOUR:%Y-%m-%d %H:%M:%S}+00'")))
    await move_to(tuesday, found.closes_at + 2 * HOUR)
    assert not (await rounds(tuesday))[-1].is_open
