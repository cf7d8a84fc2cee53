"""Crash tests of spikes: the bot is killed before, in and after each step of a spike's life.

The spike continues after each restart, and nothing is asked or said twice. The tests use real processes and SIGKILL, on
both databases, and move the clock while no replica runs.
"""

import json
from collections import Counter
from collections.abc import AsyncIterator
from datetime import timedelta
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from sqlalchemy import select

from benchmarks.crashes.fixtures import LEADER
from benchmarks.crashes.processes import READY
from bot.clock import read_wall_clock
from bot.db.sessions import Database
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
from tests.end_to_end.crash_scene import ACKED, BEFORE, CLAIMED, COMMITTED, POSTED, Is, Scene, open_scene
from tests.handlers.webhooks.drivers import SIGNED
from tests.harness import Json

MINUTE = timedelta(minutes=1)
ASKED = "Can you join"
FRIDAY_MORNING = timedelta(hours=4, minutes=30)
HEARD, TICKING = "between_hearing_and_answer", "mid_tick_of_a_spike"


@pytest.fixture(params=["sqlite", "postgresql"])
async def scene(request: pytest.FixtureRequest, tmp_path: Path) -> AsyncIterator[Scene]:
    async with open_scene(tmp_path, request.param, lead=FRIDAY_MORNING) as scene:
        yield scene


@pytest.fixture
async def tool(scene: Scene) -> AsyncIterator["Tool"]:
    async with scene.world.database.begin() as session:
        leaders = [LEADER, *scene.world.place.people[:3]]
        await membership.set_leaders(session, scene.team, leaders=leaders, now=scene.now)
        lead = await membership.member(session, scene.team, LEADER)
        assert lead
        made = await webhooks.add_webhook(
            session, lead, scene.team, sender=Sender.GRAFANA, queue="phones", now=scene.now
        )
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=60)) as http:
        yield Tool(scene, http, made)


class Tool:
    """An alert tool that sends alerts about queues to the bot."""

    def __init__(self, scene: Scene, http: aiohttp.ClientSession, made: NewWebhook) -> None:
        self._scene = scene
        self._http = http
        self._made = made
        self._accepted: set[str] = set()

    def tell(self, queue: str, status: str, value: int) -> tuple[Is, Is]:
        """Return two functions: one checks whether an alert was acknowledged, the other sends it, always unchanged."""
        alert = {
            "status": status, "fingerprint": queue, "labels": {"queue": queue}, "annotations": {"value": str(value)},
        }  # fmt: skip
        body = json.dumps({"status": status, "alerts": [alert]}).encode()
        headers = SIGNED[Sender.GRAFANA](body, self._made.secret, read_wall_clock())

        async def is_accepted() -> bool:
            return str(body) in self._accepted

        async def send() -> None:
            web = self._scene.replica.log.read_bytes().partition(READY + b" on ")[2].split()[0].decode()
            async with self._http.post(f"{web}/hooks/grafana/{self._made.token}", data=body, headers=headers) as answer:
                assert answer.status == 200, await answer.text()
                self._accepted.add(str(body))

        return is_accepted, send


async def _asked(database: Database, queue: str) -> list[Ask]:
    here = select(Ask).join(Spike, Spike.id == Ask.about_id)
    here = here.where(Ask.kind == AskedFor.SPIKE, Spike.key == queue)
    async with database.reading() as session:
        return list(await session.scalars(here.order_by(Ask.id)))


@pytest.mark.long
@pytest.mark.waits
async def test_spike_is_handled_exactly_once_when_the_bot_is_killed_at_every_step(scene: Scene, tool: Tool) -> None:
    fired, fire = tool.tell("phones", "firing", 42)
    fired_too, fire_too = tool.tell("chat", "firing", 12)
    await scene.step(fired, BEFORE, HEARD, act=fire)
    await scene.step(fired_too, act=fire_too)

    async def is_asked(nth: int) -> bool:
        """Return whether the nth request for help has arrived and Steward has recorded this.

        Only then does the time to answer begin.
        """
        asks = await _asked(scene.world.database, "phones")
        return len(asks) > nth and bool(await scene.dm(asks[nth].person_id, ASKED)) and await scene.is_settled()

    await scene.step(partial(is_asked, 0), CLAIMED, POSTED, POSTED, later=6 * MINUTE)

    await scene.step(partial(is_asked, 1), TICKING, POSTED)
    first, second = [ask.person_id for ask in await _asked(scene.world.database, "phones")]

    async def has_joined() -> bool:
        return bool(await scene.all(Stint))

    join = scene.pressing(second, ASKED, JOIN[15])
    await scene.step(has_joined, BEFORE, COMMITTED, act=join, later=16 * MINUTE)

    async def is_asked_on() -> bool:
        return bool(await scene.dm(second, "Still helping"))

    await scene.step(is_asked_on, TICKING, POSTED)

    async def stays() -> bool:
        (stint,) = await scene.all(Stint)
        return bool(stint.sequence)

    await scene.step(stays, ACKED, act=scene.pressing(second, "Still helping", LONGER[15]))
    ended, end = tool.tell("phones", "resolved", 42)
    await scene.step(ended, HEARD, act=end, later=3 * MINUTE)

    async def is_calm() -> bool:
        return bool((await scene.all(Spike))[0].state == State.RESOLVED)

    await scene.step(is_calm, TICKING, POSTED)
    await scene.settle()

    assert set(scene.deaths) >= {BEFORE, HEARD, POSTED, COMMITTED, TICKING}, scene.deaths
    await _has_all_its_effects(scene, first, second)
    await _says_nothing_twice(scene)
    await _goes_on(scene)


async def _has_all_its_effects(scene: Scene, first: str, second: str) -> None:
    phones, chat = await scene.all(Spike)
    assert (phones.key, phones.state, phones.peak) == ("phones", State.RESOLVED, 42)
    assert (chat.key, chat.peak, chat.is_over) == ("chat", 12, False)
    asks = await _asked(scene.world.database, "phones")
    assert [(ask.person_id, ask.how or ask.state) for ask in asks] == [(first, Asked.EXPIRED), (second, Kind.QUEUE)]
    (stint,), (span,) = await scene.all(Stint), await scene.all(TimeEntry)
    assert (stint.person_id, span.leader_id, span.source) == (second, second, f"stint:{stint.id}")
    (hook,) = await scene.all(Webhook)
    assert (hook.deliveries, hook.heard) == (3, 3)
    (card,) = [
        each for each in await _channel(scene) if "*phones*" in each["text"] and "calmed down after" in each["text"]
    ]
    assert f"(peak 42). Thanks to <@{second}>" in card["text"]


async def _channel(scene: Scene) -> list[Json]:
    return await scene.world.slack.messages(scene.world.place.channels[0], LEADER)


async def _says_nothing_twice(scene: Scene) -> None:
    """Check that no card, question or summary about a spike was posted twice."""
    await scene.says_nothing_twice(":rotating_light:")
    for words, times in (
        ("is in the queue for 15 min", 1), ("Still helping", 1), ("*phones* is calm again", 1),
    ):  # fmt: skip
        assert await scene.posted(words) == times, words
    for queue in ("phones", "chat"):
        asked = Counter(ask.person_id for ask in await _asked(scene.world.database, queue))
        assert max(asked.values()) == 1, asked


async def _goes_on(scene: Scene) -> None:
    """Check that every open spike and every unanswered question has its next scheduled job."""
    ahead = {(each.job, each.about_id) for each in await scene.all(ScheduledJob) if each.due_at > scene.now}
    asks = [ask for ask in await scene.all(Ask) if ask.kind == AskedFor.SPIKE]
    for ask in asks:
        assert ask.state != Asked.WAITING or ("escalation.expire", ask.id) in ahead
    for spike in await scene.all(Spike):
        assert spike.is_over or ("spikes.end_if_quiet", spike.id) in ahead
        waits = [ask for ask in asks if (ask.about_id, ask.state) == (spike.id, Asked.WAITING)]
        assert spike.is_over or waits or ("spikes.ask_next", spike.id) in ahead
    assert all(stint.ended_at for stint in await scene.all(Stint))
