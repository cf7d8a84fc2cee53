"""Crash tests of the leader's week and the voice of the frontline: the bot is killed before, in and after each step.

Each week, draft, message and file is sent once, and what leaders have sent is not lost. The tests use real processes
and SIGKILL, on both databases, and move the clock to each step while no replica runs.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, not_, select, update

from benchmarks.crashes.fixtures import LEADER
from bot.features.balance.models import TimeEntry
from bot.features.voice.models import VoiceMonth
from bot.features.weekly.models import LeaderWeek, WeeklyPreferences
from bot.followups.models import Followup
from bot.messages.voice import cards
from bot.org.people import fetch_person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.workflows import weekly
from bot.workflows.voice import drafts
from tests.end_to_end.crash_scene import BEFORE, CLAIMED, COMMITTED, POSTED, Is, Scene, open_scene

SPONSOR = "U0GRACE000"
SHARED, TICKING = "between_share_and_mark", "mid_tick_of_a_report"
FRIDAY_AT_EIGHT = timedelta(hours=7)
IDEA, COMMENT = "a macro for small refunds", "The macro is nearly done."
TITLE, DRAFT, WEEK = "Voice of the frontline", "Draft:", "Your week up to"
CHECK = "nudges.check_due"


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team with three agents, two leaders and a sponsor, and only the jobs of the week and of the voice."""
    async with open_scene(tmp_path, request.param, lead=FRIDAY_AT_EIGHT) as scene:
        kept = [ScheduledJob.job.startswith(each) for each in (CHECK, "voice.")]
        async with scene.world.database.begin() as session:
            deputy = scene.world.place.people[2]
            await membership.set_leaders(session, scene.team, leaders=[LEADER, deputy], now=scene.now)
            WeeklyPreferences(is_sent=False).keep(await fetch_person(session, scene.team.workspace_id, deputy))
            await session.execute(update(Team).values(sponsor_id=SPONSOR))
            await session.execute(delete(ScheduledJob).where(*map(not_, kept)))
        yield scene


async def move_to(scene: Scene, job: str) -> None:
    """Move on to the moment at which a job is due next. Call only while the bot does not run."""
    due = min(each.wake_at for each in await scene.all(ScheduledJob) if each.job == job)
    await scene.world.move_on(due)


def has_read(scene: Scene, words: str, *people: str) -> Is:
    """Return a function that checks whether these people have read a DM with these words and no message waits."""

    async def check() -> bool:
        return all([bool(await scene.dm(each, words)) for each in people]) and await scene.is_settled()

    return check


async def count_posts(scene: Scene, start: str) -> int:
    return sum(each["text"].lstrip(":abcdefghijklmnopqrstuvwxyz_ *").startswith(start) for each in await scene.posts())


async def spend_a_week(scene: Scene, sent: tuple[str, ...], due: tuple[str, ...]) -> None:
    """Have the leader log time, and wait for the week, with the bot killed at these points."""

    async def is_logged() -> bool:
        return bool(await scene.all(TimeEntry))

    await scene.does(scene.typing(LEADER, "/balance", "log people 30"), is_logged, *sent)
    while not [each for each in await scene.all(ScheduledJob) if each.job == weekly.SEND]:
        await move_to(scene, CHECK)
        await scene.step(scene.is_settled)
    await move_to(scene, weekly.SEND)
    await scene.step(has_read(scene, WEEK, LEADER), *due)

    assert await count_posts(scene, WEEK) == 1
    assert [each.minutes for each in await scene.all(TimeEntry)] == [30]
    async with scene.world.database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(LeaderWeek)) == 1


async def spend_a_month(scene: Scene, sent: tuple[str, ...], due: tuple[str, ...], shared: tuple[str, ...]) -> None:
    """Have an agent type an idea, a leader comment on the draft, and the sponsor get it, with the bot killed."""
    leaders = (LEADER, scene.world.place.people[2])

    async def is_stored() -> bool:
        return bool(await scene.all(Followup)) and await scene.is_settled()

    await scene.does(scene.typing(scene.world.place.people[0], "/idea", IDEA), is_stored)
    await move_to(scene, drafts.DRAFT)
    async with scene.world.database.begin() as session:
        await session.execute(update(Followup).values(raised_at=scene.now - timedelta(days=10)))
    await scene.step(has_read(scene, DRAFT, *leaders), *due)

    await scene.opens(LEADER, DRAFT, cards.COMMENT)
    form = scene.submitting(LEADER, **{cards.WORDS: COMMENT})
    await scene.does(form, has_read(scene, COMMENT, *leaders), *sent)
    await move_to(scene, drafts.SEND)

    async def has_arrived() -> bool:
        with_file = any(each.get("files") for each in await scene.told(SPONSOR))
        return with_file and await has_read(scene, COMMENT, SPONSOR)()

    await scene.step(has_arrived, *due, *shared)

    await scene.settle()
    await scene.delivers_once()
    assert await count_posts(scene, TITLE) == 1
    assert await count_posts(scene, DRAFT) == len(leaders)
    assert sum(len(each.get("files", [])) for each in await scene.told(SPONSOR)) == 1
    (month,) = await scene.all(VoiceMonth)
    assert (month.comment, month.comment_by, month.sponsor_id) == (COMMENT, LEADER, SPONSOR)
    assert not [each.job for each in await scene.all(ScheduledJob) if each.tries or each.reason]


@pytest.mark.long
@pytest.mark.waits
async def test_week_and_voice_are_sent_once_when_the_bot_is_killed_at_every_step(scene: Scene) -> None:
    sent, due = (BEFORE, COMMITTED, CLAIMED, POSTED), (TICKING, CLAIMED, POSTED)
    await spend_a_week(scene, (BEFORE, COMMITTED), due)
    await spend_a_month(scene, sent, due, (SHARED, SHARED))

    assert set(scene.deaths) >= {TICKING, SHARED, *sent}, scene.deaths


@pytest.mark.either
@pytest.mark.waits
async def test_week_and_voice_are_sent_once_when_the_bot_is_killed_in_between(scene: Scene) -> None:
    await spend_a_week(scene, (), (TICKING,))
    await spend_a_month(scene, (COMMITTED,), (POSTED,), (SHARED,))

    assert set(scene.deaths) >= {TICKING, COMMITTED, POSTED, SHARED}, scene.deaths
