"""The table of troubles, `troubles.yaml`: what the doctor finds, the fix it names, and what else an operator sees."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FILE = Path(__file__).parent / "troubles.yaml"
PLACE = re.compile(r"\\\{\w+\\\}")
"""A name in braces, once escaped, such as `{seconds}`: it stands for any text."""


@dataclass(frozen=True)
class Row:
    """One problem that the doctor reports."""

    name: str
    about: str
    says: str
    fix: str
    readyz: str = ""
    """What `/readyz` of a replica says meanwhile; empty if it is ready, or if no replica is concerned."""
    alert: str = ""
    """The alert that fires meanwhile; empty if none does."""
    elsewhere: str = ""
    """The test that shows this problem instead of the day, as FILE::NAME."""

    @property
    def line(self) -> str:
        return f"problem: {self.about}: {self.says} Fix: {self.fix}"

    def is_shown_by(self, line: str) -> bool:
        return matches(self.line, line)


def matches(expected: str, found: str) -> bool:
    """Return whether a text is the expected one, in which names in braces stand for any text."""
    return re.fullmatch(PLACE.sub(".+", re.escape(expected)), found) is not None


def read(file: Path = FILE) -> dict[str, Row]:
    found: dict[str, Any] = yaml.safe_load(file.read_text("utf-8"))
    return {name: Row(name, **{key: str(value).strip() for key, value in row.items()}) for name, row in found.items()}


ROWS = read()


def mismatches(names: Sequence[str], lines: Iterable[str]) -> list[str]:
    """Compare the doctor's output with the rows of these names: exactly those problems, each once."""
    problems = [line for line in lines if line.startswith("problem: ")]
    missing = [name for name in names if not any(ROWS[name].is_shown_by(line) for line in problems)]
    strange = [line for line in problems if not any(ROWS[name].is_shown_by(line) for name in names)]
    return [*(f"not found: {name}" for name in missing), *(f"not expected: {line}" for line in strange)]
