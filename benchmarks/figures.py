"""How figures are shown: least, median and most over the rounds of one run, so that their spread can be seen."""

import os
import platform
import statistics
from collections.abc import Sequence
from importlib.metadata import version


def title(words: str, *libraries: str) -> None:
    """What is measured, and on what."""
    print(f"{words}\n{machine(*libraries)}\n")


def machine(*libraries: str) -> str:
    """What was measured on."""
    versions = ", ".join(f"{name} {version(name)}" for name in libraries)
    return f"{os.cpu_count()} cores, {platform.system()}, Python {platform.python_version()}, {versions}"


def table(*columns: str) -> None:
    _row(columns)
    _row(["---"] * len(columns))


def row(name: str, *columns: str) -> None:
    _row((name, *columns))


def spread(values: Sequence[float], digits: int = 2) -> str:
    """Least / median / most."""
    shown = (min(values), statistics.median(values), max(values))
    return " / ".join(f"{value:.{digits}f}" for value in shown)


def ratios(values: Sequence[float], others: Sequence[float]) -> list[float]:
    """Round by round, so that what slows the machine down slows both."""
    return [value / other for value, other in zip(values, others, strict=True)]


def _row(cells: Sequence[str]) -> None:
    print(f"| {' | '.join(cells)} |", flush=True)
