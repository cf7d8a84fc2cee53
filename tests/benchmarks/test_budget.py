"""The number of statements of the acts that happen most often. Each statement more is paid by every act."""

import pytest

from benchmarks import budget
from bot.db.sessions import Database

MOST_STATEMENTS = {
    "`/shoutout`": 8,
    "a heard message without thanks": 1,
    "a pressed button that is refused": 6,
    budget.SEND: 12,
    budget.CHECK: 37,
}

pytestmark = pytest.mark.own_database


@pytest.mark.parametrize("name", budget.ACTS)
async def test_frequent_act_executes_few_statements(database: Database, name: str) -> None:
    async with budget.opened(database) as bot:
        cost = await budget.measure_statements(bot, database, budget.ACTS[name])

    assert len(cost.statements) <= MOST_STATEMENTS[name], "\n".join(cost.statements)
    assert cost.switches <= 1


async def test_relay_sends_a_message_with_few_statements(database: Database) -> None:
    async with budget.opened(database) as bot:
        cost = await budget.measure_send(bot, database)

    assert len(cost.statements) <= MOST_STATEMENTS[budget.SEND], "\n".join(cost.statements)


async def test_nudge_check_executes_few_statements(database: Database) -> None:
    async with budget.opened(database):
        cost = await budget.measure_check(database)

    assert len(cost.statements) <= MOST_STATEMENTS[budget.CHECK], "\n".join(cost.statements)


async def test_what_is_due_is_read_once_until_something_is_written(database: Database) -> None:
    async with budget.opened(database) as bot:
        costs = [await budget.measure_looks(bot, database, 3) for _ in range(2)]

    assert [len(cost.statements) for cost in costs] == ([1, 1] if database.is_sqlite else [3, 3])
