"""Twelve weeks of a team come to the same figures as they did, while the code behind them is rebuilt.

`RECORD=1 python -m pytest --every-pair tests/benchmarks/test_recorded.py` writes them anew, for a reviewer to read.
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
def test_a_seed_lives_the_weeks_that_were_recorded(seed: int) -> None:
    recorded = FIGURES / f"seed-{seed}.json"
    found = json.dumps(asyncio.run(figures(seed, DAYS)), indent=2) + "\n"
    if "RECORD" in os.environ:
        recorded.parent.mkdir(exist_ok=True)
        recorded.write_text(found)

    assert found == recorded.read_text()
