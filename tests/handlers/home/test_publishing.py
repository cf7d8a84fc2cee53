"""Tests of publishing changed Home tabs: batches, priorities, restarts, and retries after an error."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import func, select

from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.scheduler.models import ScheduledJob
from bot.slack import home
from bot.slack.home import Home
from bot.slack.outbox import outbox
from bot.slack.outbox.models import Method, Outgoing, Priority, State
from bot.workflows.home import BATCH
from tests.handlers.home.drivers import ANA, opens, shown
from tests.harness import Slack, World, eventually, opened

pytestmark = pytest.mark.on_the_wire

PEOPLE = 200


async def crowd(world: World) -> list[str]:
    """Add two hundred agents who have opened their Home tab, and mark all these tabs as changed."""
    ids = [f"U1CROWD{number:03}" for number in range(PEOPLE)]
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        for id in ids:
            session.add(Person(world.workspace.id, id, id.lower(), "Europe/Lisbon"))
            session.add(Home(world.workspace.id, id, world.now, "as it was"))
        await session.flush()
        await membership.add_members(session, team, ids, now=world.now)
        home.mark_changed(session, world.workspace.id, ids, now=world.now)
    return ids


async def waits(world: World) -> tuple[int, int]:
    """Return how many Home tabs are stale, and how many are waiting in the outbox."""
    async with world.database.reading() as session:
        stale = select(func.count()).select_from(Home).where(Home.stale_at.is_not(None))
        unsent = select(func.count()).where(Outgoing.method == Method.HOME, Outgoing.state != State.DROPPED)
        return await session.scalar(stale) or 0, await session.scalar(unsent) or 0


@pytest.mark.long
async def test_two_hundred_changed_home_tabs_are_published_in_batches(world: World) -> None:
    await crowd(world)
    assert await waits(world) == (PEOPLE, 0)
    left = []
    for _ in range(PEOPLE // BATCH):
        async with world.database.reading() as session:
            due = await session.scalar(
                select(ScheduledJob.due_at).where(ScheduledJob.key.like("workspace:home.publish:%"))
            )
        assert due
        await world.move(due)
        left.append((await waits(world))[0])

    assert left == list(range(PEOPLE - BATCH, -1, -BATCH))
    assert (await waits(world)) == (0, PEOPLE)


@pytest.mark.long
async def test_restart_while_home_tabs_are_being_published_loses_none(tmp_path: Path, left: str | None) -> None:
    async with opened(tmp_path, left) as world:
        await opens(world.slack, "ana")
        await crowd(world)
        await world.slack.command("maya", "@ana for the last thing before the night")
    async with opened(tmp_path, left) as world:
        await world.move(timedelta(minutes=4))

        assert await waits(world) == (0, PEOPLE + 2)
        assert "the last thing before the night" in await shown(world.slack, "ana")


async def test_opened_home_tab_is_published_before_tabs_that_changed(world: World) -> None:
    ana = Address(world.workspace.id, ANA)
    view = {"type": "home", "blocks": []}
    async with world.steward.relay.paused():
        async with world.database.begin() as session:
            await outbox.home(session, view, to=ana, now=world.now)
        async with world.database.begin() as session:
            await outbox.home(session, view, to=ana, now=world.now, priority=Priority.ANSWER)
        async with world.database.reading() as session:
            rows = (await session.scalars(select(Outgoing).where(Outgoing.method == Method.HOME))).all()

    assert [row.priority for row in rows] == [Priority.ANSWER]


async def test_home_tab_that_slack_refused_is_published_again_when_it_is_opened(slack: Slack, world: World) -> None:
    await slack.do("faults", method="views.publish", error="invalid_arguments", times=1)
    await slack.do("home/open", user="ana")

    async def refused() -> bool:
        async with world.database.reading() as session:
            return await session.scalar(select(Outgoing.id).where(Outgoing.state == State.FAILED)) is not None

    await eventually(refused)
    await slack.do("home/open", user="ana")
    assert "Hello" in await eventually(lambda: shown(slack, "ana"))
