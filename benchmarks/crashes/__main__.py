"""`python -m benchmarks.crashes`: every scenario, and docs/reliability.md; `--short` a few, and no page."""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from benchmarks.crashes import disasters, page, plans, rituals, selftest
from benchmarks.crashes.kills import Outcome
from benchmarks.crashes.plans import Scenario
from benchmarks.crashes.postgres import Postgres, postgres
from benchmarks.crashes.rituals import Kept

TEAMS = 1000
NO_ROOT = "The disk that is full: to mount a small one takes root."


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crashes", description=__doc__)
    parser.add_argument("--short", action="store_true", help="each point once, on each database; under a minute")
    parser.add_argument("--folder", type=Path, help="where worlds live, and stay when something was wrong")
    options = parser.parse_args()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="crashes-"))
    sys.exit(asyncio.run(_short(folder) if options.short else _long(folder)))


async def _short(folder: Path) -> int:
    async with postgres(folder / "pg") as server:
        return _status(await _one_after_another("short", plans.SHORT, folder, server), [])


async def _long(folder: Path) -> int:
    """The rituals first, on a machine with nothing else to do; everything else while they are being said."""
    can_mount, alone = disasters.may_mount(), asyncio.Lock()
    chosen = [each for each in plans.DISASTERS if can_mount or not each.on_a_small_disk]
    async with postgres(folder / "pg") as server, postgres(folder / "doomed") as doomed:
        ways = [(1, None), (2, server)]
        due = [asyncio.create_task(_at_three(folder, replicas, where, alone)) for replicas, where in ways]
        await asyncio.sleep(0)
        async with alone:
            killed, struck, broken = await asyncio.gather(
                _one_after_another("killed", plans.KILLS, folder, server),
                _one_after_another("struck", chosen, folder, doomed),
                selftest.all_caught(folder),
            )
        kept = await asyncio.gather(*due)
    outcomes = [*killed, *struck]
    page.PAGE.write_text(page.written(outcomes, kept, broken, [] if can_mount else [NO_ROOT]), encoding="utf-8")
    return _status(outcomes, kept)


async def _at_three(folder: Path, replicas: int, server: Postgres | None, alone: asyncio.Lock) -> Kept:
    name = f"rituals_{'pg' if server else 'sqlite'}_{replicas}"
    return await rituals.at_three(folder / name, teams=TEAMS, replicas=replicas, postgres=server, alone=alone)


async def _one_after_another(name: str, scenarios: Sequence[Scenario], folder: Path, server: Postgres) -> list[Outcome]:
    outcomes = []
    for number, scenario in enumerate(scenarios):
        outcomes.append(await plans.played(scenario, folder / f"{name}{number}", server, seed=number))
        deaths, account = len(outcomes[-1].deaths), outcomes[-1].account
        print(f"{scenario.name}, {scenario.shape.name}: {deaths} killed, {account}", flush=True)
    return outcomes


def _status(outcomes: Sequence[Outcome], kept: Sequence[Kept]) -> int:
    return int(not all(outcome.account.is_clean for outcome in outcomes) or not all(each.is_clean for each in kept))


if __name__ == "__main__":
    main()
