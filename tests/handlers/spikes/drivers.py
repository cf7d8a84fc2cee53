"""Drivers for spikes: send alerts, and read posts, threads, stints and asks (requests to leaders)."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import select

from bot.alerts import Alert, Signal
from bot.escalation.models import Ask, Kind
from bot.features.spikes.models import Spike, Stint
from bot.org.teams.models import Team
from bot.slack.outbox.models import Card
from bot.workflows.spikes import signals
from tests.handlers.drivers import press, settled
from tests.harness import Answer, Json, World

MINUTE = timedelta(minutes=1)
FIRING, RESOLVED = Signal.FIRING, Signal.RESOLVED
ASKED = "Can you join for a while?"


async def queue(world: World, name: str, text: str) -> Answer:
    answer = await world.slack.command(name, text, word="/queue")
    await settled(world)
    return answer


async def signal(
    world: World,
    what: Signal,
    value: float | None = None,
    *,
    queue: str = "phones",
    at: datetime | None = None,
    source: str = "grafana",
) -> None:
    """Deliver an alert from a tool."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        alert = Alert(source, what, key="a", queue=queue, title="High queue", value=value, occurred_at=at)
        await signals.receive_alert(session, team, alert, now=world.now)
    await settled(world)


async def latest(world: World) -> Spike:
    async with world.database.reading() as session:
        return (await session.scalars(select(Spike).order_by(Spike.id.desc()).limit(1))).one()


async def asks(world: World) -> list[tuple[str, str]]:
    """Return the leader's name and the result of each ask: the kind of help, or else the ask's state."""
    async with world.database.reading() as session:
        found = await session.scalars(select(Ask).where(Ask.kind == Kind.SPIKE).order_by(Ask.id))
        return [(each.person_id[2:].rstrip("0").lower(), each.how or each.state) for each in found]


async def stints(world: World) -> list[Stint]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Stint).order_by(Stint.id)))


async def cards(world: World) -> list[Json]:
    """Return the bot's spike cards in the channel."""
    said = await world.slack.messages("harbour-support", "ana")
    heads = (":rotating_light: *", ":white_check_mark: *")
    return [
        each for each in said if each.get("bot_id") and not each.get("ephemeral_to") and each["text"].startswith(heads)
    ]


async def card(world: World) -> str:
    """Return the text of the only spike card; fail if there are several."""
    found, *more = await cards(world)
    assert not more, more
    return str(found["text"])


async def story(world: World) -> list[str]:
    """Return the texts of all replies in threads."""
    calls = await world.slack.calls("chat.postMessage")
    return [each["args"]["text"] for each in calls if each["args"].get("thread_ts")]


async def nobody_can_come(world: World) -> int:
    """Count how often the channel was told that no leader can come."""
    async with world.database.reading() as session:
        return len((await session.scalars(select(Card.name).where(Card.name.startswith("nobody:")))).all())


async def both_press(world: World, *presses: tuple[str, Json, str]) -> None:
    """Press several buttons at the same time."""
    await asyncio.gather(*(press(world, name, message, action) for name, message, action in presses))
    await settled(world)
