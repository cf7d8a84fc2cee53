"""Self-test of the audit: with one of the bot's safeguards removed, the audit must find the resulting fault."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.crashes import kills
from benchmarks.crashes.audit import Audit
from benchmarks.crashes.harness import Shape, opened
from benchmarks.crashes.kills import Outcome
from bot.db.migrations import migrate

MOST_WORLDS = 3


@dataclass(frozen=True)
class Broken:
    """The safeguard to remove, the kill point where this matters, and the fault that must be found."""

    guard: str
    point: str
    fault: str


BROKEN = [
    Broken("ack_before_commit", "after_ack", "lost"),
    Broken("post_without_a_look", "between_post_and_mark", "doubled"),
    Broken("move_on_before_the_job", "mid_tick", "lost"),
]


def found(account: Audit, broken: Broken) -> Sequence[str]:
    faults: Sequence[str] = getattr(account, broken.fault)
    return faults


async def played(broken: Broken, folder: Path, *, lives: int = 3) -> Outcome:
    """Kill the bot at the kill point until the audit has found the fault, in up to three runs."""
    for number in range(MOST_WORLDS):
        outcome = await _played(broken, folder / f"{broken.guard}{number}", lives, number)
        if found(outcome.account, broken):
            break
    return outcome


async def _played(broken: Broken, folder: Path, lives: int, seed: int) -> Outcome:
    async with opened(folder, Shape(persons=20, channels=2, without=broken.guard)) as world:
        await migrate.upgrade(world.database)
        await kills.prepare(world, seconds=30)
        outcome = await kills.under_load(world, [[broken.point] * lives], seed=seed, at_once=6)
    return replace(outcome, name=f"without the safeguard: {broken.guard.replace('_', ' ')}", shape=world.shape.name)


async def all_caught(folder: Path) -> list[Outcome]:
    """Run all self-tests; raise an AssertionError if the audit misses a fault."""
    outcomes = []
    for broken in BROKEN:
        outcomes.append(await played(broken, folder))
        assert found(outcomes[-1].account, broken), broken.guard
    return outcomes
