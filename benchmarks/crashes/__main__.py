"""`python -m benchmarks.crashes`: run every scenario and write docs/reliability.md.

Name parts to run only those; the page is generated from the results that all runs saved in the same folder.
"""

import argparse
import asyncio
import sys
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from pathlib import Path

from benchmarks.crashes import outages, report, results, rituals, selftest
from benchmarks.crashes import scenarios as crashes_scenarios
from benchmarks.crashes.kills import Outcome
from benchmarks.crashes.postgres import postgres
from benchmarks.crashes.results import RITUALS
from benchmarks.crashes.rituals import RitualsOutcome
from benchmarks.crashes.scenarios import Scenario

TEAMS = 1000
NO_ROOT = "The full-disk scenario was skipped: mounting a small disk needs root."

Part = Callable[[Path], Awaitable[Sequence[Outcome] | Sequence[RitualsOutcome]]]


def main() -> None:
    options = _options()
    folder = options.folder or Path(tempfile.mkdtemp(prefix="crashes-"))
    folder.mkdir(parents=True, exist_ok=True)
    parts = ["short"] if options.short else options.parts or [RITUALS, "rest"]
    found = [each for part in parts for each in asyncio.run(_run(part, folder))]
    if not options.short:
        report.write(folder, [] if outages.can_mount() else [NO_ROOT])
    sys.exit(0 if all(each.is_clean for each in found) else 1)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.crashes", description=__doc__)
    parser.add_argument("parts", nargs="*", help=f"{', '.join(PARTS)}; all by default")
    parser.add_argument(
        "--short", action="store_true", help="kill once at each point, on each database; writes no page"
    )
    parser.add_argument("--folder", type=Path, help="folder for workspaces and results")
    return parser.parse_args()


async def _run(part: str, folder: Path) -> Sequence[Outcome] | Sequence[RitualsOutcome]:
    found = await PARTS[part](folder)
    results.save(folder, part, found)
    return found


async def _short(folder: Path) -> list[Outcome]:
    return await _one_after_another("short", crashes_scenarios.SHORT, folder)


async def _kills(folder: Path) -> list[Outcome]:
    return await _one_after_another("kills", crashes_scenarios.KILLS, folder)


async def _disasters(folder: Path) -> list[Outcome]:
    can_mount = outages.can_mount()
    chosen = [each for each in crashes_scenarios.DISASTERS if can_mount or not each.on_a_small_disk]
    return await _one_after_another("disasters", chosen, folder)


async def _rituals(folder: Path) -> list[RitualsOutcome]:
    """Run the rituals scenario in both setups; the second starts while the first is still sending its posts."""
    alone = asyncio.Lock()
    async with postgres(folder / "rituals_pg") as server:
        one = rituals.kill_while_rituals_are_due(folder / "rituals1", teams=TEAMS, alone=alone)
        two = rituals.kill_while_rituals_are_due(
            folder / "rituals2", teams=TEAMS, replicas=2, postgres=server, alone=alone
        )
        return list(await asyncio.gather(one, two))


async def _none(folder: Path) -> list[Outcome]:
    """Run no scenario: the page is generated from saved results alone."""
    return []


async def _rest(folder: Path) -> list[Outcome]:
    """Run kills, disasters and self-tests concurrently, since they mostly wait."""
    parts = ("kills", "disasters", "guards")
    found = await asyncio.gather(*(_run(part, folder) for part in parts))
    return [each for outcomes in found[:2] for each in outcomes if isinstance(each, Outcome)]


async def _one_after_another(part: str, scenarios: Sequence[Scenario], folder: Path) -> list[Outcome]:
    outcomes = []
    async with postgres(folder / f"{part}_pg") as server:
        for number, scenario in enumerate(scenarios):
            outcomes.append(
                await crashes_scenarios.run_scenario(scenario, folder / f"{part}{number}", server, seed=number)
            )
            results.save(folder, part, outcomes)
            deaths, account = len(outcomes[-1].deaths), outcomes[-1].account
            print(f"{scenario.name}, {scenario.shape.name}: {deaths} killed, {account}", flush=True)
    return outcomes


PARTS: dict[str, Part] = {
    "short": _short,
    RITUALS: _rituals,
    "kills": _kills,
    "disasters": _disasters,
    "guards": selftest.run_all_selftests,
    "rest": _rest,
    "page": _none,
}


if __name__ == "__main__":
    main()
