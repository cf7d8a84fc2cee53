"""Publishing of changed Home tabs: changes are debounced, and none is lost while a tab is being built."""

from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta

import pytest
from slackblocks import Block, SectionBlock
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import personal_data
from bot.db.sessions import Database
from bot.messages import home as messages
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence, ScheduledJob
from bot.slack import home as slack_home
from bot.slack.home import Home, Visitor
from bot.slack.outbox.models import Method, Outgoing
from bot.workflows import home
from schedules import home as schedule
from schedules.registry import JOBS
from tests.absences import away
from tests.conftest import TUESDAY

A_VIEW = {"type": "home", "blocks": []}
LATER = TUESDAY + timedelta(seconds=6)


async def opened(database: Database, *names: str, at: datetime = TUESDAY) -> None:
    async with database.begin() as session:
        for name in names:
            await slack_home.record_opened(session, await session.get_one(Person, ("T1", name)), A_VIEW, now=at)


async def touch(database: Database, *names: str, at: datetime = TUESDAY) -> None:
    async with database.begin() as session:
        slack_home.mark_changed(session, "T1", names, now=at)


async def stale(database: Database, now: datetime = LATER) -> list[str]:
    async with database.reading() as session:
        return [home.person_id for home in await slack_home.stale_homes(session, "T1", now=now, limit=20)]


async def due(database: Database) -> list[datetime]:
    async with database.reading() as session:
        return list(await session.scalars(select(ScheduledJob.due_at).where(ScheduledJob.job == slack_home.PUBLISH)))


async def publish(database: Database, workspace: Workspace) -> list[str]:
    """Run the publish job, and return the people whose Home tabs are in the outbox."""
    async with database.begin() as session:
        await schedule.publish(session, workspace, Occurrence(LATER, TUESDAY))
    async with database.reading() as session:
        waiting = select(Outgoing.conversation).where(Outgoing.method == Method.HOME)
        return list(await session.scalars(waiting.order_by(Outgoing.id)))


def test_job_that_publishes_home_tabs_exists() -> None:
    assert slack_home.PUBLISH in {job.name for job in JOBS}


async def test_home_is_not_published_for_people_who_never_opened_it(database: Database, workspace: Workspace) -> None:
    await touch(database, "UANA", "UBEN")

    assert (await stale(database), await due(database)) == ([], [])


async def test_changes_of_home_tabs_within_a_few_seconds_are_published_by_one_job(
    database: Database, workspace: Workspace
) -> None:
    await opened(database, "UANA", "UBEN")
    for name in ("UANA", "UBEN", "UANA"):
        await touch(database, name)
    await touch(database, at=TUESDAY)

    assert await stale(database) == ["UANA", "UBEN"]
    (at,) = await due(database)
    assert slack_home.PUBLISH_SLOT <= at - TUESDAY <= 2 * slack_home.PUBLISH_SLOT


async def test_rolled_back_change_marks_no_home_tab_as_changed(database: Database, workspace: Workspace) -> None:
    await opened(database, "UANA")
    async with database.session() as session:
        slack_home.mark_changed(session, "T1", ["UANA"], now=TUESDAY)
        await session.rollback()

    assert await stale(database) == []


async def test_home_tab_that_changes_while_it_is_being_built_is_published_again(
    database: Database, workspace: Workspace, team: Team
) -> None:
    await opened(database, "UANA", "UBEN")
    await touch(database, "UANA", "UBEN")
    async with database.reading() as session:
        seen = await slack_home.stale_homes(session, "T1", now=LATER, limit=20)
    await touch(database, "UANA")
    async with database.begin() as session:
        await slack_home.mark_published(session, [(home, "new") for home in seen])

    assert await stale(database) == ["UANA"]


async def test_home_not_opened_for_seven_days_is_not_published_and_its_row_is_pruned(
    database: Database, workspace: Workspace
) -> None:
    await opened(database, "UANA")
    at = TUESDAY + timedelta(days=7)
    await touch(database, "UANA", at=at)
    assert (await stale(database, at), await due(database)) == ([], [])

    async with database.begin() as session:
        assert await personal_data.prune(session, "T1", now=at + timedelta(seconds=1), limit=10, models=[Home]) == 1
    async with database.reading() as session:
        assert await session.scalar(select(Home.person_id)) is None


async def test_failed_build_of_one_home_tab_does_not_block_others(
    database: Database, workspace: Workspace, team: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def stumbles(session: AsyncSession, visitor: Visitor, now: datetime) -> list[Block]:
        if visitor.person.id == "UANA":
            raise ValueError("what an old row says")
        return [SectionBlock("hello")]

    sections: list[Callable[[AsyncSession, Visitor, datetime], Awaitable[list[Block]]]] = [stumbles]
    monkeypatch.setattr(home, "SECTIONS", sections)
    await opened(database, "UANA", "UBEN", "UGONE")
    await touch(database, "UANA", "UBEN", "UGONE")

    assert await publish(database, workspace) == ["UBEN"]
    assert await stale(database) == []


async def test_newer_home_tab_replaces_the_one_in_the_outbox(
    database: Database, workspace: Workspace, team: Team
) -> None:
    await opened(database, "UANA")
    await touch(database, "UANA")
    await publish(database, workspace)
    async with database.begin() as session:
        (await session.get_one(Person, ("T1", "UANA"))).absences = away(TUESDAY + timedelta(days=3))
        slack_home.mark_changed(session, "T1", ["UANA"], now=TUESDAY)

    assert await publish(database, workspace) == ["UANA"]


def test_home_has_at_most_100_blocks() -> None:
    view = messages.view([SectionBlock(f"line {number}") for number in range(130)])

    assert len(view["blocks"]) == 100
    assert "There's more than I can show here" in str(view["blocks"][-1])
