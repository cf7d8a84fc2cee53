"""Crash tests of the pulse: the bot is killed before, in and after each step, with real processes and SIGKILL.

No answer is lost or counted twice, whoever reads that their answers are in is counted, nobody has two cards, and the
results are posted once. The calendar moves on while nothing runs. What was not acknowledged is sent again until it is.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import delete, func, select

from benchmarks.crashes.fixtures import LEADER
from bot.features.pulse import queries
from bot.features.pulse.models import Answer, PulseAnswer, PulseComment, PulseInvitation, PulseRound
from bot.features.pulse.queries import COMMENT
from bot.features.pulse.rules import find_level
from bot.messages.pulse import forms
from bot.refusals import common
from bot.scheduler import scheduler
from bot.scheduler.models import ScheduledJob
from bot.slack.dispatcher import Actor
from bot.workflows.pulse import responses
from bot.workflows.recurring_jobs import PULSE
from tests.end_to_end.crash_scene import ACKED, AT_RANDOM, BEFORE, CLAIMED, COMMITTED, POSTED, Act, Scene, open_scene
from tests.handlers.drivers import button
from tests.harness import Json

DAY = timedelta(days=1)
TUESDAY_MORNING = timedelta(days=3, hours=5)
TICKING = "mid_tick_of_a_pulse"
ASKED = (TICKING, CLAIMED, POSTED, CLAIMED, POSTED)
"""Kill points of the job that asks or reminds, and of its messages."""
OPENED = (COMMITTED, ACKED)
"""Kill points of a press that opens a form and stores nothing."""
SENT = ("before_answer_of_a_pulse", "mid_answer_of_a_pulse", COMMITTED, ACKED)
CLEANED = ("before_clean_up", "mid_clean_up", "between_clean_up_and_mark")
REPLIED = (BEFORE, COMMITTED, CLAIMED, POSTED)
AGENTS = 6
THIRD, FIFTH = 2 * DAY, 6 * DAY
"""When the reminders come, after the Tuesday on which a round opens."""


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    """A team with six agents and one leader, and with no scheduled jobs."""
    async with open_scene(tmp_path, request.param, lead=TUESDAY_MORNING, agents=AGENTS) as scene:
        async with scene.world.database.begin() as session:
            await session.execute(delete(ScheduledJob))
        yield scene


class Story:
    """The steps of a round, at each of which the bot is killed at given kill points."""

    def __init__(self, scene: Scene) -> None:
        self.scene = scene
        self.agents = scene.world.place.people
        self.answers: dict[str, tuple[list[int], str]] = {}
        """Who has sent which ratings and which comment in the running round, and knows that they have arrived."""
        self.told: Counter[str] = Counter()
        """How often each agent read in this round that the answers are in."""
        self.questions: Counter[str] = Counter()
        """How many questions each agent should have got, reminders and earlier rounds included."""
        self.most_live = 0

    async def rounds(self) -> list[PulseRound]:
        return [*await self.scene.all(PulseRound)]

    async def open_round(self, *points: str) -> None:
        scene = self.scene
        self.answers, self.told = {}, Counter()
        count = len(await self.rounds()) + 1
        async with scene.world.database.begin() as session:
            key = f"open:{count}"
            await scheduler.put(session, job=PULSE, key=key, team=scene.team, due_at=scene.now, now=scene.now)
        self.questions.update(self.agents)

        async def is_asked() -> bool:
            return len(await self.rounds()) == count and await self.have_one_card(self.agents, since=scene.now - DAY)

        await scene.step(is_asked, *points)

    async def have_one_card(self, people: list[str], *, since: datetime) -> bool:
        """Return whether these people have one card, posted since then, and whether nothing is to be sent."""
        live = [await self.cards(person) for person in people]
        self.most_live = max(self.most_live, *map(len, live))
        is_new = [len(each) == 1 and float(each[0]["ts"]) >= since.timestamp() for each in live]
        return all(is_new) and await self.scene.is_settled()

    async def cards(self, person: str) -> list[Json]:
        return [each for each in await self.scene.told(person) if forms.ANSWER in str(each)]

    async def answer(self, person: str, scores: list[int], comment: str, *points: str) -> None:
        """Have a person open the form and send it, again and again until the bot acknowledges it."""
        await self.open_form(person, *(OPENED if points else ()))
        values: Json = {forms.score_block(number): str(score) for number, score in enumerate(scores)}
        values |= {forms.COMMENT: comment} if comment else {}
        form = (await self.scene.world.slack.views(person))[-1]["id"]

        async def send() -> Json:
            answer = await self.scene.world.slack.do("views/submit", user=person, view_id=form, values=values)
            self._note(person, answer)
            return answer

        async def is_stored() -> bool:
            return await self.count_answers() == (len(self.answers) + 1) * (len(scores) + 1)

        await self.scene.does(Act(send), is_stored, *points)
        assert self.told[person], "nobody is left without an answer"
        self.answers[person] = scores, comment
        await self.are_stored_once()

    async def answer_directly(self, person: str, scores: list[int], comment: str) -> None:
        """Store a person's answers without the bot, which takes less time."""
        found, actor = (await self.rounds())[-1], Actor(self.scene.team.workspace_id, person)
        async with self.scene.world.database.begin() as session:
            rated = dict(enumerate(scores))
            await responses.answer(session, actor, found.id, rated, comment, may_be_quoted=False, now=self.scene.now)
        self.answers[person] = scores, comment
        self.told[person] += 1

    async def open_form(self, person: str, *points: str) -> None:
        found: list[Json] = []

        async def press() -> Json:
            found[:] = found or await self.cards(person)
            assert found
            where = {"channel": "bot", "ts": found[0]["ts"]}
            return await self.scene.world.slack.do("actions", user=person, **where, **button(found[0], forms.ANSWER))

        async def has_form() -> bool:
            views = await self.scene.world.slack.views(person)
            return bool(views) and views[-1]["callback_id"] == forms.FORM

        await self.scene.does(Act(press), has_form, *points)

    def _note(self, person: str, answer: Json) -> None:
        """Note that somebody reads that the answers are in, now or when they sent the form before."""
        ack = answer.get("ack") or {}
        if ack.get("response_action") == "update" or common.PULSE_ANSWERED in str(ack):
            self.told[person] += 1

    async def count_answers(self) -> int:
        async with self.scene.world.database.reading() as session:
            return await session.scalar(select(func.count()).select_from(PulseAnswer)) or 0

    async def are_stored_once(self) -> None:
        """Check that what is stored is what everybody sent, and nothing else."""
        async with self.scene.world.database.reading() as session:
            found = (await self.rounds())[-1]
            key = await queries.load_key(session, found)
            for person, (scores, comment) in self.answers.items():
                for about, said in [*enumerate(scores), (COMMENT, comment)]:
                    row = await session.get_one(PulseAnswer, (found.workspace_id, key.pseudonym(person, str(about))))
                    stored = Answer.model_validate_json(key.decrypt(row.sealed))
                    assert said == (stored.comment if about == COMMENT else stored.score)

    async def remind(self, after: timedelta, *points: str) -> None:
        """Move on to a morning with reminders, and wait until those who have not answered have got theirs."""
        opened = (await self.rounds())[-1].opened_at
        await self.scene.world.move_on((opened + after).replace(hour=9, minute=1))
        late = [person for person in self.agents if person not in self.answers]
        self.questions.update(late)
        start = self.scene.now - timedelta(minutes=5)

        async def are_reminded() -> bool:
            return await self.have_one_card(late, since=start)

        await self.scene.step(are_reminded, *points)

    async def close_round(self, *points: str) -> None:
        await self.scene.world.move_on((await self.rounds())[-1].closes_at + timedelta(minutes=1))
        count = len(await self.rounds())

        async def is_published() -> bool:
            posted = await self.results()
            return len(posted) >= 2 * count and await self.scene.is_settled()

        await self.scene.step(is_published, *points)

    async def clean_up(self, *points: str) -> None:
        async def is_cleaned() -> bool:
            return all(each.is_cleaned for each in await self.rounds())

        await self.scene.step(is_cleaned, *points)

    async def reply(self, words: str, *points: str) -> None:
        """Have the leader answer the comments."""
        await self.scene.opens(LEADER, "pulse:reply", forms.REPLY)

        async def is_posted() -> bool:
            return bool(await self.scene.posted(words)) and await self.scene.is_settled()

        submission = self.scene.submitting(LEADER, **{forms.WORDS: words})
        await self.scene.does(submission, is_posted, *points)
        assert await self.scene.posted(words) == 1

    async def results(self) -> list[Json]:
        """Return all posts with results, in the channel and to the leader."""
        posts = await self.scene.posts()
        return [each for each in posts if first_block(each) == "pulse" and forms.ANSWER not in str(each)]

    async def is_accounted_for(self) -> None:
        """Check that the closed round has counted each answer once, and that nothing was said twice."""
        scene = self.scene
        await scene.settle()
        found = (await self.rounds())[-1]
        scores = [each for each, _ in self.answers.values()]
        assert not found.is_open
        assert (found.asked, found.answered) == (AGENTS, len(self.answers)) == (AGENTS, len(self.told))
        assert found.levels == [find_level(each) for each in zip(*scores, strict=True)]
        async with scene.world.database.reading() as session:
            said = await session.scalars(select(PulseComment.words).where(PulseComment.round_id == found.id))
            assert sorted(said) == sorted(comment for _, comment in self.answers.values() if comment)
            for model in (PulseAnswer, PulseInvitation):
                assert await session.scalar(select(func.count()).select_from(model)) == 0
        await self.is_said_once()

    async def is_said_once(self) -> None:
        scene = self.scene
        await scene.delivers_once()
        asked = Counter(each["channel"] for each in await scene.posts() if forms.ANSWER in str(each))
        assert sorted(asked.values()) == sorted(self.questions.values())
        published = Counter(each["channel"] for each in await self.results())
        assert [*published.values()] == [len(await self.rounds())] * 2
        assert (self.most_live, [await self.cards(person) for person in self.agents]) == (1, [[]] * AGENTS)
        assert not [each.job for each in await scene.all(ScheduledJob) if each.tries or each.reason]


def first_block(post: Json) -> str:
    """Return the id of a post's first block."""
    blocks = post.get("blocks") or "[]"
    found = json.loads(blocks) if isinstance(blocks, str) else blocks
    return str(found[0].get("block_id")) if found else ""


async def play_round(story: Story, *, kills_results: bool) -> None:
    """Play a round, and kill the bot at every step: when the results are posted, or while it cleans up."""
    await story.open_round(*ASKED)
    people = iter(enumerate(story.agents))
    for _ in range(3):
        nth, person = next(people)
        await story.answer(person, [5, nth % 5 + 1], f"comment {nth}", *SENT)
    await story.remind(THIRD, *ASKED)
    nth, person = next(people)
    await story.answer(person, [4, nth % 5 + 1], "", *SENT)
    await story.remind(FIFTH, *ASKED)
    for nth, person in people:
        await story.answer(person, [1, nth % 5 + 1], f"comment {nth}", *SENT)
    await story.close_round(TICKING, TICKING, *((CLAIMED, POSTED, CLAIMED, POSTED) if kills_results else ()))
    await story.clean_up(*(() if kills_results else CLEANED))
    await story.reply(f"Thank you {kills_results}.", *REPLIED)
    await story.is_accounted_for()


@pytest.mark.long
@pytest.mark.waits
async def test_each_answer_counts_once_when_the_bot_is_killed_at_every_step(scene: Scene) -> None:
    story = Story(scene)
    await play_round(story, kills_results=True)
    await scene.replica.kill(AT_RANDOM)
    await scene.world.move_on((scene.now + 13 * DAY).replace(hour=10, minute=0))
    await play_round(story, kills_results=False)

    assert set(scene.deaths) >= {*ASKED, *OPENED, *SENT, *CLEANED, *REPLIED}, scene.deaths
    assert scene.deaths.total() > 150


@pytest.mark.either
@pytest.mark.waits
async def test_answers_count_once_when_the_bot_is_killed_in_between(scene: Scene) -> None:
    story = Story(scene)
    await story.open_round(TICKING)
    first, *others = story.agents
    await story.answer(first, [5, 1], "comment 0", "mid_answer_of_a_pulse", COMMITTED)
    for nth, person in enumerate(others, 1):
        await story.answer_directly(person, [5, 1], f"comment {nth}")
    await story.close_round(TICKING)
    await story.clean_up("between_clean_up_and_mark")
    await story.is_accounted_for()

    assert set(scene.deaths) >= {TICKING, "mid_answer_of_a_pulse", COMMITTED, "between_clean_up_and_mark"}
