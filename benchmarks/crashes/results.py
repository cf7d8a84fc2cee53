"""Saved results of each part of a run, from which docs/reliability.md is generated."""

from collections.abc import Sequence
from pathlib import Path

from pydantic import TypeAdapter

from benchmarks.crashes.kills import Outcome
from benchmarks.crashes.rituals import RitualsOutcome

OUTCOMES = TypeAdapter(list[Outcome])
RITUALS_OUTCOMES = TypeAdapter(list[RitualsOutcome])
RITUALS = "rituals"


def save(folder: Path, part: str, found: Sequence[Outcome] | Sequence[RitualsOutcome]) -> None:
    kind: TypeAdapter[list[Outcome]] | TypeAdapter[list[RitualsOutcome]] = (
        RITUALS_OUTCOMES if part == RITUALS else OUTCOMES
    )
    (folder / f"{part}.json").write_bytes(kind.dump_json(list(found)))  # type: ignore[arg-type]


def load_outcomes(folder: Path, part: str) -> list[Outcome]:
    """Return the outcomes of one part of a run; none if that part was not run."""
    file = folder / f"{part}.json"
    return OUTCOMES.validate_json(file.read_bytes()) if file.exists() else []


def load_rituals(folder: Path) -> list[RitualsOutcome]:
    file = folder / f"{RITUALS}.json"
    return RITUALS_OUTCOMES.validate_json(file.read_bytes()) if file.exists() else []
