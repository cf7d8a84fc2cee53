"""The number of statements of the acts that happen most often. Each statement more is paid by every act."""

import math

import pytest

from benchmarks import budget
from bot.db import driver
from bot.db.sessions import Database

MOST_STATEMENTS = {
    budget.SHOUTOUT: 8,
    "a heard message without thanks": 1,
    "a pressed button that is refused": 6,
    budget.SEND: 12,
    budget.CHECK: 37,
}

pytestmark = pytest.mark.own_database


@pytest.fixture(autouse=True)
def nothing_takes_long(monkeypatch: pytest.MonkeyPatch) -> None:
    """Keep a busy machine's pauses from moving a short statement to a thread, as they would be counted."""
    for name in ("QUERY_SECONDS", "SLOW_SECONDS"):
        monkeypatch.setattr(driver, name, math.inf)


@pytest.mark.parametrize("name", MOST_STATEMENTS)
async def test_frequent_act_executes_few_statements(database: Database, name: str) -> None:
    async with budget.opened(database) as bot, budget.acts(bot, database) as acts:
        cost = await budget.measure_statements(database, acts[name])

    assert len(cost.statements) <= MOST_STATEMENTS[name], "\n".join(cost.statements)
    assert cost.switches <= (2 if name == budget.SEND else 1)


async def test_every_measured_act_has_a_limit_and_its_processor_time_by_part(database: Database) -> None:
    async with budget.opened(database) as bot, budget.acts(bot, database) as acts:
        parts = {name: await budget.measure_parts(act, 1) for name, act in acts.items()}

    assert parts.keys() == MOST_STATEMENTS.keys()
    assert all({"SQLAlchemy", "rules and queries"} <= each.keys() and each.total() > 0 for each in parts.values())


async def test_what_is_due_is_read_once_until_something_is_written(database: Database) -> None:
    async with budget.opened(database) as bot:
        costs = [await budget.measure_looks(bot, database, 3) for _ in range(2)]

    assert [len(cost.statements) for cost in costs] == ([1, 1] if database.is_sqlite else [3, 3])
