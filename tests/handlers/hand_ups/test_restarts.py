"""Tests of a hand-up that continues after restarts of the bot."""

from collections.abc import Awaitable, Callable
from datetime import timedelta
from pathlib import Path

import pytest

from bot.features.hand_ups.models import State
from bot.messages.hand_ups import names
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import opt_out_of_shadowing
from tests.handlers.hand_ups.drivers import (
    MINUTE,
    asks,
    card_text,
    hand_up,
    press_ask,
    press_card,
    raise_hand,
)  # fmt: skip
from tests.harness import World, opened
from tests.snapshots import Resume

WAIT = 5 * MINUTE + timedelta(seconds=10)


@pytest.mark.long
async def test_hand_up_continues_after_a_restart_between_any_two_steps(resume: Resume, tmp_path: Path) -> None:
    """Run each step in a new instance of the bot, with the data of the previous instance."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await raise_hand(world, "ana")
        url = world.settings.database_url

    async def step(act: Callable[[World], Awaitable[None]]) -> None:
        async with opened(tmp_path, url) as world:
            await act(world)
            await world.sandbox.settled()

    async def hold(world: World) -> None:
        assert await asks(world) == [("maya", "waiting")]
        await press_card(world, "ana", names.HOLD)

    async def wait_for_the_end_of_the_pause(world: World) -> None:
        await world.move(3 * WAIT)
        assert await asks(world) == [("maya", "waiting")]

    async def wait_for_the_next(world: World) -> None:
        await world.move(WAIT)
        assert await asks(world) == [("maya", "expired"), ("tom", "waiting")]

    async def come(world: World) -> None:
        await press_ask(world, "tom", names.COMING)
        assert "@tom is coming" in await card_text(world, "ana")

    async def wait_for_the_question(world: World) -> None:
        await world.move(WAIT)
        assert await card_text(world, "ana") == "Is @tom with you?"

    async def ask_another(world: World) -> None:
        await press_card(world, "ana", names.NOT_YET)
        assert "no leader can come right now" in await card_text(world, "ana")

    async def come_after_all(world: World) -> None:
        await press_ask(world, "maya", names.COMING)
        await press_ask(world, "maya", names.HERE)

    async def sort(world: World) -> None:
        await world.move(7 * MINUTE)
        await press_ask(world, "maya", names.SORTED)
        this = await hand_up(world)
        assert (this.state, await asks(world)) == (State.ENDED, [("maya", "accepted"), ("tom", "accepted")])

    async def stay_ended(world: World) -> None:
        await world.move(timedelta(hours=8))
        assert "@maya says it's sorted" in await card_text(world, "ana")

    for act in (
        hold, wait_for_the_end_of_the_pause, wait_for_the_next, come, wait_for_the_question, ask_another,
        come_after_all, sort, stay_ended,
    ):  # fmt: skip
        await step(act)
