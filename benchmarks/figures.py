"""Formatting of measurements: minimum, median and maximum over the rounds of a run."""

import os
import platform
import statistics
import time
from collections.abc import Sequence
from importlib.metadata import version


def title(words: str, *libraries: str) -> None:
    """Print what is measured, and on which machine."""
    print(f"{words}\n{machine(*libraries)}\n")


def machine(*libraries: str) -> str:
    """Describe the machine and the versions of libraries."""
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {versions}"


def time_fixed_loop() -> float:
    """Return the processor seconds of a fixed loop of Python, which tell how fast the machine is now."""
    began, x = time.process_time(), 0
    for i in range(10_000_000):
        x += i * i % 7
    return time.process_time() - began


def table(*columns: str) -> None:
    _row(columns)
    _row(["---"] * len(columns))


def row(name: str, *columns: str) -> None:
    _row((name, *columns))


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Format values as minimum / median / maximum."""
    shown = (min(values), statistics.median(values), max(values))
    return " / ".join(f"{value:.{digits}f}" for value in shown)


def ratios(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Return the ratios of two measurements round by round, so that a slow machine affects both alike."""
    return [value / other for value, other in zip(values, others, strict=True)]


def _row(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)
