"""Scheduler ticks during another slow tick, or while the sandbox's clock is being moved."""

import asyncio
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import text

from tests import databases
from tests.harness import World, opened

ROWS_FOR_EACH_KEY = {
    ("workspaces", "sqlite_autoindex_workspaces_1"): "200 1",
    ("scheduled_jobs", "ix_scheduled_jobs_workspace_id_wake_at"): "31600 158 10",
    ("scheduled_jobs", "ix_scheduled_jobs_wake_at"): "31600 1756",
    ("scheduled_jobs", "ix_scheduled_jobs_team_id"): "31600 16",
    ("scheduled_jobs", "sqlite_autoindex_scheduled_jobs_1"): "31600 158 1",
    ("workspaces", "ix_workspaces_installation_id"): "200 1",
}
"""What SQLite's ANALYZE finds in a database with 200 workspaces of ten teams."""


async def test_scheduler_tick_returns_immediately_while_the_sandbox_clock_is_moved(world: World) -> None:
    is_moving, arrive = asyncio.Event(), asyncio.Event()

    async def settled() -> None:
        is_moving.set()
        await arrive.wait()

    to = world.now + timedelta(hours=1)
    moving = asyncio.create_task(world.steward.advance(to, set_clock=world.sandbox.clock.set, settled=settled))
    await is_moving.wait()
    tick = asyncio.create_task(world.steward._tick())
    await asyncio.wait([tick], timeout=60)
    is_done = tick.done() and not moving.done()
    arrive.set()
    await asyncio.gather(moving, tick)

    assert is_done


async def test_no_scheduler_tick_starts_during_a_slow_tick_and_nothing_is_logged(
    world: World, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    ticks = 0
    has_begun, go_on = asyncio.Event(), asyncio.Event()

    async def tick() -> None:
        nonlocal ticks
        ticks += 1
        has_begun.set()
        await go_on.wait()

    monkeypatch.setattr(world.steward.worker, "tick", tick)
    await has_begun.wait()
    await asyncio.sleep(2.2)
    seen, warned = ticks, [record.name for record in caplog.records if record.name.startswith("apscheduler")]
    go_on.set()

    assert (seen, warned) == (1, [])


async def test_look_for_the_next_job_looks_into_no_workspace_but_that_of_the_first_one(tmp_path: Path) -> None:
    async with opened(tmp_path, None) as world, world.database.begin() as session:
        await session.execute(text("ANALYZE"))
        await session.execute(text("DELETE FROM sqlite_stat1"))
        for (table, index), counts in ROWS_FOR_EACH_KEY.items():
            row = {"table": table, "index": index, "counts": counts}
            await session.execute(text("INSERT INTO sqlite_stat1 VALUES (:table, :index, :counts)"), row)
        await session.execute(text("ANALYZE sqlite_schema"))  # reads the table
        steps = await databases.plan_of(session, world.steward.worker.first_due, how="literal_binds")

    assert [step for step in steps if "ix_scheduled_jobs_wake_at " in step], steps
    assert not [step for step in steps if "SCAN" in step or "TEMP B-TREE" in step], steps
