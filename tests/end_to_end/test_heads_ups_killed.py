"""Crash tests of heads-ups: the bot is killed before, in and after each step, with real processes and SIGKILL.

The card is posted once, and once more on the morning it starts; nobody's hours are lost, and the leader who announced
it is asked once for a look back. The clock is moved to each step while no replica runs.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, not_

from benchmarks.crashes.fixtures import LEADER
from bot.features.heads_ups.models import CoverSlot, HeadsUp
from bot.features.heads_ups.rules import FROM_DAY, FROM_TIME, HOURS, TITLE, UNTIL_DAY, UNTIL_TIME, WORDS
from bot.messages.heads_ups import cards as messages
from bot.scheduler.jobs import JobName
from bot.scheduler.models import ScheduledJob
from bot.workflows.heads_ups.cards import ASK_REVIEW, CLOSE, POST_AGAIN
from tests.end_to_end.crash_scene import BEFORE, CLAIMED, COMMITTED, POSTED, Act, Is, Scene, open_scene

TUESDAY_MORNING = timedelta(days=3, hours=7)
DAY = timedelta(days=1)
NAME, EMPTY, LESSON = "New prices", "no leader yet", "start the cover an hour earlier"
CHECK, TICKING = JobName("nudges.check_due"), "mid_tick_of_a_heads_up"
SENT, DUE = (BEFORE, COMMITTED, CLAIMED, POSTED), (TICKING, CLAIMED, POSTED)


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team with three agents and one leader, on Tuesday morning, with no jobs but the checks for nudges."""
    async with open_scene(tmp_path, request.param, lead=TUESDAY_MORNING) as scene:
        async with scene.world.database.begin() as session:
            await session.execute(delete(ScheduledJob).where(not_(ScheduledJob.job == CHECK)))
        yield scene


class Story:
    """The steps of a heads-up that holds on Thursday morning, at each of which the bot is killed at these points."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.channel = scene.team.channel_id

    def has_read(self, words: str, channel: str) -> Is:
        async def check() -> bool:
            return bool(await self.scene.dm(LEADER, words, channel)) and await self.scene.is_settled()

        return check

    async def send(self, act: Act, words: str, *points: str, channel: str = "bot") -> None:
        await self.scene.does(act, self.has_read(words, channel), *points)

    async def move_to(self, job: JobName) -> None:
        due = min(each.wake_at for each in await self.scene.all(ScheduledJob) if each.job == job)
        await self.scene.world.move_on(due)

    async def announce(self, *points: str) -> None:
        form = self.scene.typing(LEADER, "/queue", f"headsup {NAME}")
        await self.scene.does(form, lambda: self.scene.world.slack.views(LEADER))
        day = (self.scene.now + 2 * DAY).date().isoformat()
        said = {TITLE: NAME, FROM_DAY: day, FROM_TIME: "09:00", UNTIL_DAY: day, UNTIL_TIME: "12:00"}
        await self.send(self.scene.submitting(LEADER, **said), NAME, *points, channel=self.channel)

    async def remind(self, *points: str) -> None:
        """Move on to the leader's morning, and wait for the question about the hours that nobody covers."""
        await self.move_to(CHECK)  # which finds a new leader
        await self.scene.step(self.scene.is_settled)
        await self.move_to(CHECK)
        await self.scene.step(self.has_read(EMPTY, "bot"), *points)

    async def book(self, *points: str) -> None:
        await self.scene.opens(LEADER, EMPTY, messages.COVER)
        (view,) = await self.scene.world.slack.views(LEADER)
        menu = next(block["element"] for block in view["blocks"] if block["block_id"] == HOURS)
        hour = menu["option_groups"][0]["options"][0]["value"]
        await self.send(
            self.scene.submitting(LEADER, **{HOURS: [hour]}), "Who covers when", *points, channel=self.channel
        )

    async def start(self, *points: str) -> None:
        """Move on to the morning of the day, and wait until the card stands there anew."""
        await self.move_to(POST_AGAIN)

        async def is_posted_again() -> bool:
            return await self.count_cards() == 2 and await self.scene.is_settled()

        await self.scene.step(is_posted_again, *points)

    async def end(self, *points: str) -> None:
        await self.move_to(CLOSE)
        await self.scene.step(self.has_read("It lasted until", self.channel), *points)
        await self.move_to(ASK_REVIEW)
        await self.scene.step(self.has_read("is over", "bot"), *points)

    async def answer(self, *points: str) -> None:
        await self.scene.opens(LEADER, "is over", messages.REVIEW)
        await self.send(self.scene.submitting(LEADER, **{WORDS: LESSON}), LESSON, *points, channel=self.channel)

    async def count_cards(self) -> int:
        return sum(each["text"].startswith(f"{NAME}: From") for each in await self.scene.posts())

    async def is_told_once(self) -> None:
        scene = self.scene
        await scene.settle()
        await scene.delivers_once()
        assert await self.count_cards() == 2
        assert [await scene.posted(words) for words in (EMPTY, "is over", LESSON)] == [1, 1, 1]
        ((found,), (slot,)) = await scene.all(HeadsUp), await scene.all(CoverSlot)
        assert (found.title, bool(found.reviewed_at), slot.person_id) == (NAME, True, LEADER)
        assert not [each.job for each in await scene.all(ScheduledJob) if each.tries or each.reason]


@pytest.mark.long
@pytest.mark.waits
async def test_each_step_of_a_heads_up_happens_once_when_the_bot_is_killed_at_every_step(scene: Scene) -> None:
    story = Story(scene)
    await story.announce(*SENT)
    await story.remind(*DUE)
    await story.book(*SENT)
    await story.start(*DUE)
    await story.end(TICKING, CLAIMED)
    await story.answer(*SENT)
    await story.is_told_once()

    assert set(scene.deaths) >= {TICKING, *SENT}, scene.deaths


@pytest.mark.either
@pytest.mark.waits
async def test_heads_up_is_told_once_when_the_bot_is_killed_in_between(scene: Scene) -> None:
    story = Story(scene)
    await story.announce(COMMITTED)
    await story.remind()
    await story.book()
    await story.start(POSTED)
    await story.end(TICKING)
    await story.answer()
    await story.is_told_once()

    assert set(scene.deaths) >= {TICKING, COMMITTED, POSTED}, scene.deaths
