"""Tests of spikes from the first alert to the summary, with and without restarts of the bot."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.features.balance.models import TimeEntry
from bot.features.spikes.models import Ended, State
from bot.messages.spikes.cards import how_spike_ended
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import dm, press, settled
from tests.handlers.spikes.drivers import (
    ASKED,
    FIRING,
    MINUTE,
    RESOLVED,
    asks,
    card,
    cards,
    latest,
    queue,
    signal,
    stints,
    story,
)
from tests.harness import World, opened


async def test_reported_spike_is_joined_by_a_leader_and_ends_as_calm(tuesday: World) -> None:
    answer = await queue(tuesday, "ana", "spike phones 42 waiting")
    assert "*phones* is at 42" in answer.text
    assert await card(tuesday) == ":rotating_light: *phones* is at *42*, over its limit. I'm asking a leader to help."
    asked = await dm(tuesday, "maya", ASKED)
    assert await asks(tuesday) == [("maya", "waiting")]

    await press(tuesday, "maya", asked, "spikes:join_30")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.COVERED
    assert "<@U0MAYA0000> is in the queue until 11:00." in await card(tuesday)
    assert await story(tuesday) == ["<@U0MAYA0000> is in the queue for 30 min."]
    await dm(tuesday, "maya", "You're in the *phones* queue until 11:00.")

    await tuesday.move(12 * MINUTE)
    calm = await queue(tuesday, "ben", "calm phones")
    assert "*phones* is calm again" in calm.text
    assert await card(tuesday) == (
        ":white_check_mark: *phones* calmed down after 12 minutes (peak 42). "
        "Thanks to <@U0MAYA0000> (in the queue, 12 minutes)."
    )
    await dm(tuesday, "maya", "is calm again. Thanks! I've added 12 minutes to your `/balance`.")
    async with tuesday.database.reading() as session:
        (span,) = await session.scalars(select(TimeEntry))
    assert (span.leader_id, span.part, span.minutes, span.source) == ("U0MAYA0000", "frontline", 12, "stint:1")


async def test_resolved_alert_ends_the_spike_after_the_queue_has_stayed_calm(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    await signal(tuesday, RESOLVED)
    assert "calm" not in await card(tuesday)
    await tuesday.move(2 * MINUTE)

    assert "calmed down after 1 minute (peak 42)." in await card(tuesday)
    assert await asks(tuesday) == [("maya", "withdrawn")]
    withdrawn = await dm(tuesday, "maya", "*phones* is calm again.")
    assert "actions" not in str(withdrawn["blocks"])


async def test_flapping_alert_causes_one_card_and_at_most_two_asks(tuesday: World) -> None:
    for _ in range(4):
        await signal(tuesday, FIRING, 42)
        await tuesday.move(MINUTE)
        await signal(tuesday, RESOLVED)
        await tuesday.move(MINUTE)

    assert len(await cards(tuesday)) == 1
    assert await story(tuesday) == []
    assert len(await asks(tuesday)) <= 2
    assert (await latest(tuesday)).state != State.RESOLVED


async def test_alert_that_fires_again_soon_reopens_its_spike_with_the_same_card_and_ask(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42)
    await signal(tuesday, RESOLVED)
    await tuesday.move(10 * MINUTE)
    assert (await latest(tuesday)).state == State.RESOLVED
    await signal(tuesday, FIRING, 43)

    assert await card(tuesday) == ":rotating_light: *phones* is at *43*, over its limit. I'm asking a leader to help."
    assert await asks(tuesday) == [("maya", "waiting")]
    asked = [each for each in await tuesday.slack.messages("bot", "maya") if ASKED in str(each)]
    assert len(asked) == 1
    await tuesday.move(6 * MINUTE)
    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]


async def test_spike_ends_after_two_hours_without_alerts(tuesday: World) -> None:
    await signal(tuesday, FIRING, 42, source="generic")
    await tuesday.move(timedelta(hours=1))
    await signal(tuesday, FIRING, 40, source="generic")
    await tuesday.move(timedelta(hours=1, minutes=50))
    assert (await latest(tuesday)).state == State.OPEN
    await tuesday.move(timedelta(minutes=11))

    spike = await latest(tuesday)
    assert (spike.state, spike.ended_how, spike.resolved_at) == (State.RESOLVED, Ended.QUIET, spike.heard_at)
    assert await card(tuesday) == f":white_check_mark: {how_spike_ended(spike)}"


@pytest.mark.long
async def test_spike_continues_after_a_restart_between_any_two_steps(tmp_path: Path, database_url: str | None) -> None:
    """Run each step in a new instance of the bot, with the data of the previous instance."""

    async def step(act: Callable[[World], Awaitable[None]]) -> None:
        async with opened(tmp_path, database_url) as world:
            await act(world)
            await world.sandbox.settled()

    async def call(world: World) -> None:
        await queue(world, "ana", "spike phones 42 waiting")

    async def wait(world: World) -> None:
        await world.move(5 * MINUTE + timedelta(seconds=10))

    async def join(world: World) -> None:
        assert await asks(world) == [("maya", "expired"), ("tom", "waiting")]
        await press(world, "tom", await dm(world, "tom", ASKED), "spikes:join_15")

    async def stay(world: World) -> None:
        await world.move(15 * MINUTE)
        await press(world, "tom", await dm(world, "tom", "Still helping"), "spikes:longer_15")

    async def forget(world: World) -> None:
        await world.move(16 * MINUTE)
        await dm(world, "tom", "Still helping")

    async def leave(world: World) -> None:
        await world.move(11 * MINUTE)
        (stint,) = await stints(world)
        assert stint.ended_at == stint.until

    async def calm(world: World) -> None:
        await queue(world, "ana", "calm")
        assert "<@U0TOM00000> (in the queue, 30 minutes)" in await card(world)
        assert await asks(world) == [("maya", "expired"), ("tom", "queue")]
        for name, times in (("maya", 1), ("tom", 1)):
            said = [each for each in await world.slack.messages("bot", name) if each.get("bot_id")]
            assert str(said).count("now at *42*") <= times

    async with opened(tmp_path, database_url, at=TUESDAY_10):
        pass
    for act in (call, wait, join, stay, forget, leave, calm):
        await step(act)
