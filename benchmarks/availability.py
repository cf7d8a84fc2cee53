"""Benchmark of finding the next good moment for a message, for different working hours."""

import time
from datetime import UTC, datetime
from datetime import time as wall

from benchmarks import figures
from bot.org.availability.good_moments import next_good_moment
from bot.org.availability.working_hours import Day, WorkingHours

ROUNDS = 7
CALLS = 200
WEEK = frozenset(list(Day)[:5])
LISBON = WorkingHours("Europe/Lisbon", WEEK, wall(9), wall(17), "PT")
QUIET = (datetime(2027, 3, 26, 22, tzinfo=UTC), datetime(2027, 3, 27, 8, tzinfo=UTC))
CASES = {
    "at work already": (LISBON, datetime(2027, 3, 24, 12, tzinfo=UTC)),
    "an evening": (LISBON, datetime(2027, 3, 24, 20, tzinfo=UTC)),
    "a weekend": (LISBON, datetime(2027, 3, 19, 20, tzinfo=UTC)),
    "a weekend, a holiday before it, clocks that change, Do Not Disturb": (
        WorkingHours("Europe/Lisbon", WEEK, wall(9), wall(17), "PT", quiet=QUIET),
        datetime(2027, 3, 25, 20, tzinfo=UTC),
    ),
    "none within 400 days": (
        WorkingHours("Europe/Lisbon", frozenset(), wall(9), wall(17)),
        datetime(2027, 3, 24, tzinfo=UTC),
    ),
}


def cost(routine: WorkingHours, at: datetime) -> float:
    """Return how many microseconds it takes to find the next good moment from `at` on."""
    started = time.perf_counter()
    for _ in range(CALLS):
        next_good_moment(routine, at)
    return (time.perf_counter() - started) / CALLS * 1e6


def main() -> None:
    figures.title("The next good moment, microseconds per call", "holidays")
    figures.table("from", "us", "times the first")
    found: dict[str, list[float]] = {case: [] for case in CASES}
    for routine, at in CASES.values():
        cost(routine, at)
    for _ in range(ROUNDS):
        for case, (routine, at) in CASES.items():
            found[case].append(cost(routine, at))
    first = next(iter(found.values()))
    for case, each in found.items():
        figures.row(case, figures.spread(each), figures.spread(figures.ratios(each, first)))


if __name__ == "__main__":
    main()
