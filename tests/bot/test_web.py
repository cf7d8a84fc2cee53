"""Health checks and metrics over HTTP, and the docs page about them."""

import re
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from prometheus_client.parser import text_string_to_metric_families
from sqlalchemy import text

from bot import metrics
from bot.app import WAY_ON
from bot.cli import service
from bot.org.workspaces import Address
from bot.scheduler.models import ScheduledJob
from bot.slack.gauges import _DUE, _FAILED, _FAILING, _WAITING
from bot.slack.outbox import outbox
from bot.slack.post import Post
from tests import databases
from tests.harness import Mode, World, eventually, opened

OPERATIONS = Path(__file__).parent.parent.parent / "docs" / "operations.md"
Readings = dict[str, float]
EVERY_TWO_WEEKS = timedelta(days=14)


@asynccontextmanager
async def watched(world: World) -> AsyncIterator[str]:
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serving(world.steward, listening) as address:
            yield address


async def asked(world: World, address: str, what: str) -> tuple[int, dict[str, Any]]:
    async with world.http.get(f"{address}/{what}") as answer:
        return answer.status, await answer.json()


async def read(world: World, address: str) -> tuple[Readings, dict[str, set[str]]]:
    """Return every sample by its name and labels, and the label names of each metric."""
    async with world.http.get(f"{address}/metrics") as answer:
        assert answer.status == 200
        families = list(text_string_to_metric_families(await answer.text()))
    samples = [sample for family in families for sample in family.samples if not sample.name.endswith("_created")]
    values = {f"{each.name}{sorted(each.labels.values())}": each.value for each in samples}
    return values, {each.name: set(each.labels) - {"le"} for each in samples}


def change(before: Readings, after: Readings) -> Readings:
    changed = {name: value - before.get(name, 0) for name, value in after.items() if "_total" in name}
    return {name: by for name, by in changed.items() if by}


async def test_metrics_count_acks_sends_and_waiting_rows(world: World) -> None:
    async with watched(world) as address:
        before, _ = await read(world, address)
        await world.slack.command("maya", "@ana for the calm voice")
        await world.slack.command("maya", "banana", word="/steward")
        async with world.database.begin() as session:
            there = Address(world.workspace.id, "C0HARBOURS")
            await outbox.put(session, Post("later"), to=there, not_before=world.now + EVERY_TWO_WEEKS)
            await outbox.put(
                session, Post("nowhere"), to=Address(world.workspace.id, "C0NOWHERE"), not_before=world.now
            )
        await world.move(timedelta(seconds=10))
        after, _ = await read(world, address)

    counted = change(before, after)
    assert counted["steward_acks_total['command', 'done']"] == 1
    assert counted["steward_acks_total['command', 'refused']"] == 1
    assert counted["steward_outbox_sends_total['chat.postMessage', 'refused']"] == 1
    assert counted["steward_outbox_sends_total['chat.postMessage', 'sent']"] >= 2
    assert after["steward_outbox_waiting[]"] >= before["steward_outbox_waiting[]"] + 1
    assert (after["steward_outbox_set_aside[]"], after["steward_outbox_oldest_seconds[]"]) == (1, 0)
    assert after["steward_ack_seconds_count['command']"] - before.get("steward_ack_seconds_count['command']", 0) == 2


async def test_metrics_show_late_and_failing_jobs(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    async def fails(*_: object) -> bool:
        raise ZeroDivisionError

    async with watched(world) as address:
        before, _ = await read(world, address)
        async with world.steward._ticking:
            world.sandbox.clock.set(world.now + timedelta(days=4))
            late, _ = await read(world, address)
            monkeypatch.setattr(world.steward.worker, "_run", fails)
            await world.steward.worker.tick()
            failed, _ = await read(world, address)

    assert late["steward_scheduler_due[]"] > 0
    assert late["steward_scheduler_late_seconds[]"] > 24 * 60 * 60
    assert failed["steward_scheduler_failing[]"] > 0
    assert any("'failed'" in name and "scheduler_runs" in name for name in change(before, failed))


async def test_health_page_shows_the_time_since_the_last_message_from_slack(world: World) -> None:
    async with watched(world) as address:
        await world.slack.command("maya", "help")
        status, said = await asked(world, address, "healthz")
        ready = await asked(world, address, "readyz")

    assert (status, said["ok"]) == (200, True)
    assert 0 <= said["envelope"] < 60
    assert (said["hello"] is None) is (world.steward.socket is None)
    assert ready == (200, {"ok": True, "trouble": None, "parked": {}})


async def test_parked_workspace_is_named_with_the_way_on_and_does_not_make_steward_unready(world: World) -> None:
    await world.slack.do("uninstall")
    async with watched(world) as address:
        await eventually(world.steward.describe_parked)
        ready = await asked(world, address, "readyz")
        gauges, _ = await read(world, address)

    assert ready == (200, {"ok": True, "trouble": None, "parked": {"T0HARBOUR": f"account_inactive: {WAY_ON}"}})
    assert gauges["steward_workspaces_parked[]"] == 1


async def test_health_check_fails_if_a_background_task_has_ended(world: World) -> None:
    async with watched(world) as address:
        world.steward._tasks["sync"].cancel()
        status, said = await eventually(lambda: _unwell(world, address))

    assert (status, said["trouble"]) == (503, "ended: sync")


async def _unwell(world: World, address: str) -> tuple[int, dict[str, Any]] | None:
    found = await asked(world, address, "healthz")
    return found if found[0] != 200 else None


async def test_metrics_without_queries_are_exported_even_if_the_database_fails(tmp_path: Path) -> None:
    async with opened(tmp_path, None) as world, watched(world) as address:
        async with world.database.writer.begin() as connection:
            await connection.execute(text("ALTER TABLE outbox RENAME TO elsewhere"))
        without, _ = await read(world, address)
        async with world.database.writer.begin() as connection:
            await connection.execute(text("ALTER TABLE elsewhere RENAME TO outbox"))

    assert without["steward_database_up[]"] == 0
    assert "steward_outbox_waiting[]" not in without
    assert "steward_database_connections['in_use', 'writer']" in without


@pytest.mark.parametrize("mode", ["socket", pytest.param("http", marks=pytest.mark.long)])
async def test_operations_page_lists_every_metric_with_its_labels(tmp_path: Path, mode: Mode) -> None:
    async with opened(tmp_path, None, mode=mode) as world, watched(world) as address:
        await world.slack.command("maya", "@ana for the calm voice")
        await world.move(timedelta(days=1))
        _, found = await read(world, address)
    declared = {sample.name for each in metrics.REGISTRY.collect() for sample in each.samples}
    rows = re.findall(r"^\| `((?:steward|process)_\w+)` \| \w+ \|(.*?)\| .*\|$", OPERATIONS.read_text(), re.MULTILINE)
    page = {name: set(re.findall(r"`(\w+)`", labels)) for name, labels in rows}
    only_of_sockets = {name for name in page if name.startswith("steward_socket_") and not name.endswith("_total")}

    assert {_plain(name): labels for name, labels in found.items()} == {
        name: labels for name, labels in page.items() if mode == "socket" or name not in only_of_sockets
    }
    assert {_plain(name) for name in declared if not name.endswith("_created")} <= page.keys()


def _plain(name: str) -> str:
    return re.sub(r"_seconds_(bucket|count|sum)$", "_seconds", name)


@pytest.mark.parametrize(
    ("query", "index"),
    [
        (_WAITING, "ix_outbox_lane"),
        (_FAILED, "ix_outbox_aside"),
        (_DUE.where(ScheduledJob.wake_at <= "2026"), "ix_scheduled_jobs_wake_at"),
        (_FAILING, "ix_scheduled_jobs_failed"),
    ],
)
async def test_metrics_queries_use_the_index_of_pending_rows(tmp_path: Path, query: Any, index: str) -> None:
    """SQLite's query plan uses the index of pending rows, and never scans the whole table."""
    async with opened(tmp_path, None) as world, world.database.reading() as session:
        steps = await databases.plan_of(session, query)

    assert [step for step in steps if index in step], steps
