"""Simulate a team's year and print the results; run with `python -m benchmarks.simulate --help`."""

import argparse
import asyncio
import gc
import json
import logging
import time
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.simulate import table
from benchmarks.simulate.personas import MOODS_FOR_ALL
from benchmarks.simulate.run import figures as lived

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"
MARK = "<!-- what `make simulate` found -->\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--days", type=int, default=364)
    parser.add_argument("--mood", default="", choices=["", *MOODS_FOR_ALL], help="one mood for all leaders")
    parser.add_argument(
        "--comes", type=_share, metavar="SHARE", help="how often leaders come when asked; empty for that of their mood"
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--write", action="store_true", help="put the table into docs/simulation.md")
    options = parser.parse_args()
    logging.disable()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)  # a year creates many short-lived objects
    began = time.monotonic(), time.process_time()
    found = asyncio.run(lived(options.seed, options.days, options.mood, options.comes))
    took = f"{time.monotonic() - began[0]:.0f} s, {time.process_time() - began[1]:.0f} s of them computing"
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(told(found))
    if options.write:
        run = f"Seed {options.seed}, {options.days} days, in {took}; {figures.machine('slack-bolt', 'SQLAlchemy')}."
        head = PAGE.read_text().partition(MARK)[0]
        PAGE.write_text(f"{head}{MARK}\n{run}\n\n```\n{told(found)}\n```\n")


def _share(typed: str) -> float | None:
    return float(typed) if typed else None


def told(found: dict[str, Any]) -> str:
    bot = found["steward"]
    lines = [table.plain(table.rows(bot, found["weekly"]))]
    lines += [f"out of hours: {each}" for each in bot["out of hours"]]
    lines += [f"refused {many} times: {words}" for words, many in bot["refused"].items()]
    return "\n".join(lines)


if __name__ == "__main__":
    main()
