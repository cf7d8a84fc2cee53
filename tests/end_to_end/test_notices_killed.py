"""Crash tests of change notices: the bot is killed before, in and after each step, with real processes and SIGKILL.

Each card, answer and note with questions is posted once, and nothing that a reader or a leader has sent is lost.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete

from benchmarks.crashes.fixtures import LEADER
from bot.features.notices.models import Notice, NoticeQuestion, NoticeReceipt
from bot.features.notices.rules import CHANGE, DETAILS, EDIT, ENDS_ON, STARTS_ON, Edit
from bot.messages.notices import cards, forms
from bot.scheduler.models import ScheduledJob
from tests.end_to_end.crash_scene import BEFORE, CLAIMED, COMMITTED, POSTED, Act, Is, Scene, open_scene
from tests.harness import Json

DAY = timedelta(days=1)
TUESDAY_MORNING = timedelta(days=3, hours=5)
TICKING = "mid_tick_of_a_notice"
SENT = (BEFORE, COMMITTED, CLAIMED, POSTED)
FIRST, SECOND, QUESTION, ANSWER = "Refunds wait", "Refunds go on", "What about vouchers?", "Vouchers too."


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team with three agents and one leader, and with no scheduled jobs."""
    async with open_scene(tmp_path, request.param, lead=TUESDAY_MORNING) as scene:
        async with scene.world.database.begin() as session:
            await session.execute(delete(ScheduledJob))
        yield scene


class Story:
    """The steps of a notice, at each of which the bot is killed at given kill points."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.channel = scene.team.channel_id
        self.agent = scene.world.place.people[0]

    async def post(self, *points: str) -> None:
        form = self.scene.typing(LEADER, "/steward", "notice")
        await self.scene.does(form, lambda: self.scene.world.slack.views(LEADER))
        await self.send(self.scene.submitting(LEADER, **self.filled(FIRST)), LEADER, FIRST, *points)

    def filled(self, change: str, **more: str) -> Json:
        today = self.scene.now.date()
        return {CHANGE: change, DETAILS: "", STARTS_ON: f"{today}", ENDS_ON: f"{today + 3 * DAY}", **more}

    async def send(self, act: Act, reader: str, words: str, *points: str, channel: str | None = None) -> None:
        """Do something until somebody has read what follows, in the team's channel or another one."""
        await self.scene.does(act, self.has_read(reader, words, channel or self.channel), *points)

    def has_read(self, person: str, words: str, channel: str) -> Is:
        async def check() -> bool:
            return bool(await self.scene.dm(person, words, channel)) and await self.scene.is_settled()

        return check

    async def press_got_it(self, *points: str) -> None:
        press = self.scene.pressing(self.agent, FIRST, cards.GOT_IT, self.channel)
        await self.send(press, LEADER, "1 person has pressed *Got it*", *points)

    async def edit(self, *points: str) -> None:
        """Have the leader edit the notice, so that everybody is asked to read it again."""
        listed = self.scene.typing(LEADER, "/steward", "notice")
        await self.send(listed, LEADER, "Shown until")
        await self.scene.opens(LEADER, "Shown until", cards.EDIT, self.channel)
        form = self.scene.submitting(LEADER, **self.filled(SECOND, **{EDIT: Edit.ASK_AGAIN}))
        await self.send(form, LEADER, SECOND, *points)

    async def ask(self, *points: str) -> None:
        await self.scene.opens(self.agent, SECOND, cards.UNCLEAR, self.channel)

        async def is_stored() -> bool:
            return bool(await self.scene.all(NoticeQuestion))

        await self.scene.does(self.scene.submitting(self.agent, **{forms.WORDS: QUESTION}), is_stored, *points)

    async def update(self, *points: str) -> None:
        """Move on to the next day, and wait until the leader has got the question."""
        await self.scene.world.move_on(self.scene.now + DAY)
        await self.scene.step(self.has_read(LEADER, QUESTION, "bot"), *points)

    async def answer(self, *points: str) -> None:
        await self.scene.opens(LEADER, QUESTION, cards.ANSWER)
        form = self.scene.submitting(LEADER, **{forms.WORDS: ANSWER})
        await self.send(form, self.agent, ANSWER, *points, channel="bot")

    async def is_told_once(self) -> None:
        """Check that each card was posted once, and what is stored of the notice and of its reader."""
        scene = self.scene
        await scene.settle()
        await scene.delivers_once()
        said = [each["text"] for each in await scene.posts()]
        notices = [each for each in said if each.startswith(":mega:")]
        assert [sum(words in each for each in notices) for words in (FIRST, SECOND)] == [1, 1]
        assert sum(each.startswith(":question:") for each in said) == 1
        assert sum(ANSWER in each for each in said) == 2, "in the thread, and to the reader who asked"
        ((found,), (receipt,)) = await scene.all(Notice), await scene.all(NoticeReceipt)
        assert (found.change, found.edition, found.answer) == (SECOND, 2, ANSWER)
        assert (receipt.person_id, receipt.edition, receipt.is_clear) == (self.agent, 2, False)
        assert [each.is_sent for each in await scene.all(NoticeQuestion)] == [True]
        assert not [each.job for each in await scene.all(ScheduledJob) if each.tries or each.reason]


@pytest.mark.long
@pytest.mark.waits
async def test_each_step_of_a_notice_happens_once_when_the_bot_is_killed_at_every_step(scene: Scene) -> None:
    story = Story(scene)
    await story.post(*SENT)
    await story.press_got_it(BEFORE, COMMITTED)
    await story.edit(*SENT)
    await story.ask(COMMITTED)
    await story.update(TICKING, CLAIMED, POSTED)
    await story.answer(*SENT, POSTED)
    await story.is_told_once()

    assert set(scene.deaths) >= {TICKING, *SENT}, scene.deaths


@pytest.mark.either
@pytest.mark.waits
async def test_notice_is_told_once_when_the_bot_is_killed_in_between(scene: Scene) -> None:
    story = Story(scene)
    await story.post(POSTED)
    await story.press_got_it(COMMITTED)
    await story.edit(POSTED)
    await story.ask()
    await story.update(TICKING)
    await story.answer(COMMITTED)
    await story.is_told_once()

    assert set(scene.deaths) >= {TICKING, COMMITTED, POSTED}, scene.deaths
