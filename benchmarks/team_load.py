"""What one team costs in a day: `python -m benchmarks.team_load [DAYS]` prints the figures of docs/scale.md.

The simulated team of `make simulate`, with leaders, agents, a sponsor, alerts and rituals, lives some days on SQLite.
Statements are counted on their way to the database; the processor time includes the simulated people and Slack.
"""

import asyncio
import logging
import sys
import tempfile
import time
from collections import Counter
from datetime import UTC, datetime
from datetime import time as time_of_day
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, event, func, select

from benchmarks import figures
from benchmarks.simulate.harness import open_harness
from benchmarks.simulate.personas import ONE_DAY, all_personas
from benchmarks.simulate.run import FIRST
from benchmarks.simulate.year import Year
from bot.db.models import Base, table
from bot.db.sessions import Database
from bot.org.people import Person

SEED, DAYS = 1, 14


async def live(days: int) -> tuple[Counter[str], Counter[str], dict[str, int], int]:
    """Return the statements by verb, the rows inserted and the rows that remain by table, and the number of people."""
    verbs, inserted = Counter[str](), Counter[str]()

    def on_statement(_: Any, __: Any, statement: str, parameters: Any, ___: Any, is_many: bool) -> None:
        verb, *words = statement.split(maxsplit=3)
        verbs[verb] += 1
        if verb == "INSERT":
            inserted[words[1]] += len(parameters) if is_many else 1

    with tempfile.TemporaryDirectory() as folder:
        begins = datetime.combine(FIRST - 3 * ONE_DAY, time_of_day(12), UTC)
        async with open_harness(Path(folder), begins) as world:
            year = Year(world, {each.id: each for each in all_personas()}, SEED, FIRST, days, None)
            event.listen(Engine, "before_cursor_execute", on_statement)
            await year.live()
            event.remove(Engine, "before_cursor_execute", on_statement)
            return verbs, inserted, *await _count_rows(world.steward.database)


async def _count_rows(database: Database) -> tuple[dict[str, int], int]:
    async with database.reading() as session:
        rows = {
            name: await session.scalar(select(func.count()).select_from(each)) or 0
            for name, each in Base.metadata.tables.items()
        }
    return rows, rows[table(Person).name]


def main(days: int) -> None:
    logging.disable()
    began = time.process_time()
    verbs, inserted, rows, people = asyncio.run(live(days))
    took = time.process_time() - began
    figures.title(f"One team of {people} people, {days} days, seed {SEED}", "SQLAlchemy", "slack-bolt")
    figures.table("a day", "")
    for verb in ("SELECT", "INSERT", "UPDATE", "DELETE"):
        figures.row(f"{verb} statements", f"{verbs[verb] / days:,.0f}")
    for name, label in (("deliveries", "deliveries with an effect"), ("outbox", "messages, edits and Homes")):
        figures.row(label, f"{inserted[name] / days:,.0f}")
    figures.row("rows inserted", f"{inserted.total() / days:,.0f}")
    figures.row("rows that remain", f"{sum(rows.values()) / days:,.0f}")
    figures.row("most rows inserted", ", ".join(f"{name} {many / days:.0f}" for name, many in inserted.most_common(6)))
    figures.row("processor time", f"{took / days:.2f} s")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else DAYS)
