"""Run the benchmarks and write docs/performance.md: `python -m benchmarks [--quick] [CHAPTER …]`."""

import argparse
import importlib
import logging
import time
from datetime import UTC, datetime
from pathlib import Path

from benchmarks import figures, plot, report
from benchmarks.report import Chapter
from bot.cli import process

CHAPTERS = (
    "budget", "commands", "dispatcher", "table_growth", "due_jobs", "nudges", "outbox", "startup", "page",
    "text_growth", "floods", "workspaces",
)  # fmt: skip
PAGE = Path(__file__).parent.parent / "docs" / "performance.md"
LIBRARIES = ("slack-bolt", "SQLAlchemy", "asyncpg", "uvicorn", "APScheduler")
HEAD = """# Performance

`make bench` generates this page with all its figures. Its chapters can run together or separately. Comparisons are made
within one run of a chapter: the alternatives take turns, and a ratio is taken within a round. Figures are minimum /
median / maximum of the rounds. They depend on the machine; the ratios depend on it less.
"""


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument("chapters", nargs="*", metavar="CHAPTER", help=f"any of {', '.join(CHAPTERS)}; all by default")
    parser.add_argument(
        "--quick", action="store_true", help="run a few rounds as a smoke test; prints the result and writes no file"
    )
    options = parser.parse_args()
    logging.disable()
    names = options.chapters or list(CHAPTERS)
    chapters = [_measured(name, options.quick) for name in names]
    if options.quick or options.chapters:
        print(page(chapters))
    else:
        write(chapters)


def _measured(name: str, quick: bool) -> Chapter:
    began = time.monotonic()
    chapter: Chapter = process.run_loop(importlib.import_module(f"benchmarks.{name}").run(quick))
    print(f"{name}: {time.monotonic() - began:.0f} s", flush=True)
    return chapter


def page(chapters: list[Chapter]) -> str:
    verdicts = [verdict for chapter in chapters for verdict in chapter.verdicts]
    run = f"{datetime.now(UTC):%Y-%m-%d}, {figures.machine(*LIBRARIES)}."
    bodies = [report.markdown(chapter, PAGE.stem) for chapter in chapters]
    return "\n\n".join([HEAD + "\n" + run, "## Targets", report.bars(verdicts), *bodies]) + "\n"


def write(chapters: list[Chapter]) -> None:
    PAGE.with_suffix("").mkdir(exist_ok=True)
    for each in (each for chapter in chapters for each in chapter.plots):
        (PAGE.with_suffix("") / f"{each.name}.svg").write_text(plot.svg(each))
    PAGE.write_text(page(chapters))


if __name__ == "__main__":
    main()
