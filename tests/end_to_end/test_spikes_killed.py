"""Killed before, in and after each step of a spike's life: it goes on by itself, and nothing is asked or said twice.

Real processes and SIGKILL, on both databases; the calendar moves on while nothing lives.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
import pytest
from sqlalchemy import func, select

from benchmarks.crashes import fixtures
from benchmarks.crashes.fixtures import LEADER
from benchmarks.crashes.harness import Harness, Shape, opened
from benchmarks.crashes.postgres import Postgres, postgres
from benchmarks.crashes.processes import READY, Replica, eventually
from bot.clock import wall
from bot.db.migrations import migrate
from bot.escalation.models import Ask
from bot.escalation.models import Kind as AskedFor
from bot.escalation.models import State as Asked
from bot.features import webhooks
from bot.features.balance.models import TimeEntry
from bot.features.spikes.models import Kind, Spike, State, Stint
from bot.features.webhooks import NewWebhook, Sender, Webhook
from bot.messages.spikes.cards import JOIN, LONGER
from bot.org.teams import membership
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.models import State as Said
from tests.handlers.drivers import button
from tests.handlers.webhooks.drivers import SIGNED
from tests.harness import Json

MINUTE = timedelta(minutes=1)
ASKED = "Could you join"
FRIDAY_MORNING = timedelta(hours=4, minutes=30)
ACT_SECONDS, POINT_SECONDS = 90.0, 6.0
BEFORE, HEARD = "before_commit", "between_hearing_and_answer"
CLAIMED, POSTED = "between_claim_and_post", "between_post_and_mark"
COMMITTED, ACKED, TICKING = "between_commit_and_ack", "after_ack", "mid_tick_of_a_spike"
FAILED = (aiohttp.ClientError, TimeoutError, AssertionError)
Is = Callable[[], Awaitable[Any]]


@pytest.fixture
async def server(tmp_path: Path) -> AsyncIterator[Postgres]:
    async with postgres(tmp_path / "pg") as server:
        yield server


@pytest.fixture(params=[False, True], ids=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path, server: Postgres) -> AsyncIterator["Scene"]:
    shape = Shape(postgresql=request.param, persons=3, channels=1, lead=FRIDAY_MORNING)
    async with opened(tmp_path / "world", shape, server) as world:
        await migrate.upgrade(world.database)
        (team,) = world.teams = await fixtures.bot(world.database, world.folder / "slack", world.place, _now(world))
        async with world.database.begin() as session:
            await membership.appoint(session, team, leaders=[LEADER, *world.place.people[:3]], now=_now(world))
            lead = await membership.member(session, team, LEADER)
            assert lead
            made = await webhooks.add_webhook(
                session, lead, team, sender=Sender.GRAFANA, queue="phones", now=_now(world)
            )
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=5)) as http:
            yield Scene(world, http, made)


class Scene:
    """One replica that dies again and again, a tool that tells it of queues, and leaders who answer."""

    def __init__(self, world: Harness, http: aiohttp.ClientSession, made: NewWebhook) -> None:
        self.world = world
        self._http = http
        self._made = made
        self._accepted: set[str] = set()

    @property
    def replica(self) -> Replica:
        return self.world.replicas[0]

    async def step(self, is_done: Is, *points: str, act: Is | None = None, later: timedelta = timedelta(0)) -> None:
        """One step of the story, with a life that ends at each point, and one in which it is done, killed at once."""
        for point in points:
            await self.replica.start(point)
            if await self.replica.ready():
                await self._try(is_done, act)
            if await self.replica.gone(POINT_SECONDS) is None:
                point = "at_a_random_moment"
                await self.replica.kill(point)
            else:
                self.replica.note(point)
        await self.replica.up()
        assert await eventually(lambda: self._try(is_done, act), ACT_SECONDS)
        await self.replica.kill("at_a_random_moment")
        if later:
            await self.world.move_on(_now(self.world) + later)

    async def _try(self, is_done: Is, act: Is | None) -> bool:
        with suppress(*FAILED):
            if await is_done():
                return True
            if act:
                await act()
            return bool(await is_done())
        return False

    def tell(self, queue: str, status: str, value: int) -> tuple[Is, Is]:
        """Whether a tool's alert was acknowledged, and how it is sent: the same again until it is."""
        alert = {
            "status": status, "fingerprint": queue, "labels": {"queue": queue}, "annotations": {"value": str(value)},
        }  # fmt: skip
        body = json.dumps({"status": status, "alerts": [alert]}).encode()
        headers = SIGNED[Sender.GRAFANA](body, self._made.secret, wall())

        async def is_accepted() -> bool:
            return str(body) in self._accepted

        async def send() -> None:
            web = self.replica.log.read_bytes().partition(READY + b" on ")[2].split()[0].decode()
            async with self._http.post(f"{web}/hooks/grafana/{self._made.token}", data=body, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                self._accepted.add(str(body))

        return is_accepted, send

    async def asked(self, queue: str) -> list[Ask]:
        here = select(Ask).join(Spike, Spike.id == Ask.about_id)
        here = here.where(Ask.kind == AskedFor.SPIKE, Spike.key == queue)
        async with self.world.database.reading() as session:
            return list(await session.scalars(here.order_by(Ask.id)))

    async def all(self, table: Any) -> list[Any]:
        async with self.world.database.reading() as session:
            return list(await session.scalars(select(table).order_by(table.id)))

    async def dm(self, person: str, words: str) -> Json | None:
        said = await self.world.slack.messages("bot", person)
        return next((each for each in reversed(said) if each.get("bot_id") and words in str(each)), None)

    async def press(self, person: str, words: str, action: str) -> None:
        message = await self.dm(person, words)
        assert message
        await self.world.slack.do(
            "actions", user=person, channel="bot", ts=message["ts"], **button(message, action)
        )  # fmt: skip

    async def posts(self) -> list[Json]:
        """Everything that was posted, whatever became of it afterwards."""
        return [each for each in await self.world.slack.calls("chat.postMessage") if each["answer"]["ok"]]

    async def settle(self) -> None:
        await self.replica.up()
        assert await eventually(self.is_settled, ACT_SECONDS)

    async def is_settled(self) -> bool:
        now = _now(self.world)
        rows = select(func.count()).where(Outgoing.state == Said.WAITING, Outgoing.not_before <= now)
        due = select(func.count()).where(ScheduledJob.wake_at <= now)
        async with self.world.database.reading() as session:
            return not (await session.scalar(rows) or await session.scalar(due))


def _now(world: Harness) -> datetime:
    return datetime.fromtimestamp(world.now(), UTC)


async def test_a_spike_goes_on_whenever_it_is_killed(scene: Scene) -> None:
    fired, fire = scene.tell("phones", "firing", 42)
    fired_too, fire_too = scene.tell("chat", "firing", 12)
    await scene.step(fired, BEFORE, HEARD, act=fire)
    await scene.step(fired_too, act=fire_too)

    async def is_asked(nth: int) -> bool:
        """And Steward knows that the question has arrived: else it would wait for an answer from when it does."""
        asks = await scene.asked("phones")
        return len(asks) > nth and bool(await scene.dm(asks[nth].person_id, ASKED)) and await scene.is_settled()

    await scene.step(partial(is_asked, 0), CLAIMED, POSTED, POSTED, later=6 * MINUTE)

    await scene.step(partial(is_asked, 1), TICKING, POSTED)
    first, second = [ask.person_id for ask in await scene.asked("phones")]

    async def has_joined() -> bool:
        return bool(await scene.all(Stint))

    async def join() -> None:
        await scene.press(second, ASKED, JOIN[15])

    await scene.step(has_joined, BEFORE, COMMITTED, act=join, later=16 * MINUTE)

    async def is_asked_on() -> bool:
        return bool(await scene.dm(second, "Still on it"))

    await scene.step(is_asked_on, TICKING, POSTED)

    async def stays() -> bool:
        (stint,) = await scene.all(Stint)
        return bool(stint.sequence)

    async def stay() -> None:
        await scene.press(second, "Still on it", LONGER[15])

    await scene.step(stays, ACKED, act=stay)
    ended, end = scene.tell("phones", "resolved", 42)
    await scene.step(ended, HEARD, act=end, later=3 * MINUTE)

    async def is_calm() -> bool:
        return bool((await scene.all(Spike))[0].state == State.RESOLVED)

    await scene.step(is_calm, TICKING, POSTED)
    await scene.settle()

    deaths = Counter(death.point for death in scene.replica.deaths)
    assert set(deaths) >= {BEFORE, HEARD, POSTED, COMMITTED, TICKING}, deaths
    await _has_all_its_effects(scene, first, second)
    await _says_nothing_twice(scene)
    await _goes_on(scene)


async def _has_all_its_effects(scene: Scene, first: str, second: str) -> None:
    phones, chat = await scene.all(Spike)
    assert (phones.key, phones.state, phones.peak) == ("phones", State.RESOLVED, 42)
    assert (chat.key, chat.peak, chat.is_over) == ("chat", 12, False)
    asks = await scene.asked("phones")
    assert [(ask.person_id, ask.how or ask.state) for ask in asks] == [(first, Asked.EXPIRED), (second, Kind.QUEUE)]
    (stint,), (span,) = await scene.all(Stint), await scene.all(TimeEntry)
    assert (stint.person_id, span.leader_id, span.source) == (second, second, f"stint:{stint.id}")
    (hook,) = await scene.all(Webhook)
    assert (hook.deliveries, hook.heard) == (3, 3)
    (card,) = [each for each in await _channel(scene) if "*phones*" in each["text"] and "at its peak" in each["text"]]
    assert f"42 at its peak. Thank you to all who were there, and for the help: <@{second}>" in card["text"]


async def _channel(scene: Scene) -> list[Json]:
    return await scene.world.slack.messages(scene.world.place.channels[0], LEADER)


async def _says_nothing_twice(scene: Scene) -> None:
    """By the id of each delivery; and cards, questions and the story by what they say."""
    posts = [each["args"] for each in await scene.posts()]
    deliveries = Counter(json.dumps(each["metadata"], sort_keys=True) for each in posts if each.get("metadata"))
    assert max(deliveries.values()) == 1, deliveries.most_common(3)
    said = Counter((each["channel"], each["text"]) for each in posts if ":rotating_light:" in each["text"])
    assert max(said.values()) == 1, said.most_common(3)
    for words, times in (
        ("is in the queue for 15 min", 1), ("Still on it", 1), ("*phones* is calm again, since", 1),
    ):  # fmt: skip
        assert sum(words in each["text"] for each in posts) == times, words
    for queue in ("phones", "chat"):
        asked = Counter(ask.person_id for ask in await scene.asked(queue))
        assert max(asked.values()) == 1, asked


async def _goes_on(scene: Scene) -> None:
    """Nothing waits past its time, and whatever is open has an appointment."""
    ahead = {(each.job, each.about_id) for each in await scene.all(ScheduledJob) if each.due_at > _now(scene.world)}
    asks = [ask for ask in await scene.all(Ask) if ask.kind == AskedFor.SPIKE]
    for ask in asks:
        assert ask.state != Asked.WAITING or ("escalation.expire", ask.id) in ahead
    for spike in await scene.all(Spike):
        assert spike.is_over or ("spikes.end_if_quiet", spike.id) in ahead
        waits = [ask for ask in asks if (ask.about_id, ask.state) == (spike.id, Asked.WAITING)]
        assert spike.is_over or waits or ("spikes.ask_next", spike.id) in ahead
    assert all(stint.ended_at for stint in await scene.all(Stint))
