"""Workspaces take turns: one with a flood, or one where Slack does not answer, does not hold up another."""

import asyncio
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from sqlalchemy import update

from bot.org.channels import Channel
from bot.org.installations import Installation
from bot.org.workspaces import Address, Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import Job
from bot.scheduler.models import Occurrence
from bot.scheduler.worker import SchedulerWorker
from bot.slack import sync
from bot.slack.outbox import outbox, sender
from bot.slack.outbox.attempts import Outcome, SendAttempt
from bot.slack.outbox.models import Priority
from bot.slack.outbox.relay import AT_ONCE, OF_ONE_WORKSPACE
from bot.slack.post import Post
from bot.slack.sync import SlackSync
from tests.harness import World, eventually

OTHER = "T0OTHER000"
"""A second workspace. Its token is the same, so that the same sandbox answers."""
FLOOD = 60


@pytest.fixture
async def two(world: World) -> World:
    async with world.database.begin() as session:
        ours = await session.get_one(Workspace, world.workspace.id)
        token = (await session.get_one(Installation, ours.installation_id)).token
        session.add(Installation(OTHER, token, ours.bot_id, ours.bot_user_id, world.now))
        await session.flush()
        session.add(Workspace(OTHER, "Lighthouse", ours.bot_user_id, ours.bot_id, OTHER, looked_at=world.now))
    return world


async def put(world: World, workspace_id: str, conversation: str, words: str, priority: Priority) -> None:
    async with world.database.begin() as session:
        to = Address(workspace_id, conversation)
        await outbox.put(session, Post(words), to=to, not_before=world.now, priority=priority)


async def test_job_of_one_workspace_runs_after_a_few_of_anothers_flood(two: World) -> None:
    ran: list[str] = []

    async def note(session: object, workspace: Workspace, due: Occurrence) -> None:
        ran.append(workspace.id)

    job = Job(note)
    worker = SchedulerWorker(two.database, two.steward.clock, [job])
    async with two.steward._ticking:
        async with two.database.begin() as session:
            for nth in range(FLOOD):
                due = two.now - timedelta(hours=1, seconds=nth)
                await scheduler.put_workspace_job(session, job.name, two.workspace.id, due_at=due)
            await scheduler.put_workspace_job(session, job.name, OTHER, due_at=two.now)
        await worker.tick()

    assert ran.count(two.workspace.id) == FLOOD
    assert ran.index(OTHER) <= FLOOD / 2


async def test_lane_of_one_workspace_is_claimed_before_a_more_urgent_flood_of_another(two: World) -> None:
    relay = two.steward.relay
    async with relay.paused():
        for nth in range(2 * AT_ONCE):
            await put(two, two.workspace.id, f"C{nth:09}", "flood", Priority.URGENT)
        await put(two, OTHER, "C0HARBOURS", "ours", Priority.RITUAL)
        claimed = [claim.row.workspace_id for claim in await relay._claim(AT_ONCE)]

    assert OTHER in claimed
    assert 0 < claimed.count(two.workspace.id) <= OF_ONE_WORKSPACE


async def test_message_is_sent_while_all_sends_of_another_workspace_hang(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    hanging, release = [], asyncio.Event()
    send = sender.send

    async def hang(client: Any, attempt: SendAttempt) -> Outcome:
        if "flood" in str(attempt.body):
            hanging.append(attempt)
            await release.wait()
        return await send(client, attempt)

    monkeypatch.setattr(sender, "send", hang)
    for nth in range(2 * AT_ONCE):
        await put(two, two.workspace.id, f"C{nth:09}", "flood", Priority.URGENT)
    await eventually(_is(lambda: len(hanging) >= OF_ONE_WORKSPACE))
    await put(two, OTHER, "C0HARBOURS", "not held up", Priority.RITUAL)

    await eventually(lambda: _said(two, "not held up"))
    assert len(hanging) <= OF_ONE_WORKSPACE
    release.set()


async def test_sync_of_one_workspace_goes_on_while_slack_hangs_for_another(
    two: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    release, synced = asyncio.Event(), []
    meet = SlackSync._meet_people

    async def hang(self: SlackSync, client: Any, workspace_id: str) -> None:
        if workspace_id == two.workspace.id:
            await release.wait()
        await meet(self, client, workspace_id)
        synced.append(workspace_id)

    monkeypatch.setattr(SlackSync, "_meet_people", hang)
    async with two.database.begin() as session:
        await session.execute(update(Workspace).values(looked_at=None))
    await eventually(_is(lambda: OTHER in synced))
    assert synced == [OTHER]

    release.set()
    await eventually(_is(lambda: len(synced) == 2))


async def test_channels_are_read_while_all_full_syncs_hang(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    release, read = asyncio.Event(), []
    monkeypatch.setattr(sync, "WORKSPACES_AT_ONCE", 1)

    async def hang(self: SlackSync, client: Any, workspace_id: str) -> None:
        await release.wait()

    async def note(self: SlackSync, channel: Channel) -> None:
        read.append((channel.workspace_id, channel.id))

    monkeypatch.setattr(SlackSync, "_meet_people", hang)
    monkeypatch.setattr(SlackSync, "_read", note)
    async with two.database.begin() as session:
        await session.execute(update(Workspace).where(Workspace.id != OTHER).values(looked_at=None))
        session.add(Channel(OTHER, "C0HARBOURS", "harbour-support", is_stale=True))
    await eventually(_is(lambda: (OTHER, "C0HARBOURS") in read))
    release.set()


async def test_sync_that_is_stopped_leaves_nothing_running(two: World, monkeypatch: pytest.MonkeyPatch) -> None:
    begun = asyncio.Event()

    async def hang(self: SlackSync, client: Any, workspace_id: str) -> None:
        begun.set()
        await asyncio.Event().wait()

    monkeypatch.setattr(SlackSync, "_meet_people", hang)
    async with two.database.begin() as session:
        await session.execute(update(Workspace).values(looked_at=None))
    await asyncio.wait_for(begun.wait(), 10)
    running = [*two.steward.sync._syncing.values()]
    await two.steward._end("sync")

    assert running
    assert all(task.done() for task in running)


def _is(check: Callable[[], bool]) -> Callable[[], Any]:
    async def answer() -> bool:
        return check()

    return answer


async def _said(world: World, words: str) -> bool:
    return words in str(await world.slack.messages("harbour-support", "maya"))
