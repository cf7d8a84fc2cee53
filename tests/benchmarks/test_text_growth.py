"""The benchmark of long texts compares like with like: a short and a long text cause the same work."""

import itertools

import pytest

from benchmarks import budget, text_growth
from bot.db.sessions import Database

SPACES = (" ", "\n", "\u00a0", "\u3000", "\u200b")

pytestmark = pytest.mark.own_database


async def test_form_does_the_same_work_for_a_long_text_of_spaces_as_for_a_short_one(database: Database) -> None:
    entries = await text_growth.entry_points(database)
    forms = [name for name in entries if name.startswith("settings")]
    unequal = {}
    for form, space in itertools.product(forms, SPACES):
        short, long = [await statements(database, entries[form], space, length) for length in text_growth.LENGTHS]
        if short != long:
            unequal[form, space] = short, long

    assert unequal == {}


async def statements(database: Database, ask: text_growth.Ask, space: str, length: int) -> int:
    """Return the number of statements of a submission that changes nothing, since it repeats one."""
    cost = budget.Cost()
    await ask(text_growth.repeat(space, length))
    with budget.counted(database, cost):
        await ask(text_growth.repeat(space, length))
    return len(cost.statements)
