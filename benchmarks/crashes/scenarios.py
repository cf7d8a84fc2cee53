"""The crash scenarios, and how often each kill point is used."""

import random
import shutil
from contextlib import AsyncExitStack
from dataclasses import dataclass, replace
from pathlib import Path

from benchmarks.crashes import kills, outages
from benchmarks.crashes.harness import Shape, open_harness
from benchmarks.crashes.kill_points import UNDER_LOAD
from benchmarks.crashes.kills import Outcome
from benchmarks.crashes.outages import Disaster
from benchmarks.crashes.postgres import Postgres
from bot.db.migrations import migrate

SQLITE = Shape()
ONE = Shape(postgresql=True)
TWO = Shape(postgresql=True, replicas=2)
SECONDS_A_KILL = 15.0


@dataclass(frozen=True)
class Scenario:
    """A setup of database and replicas, with the kills or the disaster to inject."""

    name: str
    shape: Shape
    rounds: int = 0
    """How often each replica is killed at each point."""
    disaster: Disaster | None = None
    times: int = 1
    on_a_small_disk: bool = False
    migrates: bool = False
    """Whether the migration of its empty database is killed as well."""
    is_dealt: bool = False
    """Whether the kill points are divided among the replicas, instead of every replica being killed at each of them."""


KILLS = [
    Scenario("kill -9", SQLITE, rounds=5, migrates=True),
    Scenario("kill -9", ONE, rounds=4, migrates=True),
    Scenario("kill -9", TWO, rounds=4),
    Scenario("kill -9, production timeouts", replace(TWO, waits_as_shipped=True), rounds=1, is_dealt=True),
]
SHORT = [Scenario("kill -9", SQLITE, rounds=1), Scenario("kill -9", TWO, rounds=1, is_dealt=True)]
DISASTERS = [
    Scenario("PostgreSQL: kill -9", TWO, disaster=outages.kill_postgres, times=3),
    Scenario("PostgreSQL: immediate stop", TWO, disaster=outages.stop_postgres_immediately, times=3),
    Scenario("a replica pauses past its lease", TWO, disaster=outages.pause_replica, times=3),
    Scenario("a replica pauses before a commit", TWO, disaster=outages.pause_replica_at("before_commit"), times=2),
    Scenario("a replica pauses during a claim", TWO, disaster=outages.pause_replica_at("mid_claim"), times=2),
    Scenario(
        "a replica pauses before a post", TWO, disaster=outages.pause_replica_at("between_claim_and_post"), times=2
    ),
    Scenario("everything killed at once", SQLITE, disaster=outages.kill_everything, times=3),
    Scenario("everything killed at once", TWO, disaster=outages.kill_everything, times=3),
    Scenario("the disk is full", SQLITE, disaster=outages.fill_disk, times=2, on_a_small_disk=True),
]


async def run_scenario(scenario: Scenario, folder: Path, postgres: Postgres | None, *, seed: int = 0) -> Outcome:
    """Run a scenario in its own folder, which is deleted if no fault was found."""
    async with AsyncExitStack() as stack:
        data = folder / "disk"
        data.mkdir(parents=True)
        if scenario.on_a_small_disk:
            await stack.enter_async_context(outages.small_disk(data))
        where = postgres if scenario.shape.postgresql else None
        world = await stack.enter_async_context(open_harness(folder, scenario.shape, where, data))
        if scenario.migrates:
            await outages.kill_migrations(world)
        await migrate.upgrade(world.database)
        points = _points(scenario, seed)
        await kills.prepare(world, seconds=60 + SECONDS_A_KILL * len(points[0]))
        if scenario.disaster:
            outcome = await outages.run_disaster(world, scenario.disaster, times=scenario.times)
        else:
            outcome = await kills.kill_under_load(world, points, seed=seed)
    if outcome.account.is_clean:
        shutil.rmtree(folder, ignore_errors=True)
    return replace(outcome, name=scenario.name, shape=scenario.shape.name)


def _points(scenario: Scenario, seed: int) -> list[list[str]]:
    """Return the kill points of each replica, in random order."""
    count = scenario.shape.replicas
    if scenario.is_dealt:
        return [_shuffled(scenario.rounds, seed)[number::count] for number in range(count)]
    return [_shuffled(scenario.rounds, seed * 10 + number) for number in range(count)]


def _shuffled(rounds: int, seed: int) -> list[str]:
    points = list(UNDER_LOAD) * rounds
    random.Random(seed).shuffle(points)
    return points
