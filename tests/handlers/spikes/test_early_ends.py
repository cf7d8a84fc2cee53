"""Tests of the celebration of spikes that ended early, posted in the thread once the queue has stayed calm."""

from datetime import timedelta

from sqlalchemy import select

from bot.features.celebrations.models import Celebration
from bot.features.spikes.models import Spike
from bot.org.teams.models import Team
from tests.handlers.drivers import dm, press, settled
from tests.handlers.spikes.drivers import MINUTE, queue, story
from tests.harness import World


async def add_past_spikes(world: World, minutes: int, many: int = 5) -> None:
    """Add past spikes of this length to the team's history."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        for number in range(many):
            began = world.now - timedelta(days=number + 1)
            ended = began + minutes * MINUTE
            session.add(
                Spike(
                    team.workspace_id, team.id, "mail", "mail", "grafana", began, ended, state="resolved",
                    resolved_at=ended, ended_how="signal",
                )
            )  # fmt: skip


async def spike(world: World, minutes: int) -> None:
    await queue(world, "ana", "spike phones 42 waiting")
    await press(world, "maya", await dm(world, "maya", "Can you join"), "spikes:join_30")
    await settled(world)
    await world.move(minutes * MINUTE)
    await queue(world, "ben", "calm phones")


async def celebrated(world: World) -> list[str]:
    return [text for text in await story(world) if text.startswith(":tada: Calm")]


async def test_spike_of_half_the_usual_length_is_celebrated_once_its_queue_stays_calm(tuesday: World) -> None:
    await add_past_spikes(tuesday, 40)
    await spike(tuesday, 12)
    await tuesday.move(25 * MINUTE)
    assert await celebrated(tuesday) == []
    await tuesday.move(10 * MINUTE)

    assert await celebrated(tuesday) == [
        ":tada: Calm again after 12 minutes. It usually takes 40. "
        "Thanks to everyone who was there, and to <@U0MAYA0000> for helping."
    ]


async def test_reopened_spike_is_not_celebrated_as_ended_early(tuesday: World) -> None:
    await add_past_spikes(tuesday, 40)
    await spike(tuesday, 12)
    await tuesday.move(10 * MINUTE)
    await queue(tuesday, "ana", "spike phones 50 waiting")
    await tuesday.move(25 * MINUTE)
    await queue(tuesday, "ben", "calm phones")
    await tuesday.move(60 * MINUTE)

    assert await celebrated(tuesday) == []


async def test_spike_of_usual_length_or_without_enough_history_is_not_celebrated(tuesday: World) -> None:
    await add_past_spikes(tuesday, 40, many=4)
    await spike(tuesday, 12)
    await tuesday.move(60 * MINUTE)
    await add_past_spikes(tuesday, 20)
    await queue(tuesday, "ana", "spike chat 42 waiting")
    await tuesday.move(12 * MINUTE)
    await queue(tuesday, "ben", "calm chat")
    await tuesday.move(60 * MINUTE)

    assert await celebrated(tuesday) == []


async def test_spike_that_ends_in_the_evening_is_celebrated_once_the_next_morning(
    tuesday: World,
) -> None:
    await add_past_spikes(tuesday, 40)
    await tuesday.move(tuesday.now.replace(hour=16, minute=40))
    await spike(tuesday, 5)
    await tuesday.move(timedelta(hours=4))
    assert await celebrated(tuesday) == []
    await tuesday.move(timedelta(days=1))

    assert len(await celebrated(tuesday)) == 1
    async with tuesday.database.reading() as session:
        (made,) = await session.scalars(select(Celebration))
    assert (made.way, made.source) == ("early", "spike:6")
