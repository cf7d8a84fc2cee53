"""Crash tests of hand-ups: the bot is killed before, in and after each step, with real processes and SIGKILL.

The hand-up continues after each restart, and nothing is asked, said or counted twice. The clock is moved while no
replica runs. People repeat each action until the bot acknowledges it.
"""

from collections.abc import AsyncIterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import delete

from benchmarks.crashes.fixtures import LEADER
from bot.escalation.models import Ask
from bot.escalation.models import State as Asked
from bot.features.balance.models import TimeEntry
from bot.features.hand_ups.models import Ending, HandUp, State
from bot.messages.hand_ups import names
from bot.org.teams import membership
from bot.scheduler.models import ScheduledJob
from tests.end_to_end.crash_scene import ACKED, BEFORE, CLAIMED, COMMITTED, POSTED, Act, Is, Scene, open_scene

MINUTE = timedelta(minutes=1)
FRIDAY_MORNING = timedelta(hours=4, minutes=30)
WORDS = "a refund over the limit"
TICKING = "mid_tick_of_a_hand_up"
PRESSED = (BEFORE, COMMITTED, CLAIMED, POSTED)
DUE = (TICKING, CLAIMED, POSTED)


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team with one agent and three leaders, and with no scheduled jobs."""
    async with open_scene(tmp_path, request.param, lead=FRIDAY_MORNING) as scene:
        async with scene.world.database.begin() as session:
            leaders = [LEADER, *scene.world.place.people[1:]]
            await membership.set_leaders(session, scene.team, leaders=leaders, now=scene.now)
            await session.execute(delete(ScheduledJob))
        yield scene


class Story:
    """The steps of one hand-up, during which the bot is killed at the given kill points."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.agent = scene.world.place.people[0]

    async def hand_up(self) -> HandUp:
        (found,) = await self.scene.all(HandUp)
        assert isinstance(found, HandUp)
        return found

    async def asks(self) -> list[Ask]:
        return [*await self.scene.all(Ask)]

    def is_asked(self, *states: Asked) -> Is:
        """Return a function that checks the states of the asks, and that the last card has arrived."""

        async def check() -> bool:
            asks = await self.asks()
            return [each.state for each in asks] == [*states] and bool(
                await self.scene.dm(asks[-1].person_id, WORDS)
                and await self.scene.dm(self.agent, WORDS)
                and await self.scene.is_settled()
            )

        return check

    def stands(self, state: State) -> Is:
        async def check() -> bool:
            return (await self.hand_up()).state == state and bool(await self.scene.is_settled())

        return check

    def agent_reads(self, words: str) -> Is:
        async def check() -> Any:
            return await self.scene.dm(self.agent, words) and await self.scene.is_settled()

        return check

    async def does(self, act: Act, has_followed: Is, *points: str, later: timedelta = timedelta(0)) -> None:
        """Repeat a person's action until the bot has acknowledged it and its effects are there."""

        async def is_done() -> bool:
            return act.is_acked and bool(await has_followed())

        await self.scene.step(is_done, *points, act=act, later=later)

    async def raise_hand(self, *points: str) -> None:
        act = self.scene.typing(self.agent, "/handup", WORDS)
        await self.does(act, self.is_asked(Asked.WAITING), *points, later=6 * MINUTE)

    async def press(self, action: str, has_followed: Is, *points: str, later: timedelta = timedelta(0)) -> None:
        """Have the agent press a button."""
        await self.does(self.scene.pressing(self.agent, WORDS, action), has_followed, *points, later=later)

    async def answer(self, action: str, has_followed: Is, *points: str, later: timedelta = timedelta(0)) -> None:
        """Have the leader who was asked last press a button."""
        leader = (await self.asks())[-1].person_id
        await self.does(self.scene.pressing(leader, WORDS, action), has_followed, *points, later=later)

    async def has_ended_once(self, *states: Asked, minutes: int) -> None:
        """Check that the hand-up has ended, and that every ask, message and time entry exists exactly once."""
        await self.scene.settle()
        this = await self.hand_up()
        assert (this.state, this.ending) == (State.ENDED, Ending.BY_AGENT)
        await self.is_told_once(*states)
        (span,) = await self.scene.all(TimeEntry)
        assert (span.leader_id, span.source) == (this.helper_id, this.source)
        assert abs(span.minutes - minutes) <= 1

    async def is_told_once(self, *states: Asked) -> None:
        """Check the states of the asks, that each leader was asked once, and that each person has one card."""
        asks = await self.asks()
        assert [each.state for each in asks] == [*states]
        assert len({each.person_id for each in asks}) == len(asks)
        await self.scene.delivers_once()
        for person in (self.agent, *(each.person_id for each in asks)):
            cards = [each for each in await self.scene.told(person) if each.get("blocks")]
            shown = [each["text"] for each in cards if each["blocks"][0]["block_id"] in ("hand_up", "ask")]
            assert len(shown) == 1, (person, shown)
        jobs = await self.scene.all(ScheduledJob)
        assert not [each.job for each in jobs if each.tries or each.reason]


@pytest.mark.long
@pytest.mark.waits
async def test_each_step_of_a_hand_up_happens_once_when_the_bot_is_killed_at_every_step(scene: Scene) -> None:
    story = Story(scene)
    await story.raise_hand(*PRESSED, POSTED)
    await scene.step(story.is_asked(Asked.EXPIRED, Asked.WAITING), *DUE)
    await story.press(names.HOLD, story.stands(State.HELD), *PRESSED, later=16 * MINUTE)
    await scene.step(story.is_asked(Asked.EXPIRED, Asked.WAITING), *DUE)
    await story.answer(names.COMING, story.stands(State.COMING), *PRESSED, later=6 * MINUTE)
    await scene.step(story.agent_reads("with you?"), *DUE)
    await story.press(names.NOT_YET, story.is_asked(Asked.EXPIRED, Asked.ACCEPTED, Asked.WAITING), *PRESSED)
    await story.answer(names.COMING, story.stands(State.COMING), BEFORE, COMMITTED)
    await story.answer(names.HERE, story.stands(State.HERE), *PRESSED, later=10 * MINUTE)
    await story.press(names.SORTED, story.stands(State.ENDED), *PRESSED, ACKED)

    await story.has_ended_once(Asked.EXPIRED, Asked.ACCEPTED, Asked.ACCEPTED, minutes=10)
    assert set(scene.deaths) >= {BEFORE, COMMITTED, CLAIMED, POSTED, TICKING}, scene.deaths


@pytest.mark.either
@pytest.mark.waits
async def test_next_leader_is_asked_exactly_once_when_the_bot_is_killed_partway_through(scene: Scene) -> None:
    story = Story(scene)
    await story.raise_hand(COMMITTED)
    await scene.step(story.is_asked(Asked.EXPIRED, Asked.WAITING), TICKING)

    await scene.settle()
    await story.is_told_once(Asked.EXPIRED, Asked.WAITING)
    assert set(scene.deaths) >= {COMMITTED, TICKING}, scene.deaths
