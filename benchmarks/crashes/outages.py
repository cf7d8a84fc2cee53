"""Outages other than the kill of a replica: a dead database, a full disk, a paused replica, all processes killed."""

import asyncio
import os
import random
import signal
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager, suppress
from datetime import UTC, datetime
from pathlib import Path

from benchmarks.crashes import facts
from benchmarks.crashes.drivers import Driver, act_concurrently
from benchmarks.crashes.harness import Harness
from benchmarks.crashes.kills import EVERY_SECONDS, Outcome, finish_and_audit
from benchmarks.crashes.processes import Replica, eventually, until
from benchmarks.crashes.replica import SHORT_SECONDS

DISK_BYTES = 6 << 20
DISASTER_INTERVAL = 4.0
PAUSE_SECONDS = 2.5 * SHORT_SECONDS
"""How long a replica is paused: well past the end of its lease."""
LONGEST_WAIT = 60.0
MIGRATING = (1, 4, 9)
"""The numbers of created tables after which a migration is killed."""

Disaster = Callable[[Harness], Awaitable[None]]


async def run_disaster(world: Harness, disaster: Disaster, *, times: int = 1, seed: int = 7) -> Outcome:
    """Cause a disaster `times` times while people act, then run the audit."""
    await world.up()
    assert await eventually(lambda: _is_known(world), LONGEST_WAIT), "it never read who is there"
    over = asyncio.Event()
    acting = asyncio.create_task(
        act_concurrently(Driver(world, random.Random(seed)), at_once=4, every=EVERY_SECONDS, over=over)
    )
    try:
        for _ in range(times):
            await asyncio.sleep(DISASTER_INTERVAL)
            await disaster(world)
            await _revived(world)
        await asyncio.sleep(DISASTER_INTERVAL)
    finally:
        over.set()
        await acting
    return await finish_and_audit(world)


async def _is_known(world: Harness) -> bool:
    return not await facts.unknown(world)


async def _revived(world: Harness) -> None:
    """Restart the replicas that have exited, as a supervisor would."""
    await asyncio.gather(*(replica.up() for replica in world.replicas if not replica.is_alive))


async def kill_postgres(world: Harness) -> None:
    assert world.postgres
    await world.postgres.kill()
    await asyncio.sleep(DISASTER_INTERVAL / 2)
    await world.postgres.start()


async def stop_postgres_immediately(world: Harness) -> None:
    assert world.postgres
    await world.postgres.stop_at_once()
    await asyncio.sleep(DISASTER_INTERVAL / 2)
    await world.postgres.start()


async def pause_replica(world: Harness) -> None:
    """Pause a replica with SIGSTOP until its leases have expired, then continue it."""
    replica = world.replicas[0]
    replica.signal(signal.SIGSTOP)
    await asyncio.sleep(PAUSE_SECONDS)
    replica.signal(signal.SIGCONT)


def pause_replica_at(point: str) -> Disaster:
    """Return a disaster that pauses a replica at a kill point."""

    async def freeze(world: Harness) -> None:
        replica = world.replicas[0]
        await replica.stop()
        await replica.start(point, 2, freezes=True)
        assert await until(lambda: _stands_still(replica), LONGEST_WAIT), f"{point} never came"
        await asyncio.sleep(PAUSE_SECONDS)
        replica.signal(signal.SIGCONT)

    return freeze


def _stands_still(replica: Replica) -> bool:
    """Return whether the kernel reports the replica's process as stopped."""
    assert replica.process
    stat = Path(f"/proc/{replica.process.pid}/stat").read_text()
    return stat.rpartition(")")[2].split()[0] == "T"


async def kill_everything(world: Harness) -> None:
    """Kill the sandbox, the database and every replica at once; restart the sandbox and the database."""
    for replica in world.replicas:
        replica.signal(signal.SIGKILL)
    await world.sandbox.kill()
    if world.postgres:
        await world.postgres.kill()
    for replica in world.replicas:
        await replica.gone()
        replica.note("everything at once")
    world.observer.ignore_events_before(world.now())
    if world.postgres:
        await world.postgres.start()
    await world.sandbox.start(datetime.fromtimestamp(world.now(), UTC).isoformat())


async def fill_disk(world: Harness) -> None:
    """Fill the disk, kill the replica and restart it while the disk is full; then free the space."""
    filler = world.data / "filler"
    replica = world.replicas[0]
    _fill(filler)
    await asyncio.sleep(DISASTER_INTERVAL)
    await replica.kill("disk full")
    await replica.start()
    await replica.ready()
    await asyncio.sleep(DISASTER_INTERVAL)
    filler.unlink()


def _fill(filler: Path) -> None:
    """Write to a file until the disk has no free byte left."""
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    with filler.open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"0")


@asynccontextmanager
async def small_disk(folder: Path) -> AsyncIterator[Path]:
    """Mount a file system of a few megabytes; needs root."""
    await _run("mount", "-t", "tmpfs", "-o", f"size={DISK_BYTES}", "tmpfs", str(folder))
    try:
        yield folder
    finally:
        await _run("umount", "--lazy", str(folder))


async def _run(*words: str) -> None:
    assert await (await asyncio.create_subprocess_exec(*words)).wait() == 0, words


def can_mount() -> bool:
    return os.geteuid() == 0


async def kill_migrations(world: Harness) -> None:
    """Kill the migration of an empty database after different numbers of created tables."""
    replica = world.replicas[0]
    for times in MIGRATING:
        await replica.start("migrating", times, command="migrate" if world.postgres else "run")
        assert await replica.gone() == -signal.SIGKILL, replica.log.read_text()
        replica.note("migrating")
