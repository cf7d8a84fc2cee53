"""Run one simulated year with the bot and one with a plain weekly reminder."""

from datetime import UTC, date, datetime, time
from pathlib import Path
from typing import Any

from benchmarks.simulate import in_process, table
from benchmarks.simulate.harness import open_harness
from benchmarks.simulate.personas import ONE_DAY, all_personas
from benchmarks.simulate.weekly import Weekly, without_meetings
from benchmarks.simulate.year import Year

FIRST = date(2031, 9, 1)
"""A Monday, late enough that the sandbox's own history is in the past; the year includes a leap day."""


async def figures(seed: int, days: int, mood: str = "", comes: float | None = None) -> dict[str, Any]:
    """Return the figures of both years; `mood`, if given, is the mood of all leaders and the sponsor.

    `comes` is the probability that a leader comes when asked; by default, it depends on their mood.
    """
    with in_process.open_folder() as folder:
        async with open_harness(Path(folder), datetime.combine(FIRST - 3 * ONE_DAY, time(12), UTC)) as world:
            year = Year(world, {each.id: each for each in all_personas()}, seed, FIRST, days, comes)
            for human in (*year.people.values(), year.sponsor):
                human.mood = mood if mood and human.mood else human.mood
            await year.live()
    weekly = Weekly(seed, [without_meetings(each) for each in year.series.values()])
    leaders = [each for each in year.people.values() if each.mood]
    weekly.live(leaders, year.first, year.last)
    return {
        "seed": seed,
        "days": days,
        "steward": table.of_year(year),
        "weekly": table.of_weekly(weekly, year.working_days(leaders)),
    }
