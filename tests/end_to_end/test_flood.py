"""Test of an alert flood: a thousand alerts in a minute for twenty queues.

Each queue gets one card, which is edited within Slack's rate limit, and no end of a spike is lost.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import func, select

from bot.cli import service
from bot.clock import read_wall_clock
from bot.db.sessions import Database
from bot.features import webhooks
from bot.features.spikes.models import Ended, Spike, State
from bot.features.webhooks import FoldedAlert, Sender, Webhook
from bot.org.teams import membership
from bot.slack.rate_limits import CALLS_PER_MINUTE
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import opt_out_of_shadowing
from tests.handlers.webhooks.drivers import SIGNED
from tests.harness import Json, World
from tests.snapshots import Resume

MAYA, CHANNEL = "U0MAYA0000", "C0HARBOURS"
QUEUES, ROUNDS, AT_ONCE, GROUPS = 20, 24, 2, 4
MINUTE = timedelta(minutes=1)


@dataclass
class Tool:
    """An alert tool connected to the bot, with the answers it got."""

    sender: Sender
    url: str
    secret: str
    answers: list[tuple[int, Json]] = field(default_factory=list)

    async def tell(self, world: World, queues: Iterable[int], status: str, nth: int) -> None:
        told = [
            {"status": status, "fingerprint": f"f{queue}", "labels": {"queue": f"q{queue}"},
             "annotations": {"value": str(value(queue, nth)), "summary": "High queue"}}
            for queue in queues
        ]  # fmt: skip
        body = json.dumps({"version": "4", "status": status, "alerts": told}).encode()
        headers = SIGNED[self.sender](body, self.secret, read_wall_clock())
        async with world.http.post(self.url, data=body, headers=headers) as answer:
            self.answers.append((answer.status, await answer.json()))


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        yield world


@asynccontextmanager
async def connected(world: World, *senders: Sender) -> AsyncIterator[list[Tool]]:
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serving(world.steward, listening) as web:
            yield [await _connect(world, web, sender) for sender in senders]


async def _connect(world: World, web: str, sender: Sender) -> Tool:
    async with world.database.begin() as session:
        (team,) = await membership.teams_led_by(session, world.workspace.id, MAYA)
        lead = await membership.member(session, team, MAYA)
        assert lead
        made = await webhooks.add_webhook(session, lead, team, sender=sender, queue="phones", now=world.now)
    return Tool(sender, f"{web}/hooks/{sender}/{made.token}", made.secret)


def value(queue: int, nth: int) -> int:
    return 40 + queue + nth


async def flood(world: World, tools: Sequence[Tool]) -> None:
    """Have each tool send rising alerts for every queue, then the alerts that resolve them."""
    groups = [range(first, QUEUES, GROUPS) for first in range(GROUPS)]

    async def some(tool: Tool, nth: int) -> None:
        for rise in range(ROUNDS):
            for queues in groups[nth::AT_ONCE]:
                await tool.tell(world, queues, "firing", rise)
        for queues in groups[nth::AT_ONCE]:
            await tool.tell(world, queues, "resolved", 0)

    await asyncio.gather(*(some(tool, nth) for tool in tools for nth in range(AT_ONCE)))


@pytest.mark.either
@pytest.mark.long
async def test_thousand_alerts_for_twenty_queues_post_twenty_cards_within_rate_limits(tuesday: World) -> None:
    async with connected(tuesday, Sender.GRAFANA, Sender.ALERTMANAGER) as tools:
        begun = tuesday.now
        await flood(tuesday, tools)
        took = tuesday.now - begun
        await tuesday.move(10 * MINUTE)

    answers = [answer for tool in tools for answer in tool.answers]
    assert {status for status, _ in answers} == {200}
    assert took < MINUTE
    assert [(each.heard, each.is_folding) for each in await _hooks(tuesday.database)] == [(500, False)] * 2

    posts, edits = [await tuesday.slack.calls(method) for method in ("chat.postMessage", "chat.update")]
    cards = _cards(posts)
    assert sorted(cards) == sorted(f"q{queue}" for queue in range(QUEUES))
    assert len(set(cards.values())) == QUEUES
    assert not [each for each in edits if not each["answer"]["ok"]]
    assert _most_in_a_minute(edits) <= CALLS_PER_MINUTE["chat.update"]

    shown = {each["ts"]: each["text"] for each in await tuesday.slack.messages(CHANNEL, "ana")}
    for queue in range(QUEUES):
        text = shown[cards[f"q{queue}"]]
        assert text.startswith(f":white_check_mark: *q{queue}* calmed down after "), text
        assert f" (peak {value(queue, ROUNDS - 1)})." in text
    async with tuesday.database.reading() as session:
        found = (await session.scalars(select(Spike))).all()
        assert not await session.scalar(select(func.count()).select_from(FoldedAlert))
    assert [(each.state, each.ended_how) for each in found] == [(State.RESOLVED, Ended.SIGNAL)] * QUEUES


async def _hooks(database: Database) -> Sequence[Webhook]:
    async with database.reading() as session:
        return (await session.scalars(select(Webhook))).all()


def _cards(posts: Sequence[Json]) -> dict[str, str]:
    """Return the timestamp of each queue's card, checking that each queue has exactly one card."""
    said = [each for each in posts if each["args"]["channel"] == CHANNEL and not each["args"].get("thread_ts")]
    cards = [each for each in said if each["args"]["text"].startswith(":rotating_light: *")]
    assert len(cards) == QUEUES
    return {each["args"]["text"].split("*")[1]: each["answer"]["ts"] for each in cards}


def _most_in_a_minute(calls: Sequence[Json]) -> int:
    at = [datetime.fromisoformat(each["at"]).astimezone(UTC) for each in calls]
    return max(sum(1 for each in at if begin <= each < begin + MINUTE) for begin in at)
