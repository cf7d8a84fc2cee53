"""Self-test of the audit: with one of the bot's safeguards removed, the audit must find the resulting fault."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.crashes import kills
from benchmarks.crashes.audit import Audit
from benchmarks.crashes.harness import Shape, open_harness
from benchmarks.crashes.kills import Outcome
from bot.db.migrations import migrate

MAX_RUNS = 3


@dataclass(frozen=True)
class SelfTest:
    """The safeguard to remove, the kill point where this matters, and the fault that must be found."""

    guard: str
    point: str
    fault: str


SELF_TESTS = [
    SelfTest("ack_before_commit", "after_ack", "lost"),
    SelfTest("post_without_a_look", "between_post_and_mark", "doubled"),
    SelfTest("move_on_before_the_job", "mid_tick", "lost"),
]


def faults_found(account: Audit, broken: SelfTest) -> Sequence[str]:
    faults: Sequence[str] = getattr(account, broken.fault)
    return faults


async def run_selftest(broken: SelfTest, folder: Path, *, lives: int = 3) -> Outcome:
    """Kill the bot at the kill point until the audit has found the fault, in up to three runs."""
    for number in range(MAX_RUNS):
        outcome = await _played(broken, folder / f"{broken.guard}{number}", lives, number)
        if faults_found(outcome.account, broken):
            break
    return outcome


async def _played(broken: SelfTest, folder: Path, lives: int, seed: int) -> Outcome:
    async with open_harness(folder, Shape(persons=20, channels=2, without=broken.guard)) as world:
        await migrate.upgrade(world.database)
        await kills.prepare(world, seconds=30)
        outcome = await kills.kill_under_load(world, [[broken.point] * lives], seed=seed, at_once=6)
    return replace(outcome, name=f"without the safeguard: {broken.guard.replace('_', ' ')}", shape=world.shape.name)


async def run_all_selftests(folder: Path) -> list[Outcome]:
    """Run all self-tests; raise an AssertionError if the audit misses a fault."""
    outcomes = []
    for broken in SELF_TESTS:
        outcomes.append(await run_selftest(broken, folder))
        assert faults_found(outcomes[-1].account, broken), broken.guard
    return outcomes
