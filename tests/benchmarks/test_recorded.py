"""Snapshot tests of the simulation: twelve weeks of a team must give the recorded figures.

They guard against changes of behavior while code is refactored. `RECORD=1 python -m pytest --every-pair
tests/benchmarks/test_recorded.py` records the figures again, for a reviewer to read.
"""

import asyncio
import json
import os
from pathlib import Path

import pytest

from benchmarks.simulate.run import figures

FIGURES = Path(__file__).parent / "figures"
DAYS = 84


@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 6))
def test_simulation_gives_the_recorded_figures_for_each_seed(seed: int) -> None:
    recorded = FIGURES / f"seed-{seed}.json"
    found = json.dumps(asyncio.run(figures(seed, DAYS)), indent=2) + "\n"
    if "RECORD" in os.environ:
        recorded.parent.mkdir(exist_ok=True)
        recorded.write_text(found)

    assert found == recorded.read_text()
