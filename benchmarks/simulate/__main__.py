"""Simulate a team's year, or half a year of many teams, and print the results.

Run with `python -m benchmarks.simulate --help`.
"""

import argparse
import gc
import json
import logging
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import figures
from benchmarks.simulate import table
from benchmarks.simulate.behaviour import MODELS
from benchmarks.simulate.comparison import table as comparison
from benchmarks.simulate.comparison.run import HALF_A_YEAR, gather, gather_kinds, live_all
from benchmarks.simulate.personas import MOODS_FOR_ALL
from benchmarks.simulate.run import figures as lived
from bot.cli.process import run_loop

PAGE = Path(__file__).parents[2] / "docs" / "simulation.md"
A_YEAR = 364
COMPARISON_MARK, COMPARISON_END = "<!-- what `make simulate SEEDS=10` found -->\n", "<!-- end of the comparison -->\n"
MARK = "<!-- what `make simulate` found -->\n"


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.simulate", description=__doc__)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seeds", type=int, default=0, help="how many teams to compare, each under every model")
    parser.add_argument("--days", type=int, help=f"{A_YEAR} by default, {HALF_A_YEAR} to compare teams")
    parser.add_argument("--model", action="append", choices=MODELS, help="a model to compare; all by default")
    parser.add_argument("--processes", type=int, default=2, help="how many teams to simulate at a time")
    parser.add_argument("--mood", default="", choices=["", *MOODS_FOR_ALL], help="one mood for all leaders")
    parser.add_argument(
        "--comes", type=_share, metavar="SHARE", help="how often leaders come when asked; empty for that of their mood"
    )
    parser.add_argument("--json", action="store_true", help="figures as JSON")
    parser.add_argument("--write", action="store_true", help="put the table into docs/simulation.md")
    options = parser.parse_args()
    if options.seeds:
        compare(options)
    else:
        simulate(options)


def compare(options: argparse.Namespace) -> None:
    """Compare many teams under every model, with the bot and without it."""
    days, models, began = options.days or HALF_A_YEAR, options.model or [*MODELS], time.monotonic()
    results = []
    for result in live_all(options.seeds, days, models, options.processes):
        results.append(result)
        print(f"{result.job}: {result.seconds:.0f} s", file=sys.stderr)
    found = gather(results)
    missed = "\n".join(["Aims that are not reached:", *comparison.unreached(found)])
    told = "\n\n".join([comparison.tables(found), comparison.kinds(gather_kinds(results)), missed])
    print(told if not options.json else json.dumps(found, indent=2))
    if options.write:
        mean = sum(each.seconds for each in results) / len(results)
        took = f"in {time.monotonic() - began:.0f} s, {mean:.0f} s of computing for each life"
        run = f"Seeds 1 to {options.seeds}, {days} days, {took}; {figures.machine('slack-bolt', 'SQLAlchemy')}."
        head, _, rest = PAGE.read_text().partition(COMPARISON_MARK)
        _, _, tail = rest.partition(COMPARISON_END)
        PAGE.write_text(f"{head}{COMPARISON_MARK}\n{run}\n\n```\n{told}\n```\n\n{COMPARISON_END}{tail}")


def simulate(options: argparse.Namespace) -> None:
    """Simulate the year of one team, with the bot and with a plain reminder of one-on-ones."""
    days = options.days or A_YEAR
    logging.disable()
    gc.freeze()
    gc.set_threshold(100_000, 50, 50)  # a year creates many short-lived objects
    began = time.monotonic(), time.process_time()
    found = run_loop(lived(options.seed, days, options.mood, options.comes))
    took = f"{time.monotonic() - began[0]:.0f} s, {time.process_time() - began[1]:.0f} s of them computing"
    if options.json:
        print(json.dumps(found, indent=2))
        return
    print(told(found))
    if options.write:
        run = f"Seed {options.seed}, {days} days, in {took}; {figures.machine('slack-bolt', 'SQLAlchemy')}."
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
