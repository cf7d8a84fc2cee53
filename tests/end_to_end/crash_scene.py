"""Scene for crash tests: one replica that is killed again and again while people use Slack."""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import aiohttp
from sqlalchemy import func, select

from benchmarks.crashes import fixtures
from benchmarks.crashes.harness import Harness, Shape, open_harness
from benchmarks.crashes.postgres import postgres
from benchmarks.crashes.processes import Replica, eventually
from bot.db.migrations import migrate
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.models import State as Said
from tests.handlers.drivers import button
from tests.harness import Json

ACT_SECONDS, POINT_SECONDS, MOST_WAITS = 180.0, 6.0, 10
BEFORE, COMMITTED, ACKED = "before_commit", "between_commit_and_ack", "after_ack"
CLAIMED, POSTED = "between_claim_and_post", "between_post_and_mark"
AT_RANDOM = "at_a_random_moment"
PRESSED = (BEFORE, COMMITTED, CLAIMED, POSTED, POSTED)
"""Kill points of a press and of the message that it causes."""
UNANSWERED = ("dispatch_failed", "operation_timeout")
FAILED = (aiohttp.ClientError, TimeoutError, AssertionError)
Is = Callable[[], Awaitable[Any]]


class Act:
    """An action by a person in Slack, repeated unchanged until the bot acknowledges it.

    If a button or form was there at the first try and is gone now, the action counts as acknowledged too.
    """

    def __init__(self, send: Callable[[], Awaitable[Json]]) -> None:
        self._send = send
        self._was_tried = False
        self.is_acked = False

    async def __call__(self) -> None:
        if not self.is_acked:
            answer = await self._send()
            assert answer["ok"] or answer["error"] in UNANSWERED or self._was_tried, answer
            assert (answer.get("ack") or {}).get("response_action") != "errors", answer
            self._was_tried = True
            self.is_acked = answer["ok"] or answer["error"] not in UNANSWERED


class Scene:
    """A sandbox with the bot and one team, and what the team's people do and see."""

    def __init__(self, world: Harness) -> None:
        self.world = world

    @property
    def replica(self) -> Replica:
        return self.world.replicas[0]

    @property
    def team(self) -> Team:
        return self.world.teams[0]

    @property
    def now(self) -> datetime:
        return datetime.fromtimestamp(self.world.now(), UTC)

    @property
    def deaths(self) -> Counter[str]:
        """How often the replica has died, by kill point."""
        return Counter(death.point for death in self.replica.deaths)

    async def step(self, is_done: Is, *points: str, act: Is | None = None, later: timedelta = timedelta(0)) -> None:
        """Run one step: kill the replica once at each of `points`, and then let it finish the step."""
        for point in points:
            await self.replica.start(point)
            if await self.replica.ready():
                await self._try(is_done, act)
            if await self._has_died(is_done, act):
                self.replica.note(point)
            else:
                await self.replica.kill(AT_RANDOM)
        await self.replica.up()
        assert await eventually(lambda: self._try(is_done, act), ACT_SECONDS)
        await self.replica.kill(AT_RANDOM)
        if later:
            await self.world.move_on(self.now + later)

    async def _has_died(self, is_done: Is, act: Is | None) -> bool:
        """Wait until the replica dies at its kill point; return False if it has done the step and lives on.

        On a busy machine, the replica may need several times `POINT_SECONDS` until it gets there.
        """
        for _ in range(MOST_WAITS):
            if await self.replica.gone(POINT_SECONDS) is not None:
                return True
            if await self._try(is_done, act):
                break
        return False

    async def does(self, act: Act, has_followed: Is, *points: str) -> None:
        """Repeat a person's action until the bot has acknowledged it and its effects are there."""

        async def is_done() -> bool:
            return act.is_acked and bool(await has_followed())

        await self.step(is_done, *points, act=act)

    async def opens(self, person: str, words: str, action: str, channel: str = "bot") -> None:
        """Have a person open a form with a button of a message."""
        await self.does(self.pressing(person, words, action, channel), lambda: self.world.slack.views(person))

    async def _try(self, is_done: Is, act: Is | None) -> bool:
        with suppress(*FAILED):
            if await is_done():
                return True
            if act:
                await act()
            return bool(await is_done())
        return False

    async def all(self, table: Any) -> list[Any]:
        async with self.world.database.reading() as session:
            return list(await session.scalars(select(table).order_by(table.id)))

    async def told(self, person: str, channel: str = "bot") -> list[Json]:
        """Return the bot's messages to a person by DM, with the replies in their threads, oldest first.

        With `channel`, return those that the person sees in the channel.
        """
        return [each for each in await self.world.slack.messages_and_replies(channel, person) if each.get("bot_id")]

    async def dm(self, person: str, words: str, channel: str = "bot") -> Json | None:
        return next((each for each in reversed(await self.told(person, channel)) if words in str(each)), None)

    def hears(self, person: str, words: str) -> Is:
        """Return a function that checks whether a person has got a DM with these words."""
        return lambda: self.dm(person, words)

    def pressing(self, person: str, words: str, action: str, channel: str = "bot") -> Act:
        """Return an action that presses a button of the card with these words, in a DM or a channel.

        Repeated presses use the same card and button, even if the card changes before the press is acknowledged.
        """
        found: list[Json] = []

        async def send() -> Json:
            if not found:
                message = await self.dm(person, words, channel)
                assert message
                found.append({"ts": message["ts"], "pressed": button(message, action)})
            where = {"channel": channel, "ts": found[0]["ts"]}
            return await self.world.slack.do("actions", user=person, **where, **found[0]["pressed"])

        return Act(send)

    def typing(self, person: str, command: str, text: str) -> Act:
        channel = self.team.channel_id

        async def send() -> Json:
            return await self.world.slack.do("commands", user=person, channel=channel, command=command, text=text)

        return Act(send)

    def submitting(self, person: str, **values: Any) -> Act:
        """Return an action that submits the form that the person has open."""
        found: list[str] = []

        async def send() -> Json:
            if not found:
                found.append((await self.world.slack.views(person))[-1]["id"])
            return await self.world.slack.do("views/submit", user=person, view_id=found[0], values=values)

        return Act(send)

    async def posts(self) -> list[Json]:
        """Return the arguments of all successful posts, including posts that were edited or deleted later."""
        return [each["args"] for each in await self.world.slack.calls("chat.postMessage") if each["answer"]["ok"]]

    async def posted(self, words: str) -> int:
        return sum(words in each["text"] for each in await self.posts())

    async def says_nothing_twice(self, words: str = "", *, excluding: str | None = None) -> None:
        """Check that no text with these words was posted twice in a conversation, even if edited or deleted later.

        Texts that contain `excluding` are left out.
        """
        await self.delivers_once()
        about = [
            each
            for each in await self.posts()
            if words in each["text"] and (not excluding or excluding not in each["text"])
        ]
        said = Counter((each["channel"], each["text"]) for each in about)
        assert max(said.values()) == 1, said.most_common(5)

    async def delivers_once(self) -> None:
        """Check that the bot posted no message of its outbox twice."""
        posts = [each["metadata"] for each in await self.posts() if each.get("metadata")]
        deliveries = Counter(json.dumps(each, sort_keys=True) for each in posts)
        assert max(deliveries.values()) == 1, deliveries.most_common(3)

    async def settle(self) -> None:
        await self.replica.up()
        assert await eventually(self.is_settled, ACT_SECONDS)

    async def is_settled(self) -> bool:
        now = self.now
        rows = select(func.count()).where(Outgoing.state == Said.WAITING, Outgoing.not_before <= now)
        due = select(func.count()).where(ScheduledJob.wake_at <= now)
        async with self.world.database.reading() as session:
            return not (await session.scalar(rows) or await session.scalar(due))


@asynccontextmanager
async def open_scene(folder: Path, database: str, *, lead: timedelta, agents: int = 3) -> AsyncIterator[Scene]:
    """Open a scene with one team; its calendar starts `lead` before Friday, 15:00 UTC."""
    shape = Shape(postgresql=database == "postgresql", persons=agents, channels=1, lead=lead)
    async with AsyncExitStack() as stack:
        server = await stack.enter_async_context(postgres(folder / "pg")) if shape.postgresql else None
        world = await stack.enter_async_context(open_harness(folder / "world", shape, server))
        await migrate.upgrade(world.database)
        scene = Scene(world)
        world.teams = await fixtures.bot(world.database, world.folder / "slack", world.place, scene.now)
        yield scene
