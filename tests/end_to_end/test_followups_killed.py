"""Crash tests of follow-ups: the bot is killed before, in and after each step of a roadblock, an idea and a promise.

Nothing is lost, no message is repeated, there is one owner, and the history matches the state. The tests use real
processes and SIGKILL, on both databases, and move the clock while no replica runs.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import update

from benchmarks.crashes.fixtures import LEADER
from bot.followups.models import Event, Followup, Kind, Reason, State, Support
from bot.followups.rules import Step
from bot.messages.followups.forms import ME_TOO, action
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from tests.end_to_end.crash_scene import ACKED, BEFORE, CLAIMED, COMMITTED, POSTED, PRESSED, Act, Is, Scene, open_scene

SPONSOR = "U0GRACE000"
TEXT = "the refund screen freezes every hour"
TUESDAY_MORNING, A_DAY = timedelta(days=3, hours=5), timedelta(days=1)
TICKING = "mid_tick_of_a_followup"
DUE = (TICKING, CLAIMED, POSTED)
"""Kill points of the job that sends a reminder, and of the reminder itself."""
LATER = partial(pytest.param, marks=pytest.mark.long)


class Story:
    """The steps of one follow-up, at each of which the bot is killed; at fewer kill points unless `is_long`.

    The first of the team's people raises the follow-up or receives the promise, the second supports it, and the third
    is a leader, like Maya.
    """

    def __init__(self, scene: Scene, *, is_long: bool) -> None:
        self.scene = scene
        self.author, self.supporter, self.deputy = scene.world.place.people
        self.channel = scene.world.place.channels[0]
        self.is_long = is_long
        self.events = 0
        """The number of steps that the follow-up has taken."""

    def points(self, *points: str) -> tuple[str, ...]:
        """Return those of these kill points at which the bot is killed: all if `is_long`, else only `COMMITTED`."""
        return points if self.is_long else tuple({*points} & {COMMITTED})

    async def this(self) -> Followup:
        (found,) = await self.scene.all(Followup)
        assert isinstance(found, Followup)
        return found

    async def type_it(self, person: str, command: str, words: str, is_told: Is) -> None:
        """Have a person type the command that creates the follow-up, again only if none is stored."""
        typed = self.scene.typing(person, command, words)

        async def send() -> None:
            if not await self.scene.all(Followup):
                await typed()

        async def is_done() -> bool:
            return bool(await self.scene.all(Followup)) and bool(await is_told())

        await self.scene.step(is_done, *self.points(*PRESSED), act=send)

    async def is_on_card(self) -> bool:
        return bool(await self.scene.dm(self.author, TEXT, self.channel))

    async def take(self, act: Act, step: Step, *tells: Is) -> None:
        """Take a step, and wait until it is in the history and everyone concerned has been told."""
        self.events += 1

        async def has_followed() -> bool:
            steps = [each.step for each in await self.scene.all(Event)]
            is_taken = steps[self.events :] == [step]
            return is_taken and all([await told() for told in tells]) and await self.scene.is_settled()

        await self.scene.does(act, has_followed, *self.points(*PRESSED))

    async def take_by_form(self, person: str, words: str, step: Step, *tells: Is, **form: str) -> None:
        """Take a step that needs a form."""
        await self.scene.opens(person, words, action(step))
        await self.take(self.scene.submitting(person, **form), step, *tells)

    def press(self, person: str, words: str, step: Step, channel: str = "bot") -> Act:
        return self.scene.pressing(person, words, action(step), channel)

    async def wait_for(self, days: int, reminder: str) -> None:
        """Move the clock to 11:00 some days later, and wait for the reminder to the leader."""
        await self.scene.world.move_on((self.scene.now + days * A_DAY).replace(hour=11, minute=0))
        await self.scene.step(self.scene.hears(LEADER, reminder), *self.points(*DUE))

    async def is_accounted_for(self, owner: str, *history: Step, answer: str) -> None:
        """Check the final state, owner and history, that no message was repeated, and that no job has failed.

        `answer` is part of the message that asks for confirmation, sent whenever the follow-up is reported as done.
        """
        await self.scene.settle()
        this = await self.this()
        assert (this.state, this.reason, this.owner_id) == (State.CLOSED, Reason.DONE, owner)
        assert [each.step for each in await self.scene.all(Event)] == [*history]
        await self.scene.says_nothing_twice(TEXT, excluding=answer)
        assert await self.scene.posted(answer) == history.count(Step.ANSWER) + history.count(Step.CLOSE)
        assert not [each.job for each in await self.scene.all(ScheduledJob) if each.tries or each.reason]


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team that Maya leads with a deputy, and Grace sponsors."""
    async with open_scene(tmp_path, request.param, lead=TUESDAY_MORNING) as scene:
        async with scene.world.database.begin() as session:
            await session.execute(update(Team).values(sponsor_id=SPONSOR))
            leaders = [LEADER, scene.world.place.people[2]]
            await membership.set_leaders(session, scene.team, leaders=leaders, now=scene.now)
        yield scene


async def raise_and_remove(story: Story) -> None:
    """Play a roadblock: raised, supported, taken, reported as gone, still there, reported as gone again, confirmed."""
    scene, hears = story.scene, story.scene.hears
    await story.type_it(story.author, "/roadblock", TEXT, story.is_on_card)

    async def is_counted() -> bool:
        return bool(await scene.all(Support))

    me_too = scene.pressing(story.supporter, TEXT, ME_TOO, story.channel)
    await scene.does(me_too, is_counted, *story.points(BEFORE, COMMITTED, ACKED))
    working = "is working on this roadblock"
    take = story.press(LEADER, TEXT, Step.TAKE, story.channel)
    await story.take(take, Step.TAKE, hears(story.author, working), hears(LEADER, TEXT))
    await story.wait_for(2, "This roadblock is still with you")
    gone, back = "says this roadblock is gone. Is it?", "This roadblock is still there"
    await story.take_by_form(LEADER, TEXT, Step.ANSWER, hears(story.author, gone), why="It was restarted")
    still_there = story.press(story.author, gone, Step.REOPEN)
    await story.take(still_there, Step.REOPEN, hears(LEADER, back))
    await story.take_by_form(LEADER, back, Step.ANSWER, hears(story.author, gone), why="It has more memory")
    ends = (hears(LEADER, "says it's gone. Thank you"), hears(story.supporter, "This roadblock is gone"))
    await story.take(story.press(story.author, gone, Step.CONFIRM), Step.CONFIRM, *ends)

    steps = (Step.RAISE, Step.TAKE, Step.ANSWER, Step.REOPEN, Step.ANSWER, Step.CONFIRM)
    await story.is_accounted_for(LEADER, *steps, answer=gone)
    assert len(await scene.all(Support)) == 1


async def raise_and_answer(story: Story) -> None:
    """Play an idea: raised, taken, started, handed over, done."""
    hears = story.scene.hears
    await story.type_it(story.author, "/idea", TEXT, story.is_on_card)
    take = story.press(LEADER, TEXT, Step.TAKE, story.channel)
    await story.take(take, Step.TAKE, hears(story.author, "is looking into your idea"), hears(LEADER, TEXT))
    await story.take_by_form(LEADER, TEXT, Step.START, hears(story.author, "has started on your idea"))
    handed_on = hears(story.deputy, "handed this idea over to you")
    await story.take_by_form(LEADER, TEXT, Step.HAND_ON, handed_on, who=story.deputy)
    done = {"reason": Reason.DONE, "why": "It saves two clicks"}
    await story.take_by_form(story.deputy, TEXT, Step.CLOSE, hears(story.author, "answered your idea"), **done)

    steps = (Step.RAISE, Step.TAKE, Step.START, Step.HAND_ON, Step.CLOSE)
    await story.is_accounted_for(story.deputy, *steps, answer="answered your idea")


async def promise_and_keep(story: Story) -> None:
    """Play a promise: made, reported as done, confirmed with thanks; if `is_long`, reopened once in between."""
    hears, to = story.scene.hears, f"@{story.scene.world.place.names[story.author]}"
    await story.type_it(LEADER, "/promise", f"{to} {TEXT} by Friday", hears(story.author, "promised you this by"))
    await story.wait_for(2, "You promised")
    done, not_yet = "says this is done", "says this isn't done yet"
    answer = story.press(LEADER, "You promised", Step.ANSWER)
    await story.take(answer, Step.ANSWER, hears(story.author, done))
    again = (Step.REOPEN, Step.ANSWER) if story.is_long else ()
    if again:
        await story.take(story.press(story.author, done, Step.REOPEN), Step.REOPEN, hears(LEADER, not_yet))
        await story.take(story.press(LEADER, not_yet, Step.ANSWER), Step.ANSWER, hears(story.author, done))
    thanks = story.press(story.author, done, Step.CONFIRM)
    await story.take(thanks, Step.CONFIRM, hears(LEADER, "says thanks for keeping this promise"))

    steps = (Step.RAISE, Step.ANSWER, *again, Step.CONFIRM)
    await story.is_accounted_for(LEADER, *steps, answer=done)


STORIES = {Kind.ROADBLOCK: raise_and_remove, Kind.IDEA: raise_and_answer, Kind.PROMISE: promise_and_keep}


@pytest.mark.waits
@pytest.mark.parametrize("kind", [LATER(Kind.ROADBLOCK), LATER(Kind.IDEA), Kind.PROMISE])
async def test_each_step_of_a_follow_up_happens_once_when_the_bot_is_killed_at_every_step(
    scene: Scene, kind: Kind, request: pytest.FixtureRequest
) -> None:
    is_long = request.config.getoption("every_pair")
    await STORIES[kind](Story(scene, is_long=is_long))

    points = {BEFORE, COMMITTED, CLAIMED, POSTED} | ({TICKING} if kind != Kind.IDEA else set())
    assert not is_long or set(scene.deaths) >= points, scene.deaths
