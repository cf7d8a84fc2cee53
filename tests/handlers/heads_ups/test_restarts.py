"""Tests of a heads-up that continues after restarts of the bot, and whose end passes while the bot is down."""

from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path

import pytest

from bot.features.heads_ups.rules import WORDS
from bot.messages.heads_ups import cards
from tests.handlers.conftest import TUESDAY_10
from tests.handlers.drivers import dm, keep_only_jobs, opt_out_of_shadowing
from tests.handlers.heads_ups.drivers import (
    FRIDAY,
    MONDAY,
    THURSDAY,
    all_cards,
    announce,
    at,
    blocks,
    booked,
    call_off,
    card,
    change,
    cover,
    dms,
    move_to,
    press,
    submit,
)
from tests.harness import World, opened
from tests.snapshots import Resume

Act = Callable[[World], Awaitable[None]]


@pytest.mark.long
async def test_heads_up_continues_after_a_restart_between_any_two_steps(resume: Resume, tmp_path: Path) -> None:
    """Run each step in a new instance of the bot, with the data of the previous instance."""
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await announce(world)
        url, first = world.settings.database_url, (await card(world))["ts"]

    async def book(world: World) -> None:
        await cover(world, "maya", at(THURSDAY, 9), at(FRIDAY, 9))
        await cover(world, "tom", at(THURSDAY, 10))

    async def give_back(world: World) -> None:
        await cover(world, "maya", at(FRIDAY, 9))
        assert await booked(world) == [("tom", at(THURSDAY, 10)), ("maya", at(FRIDAY, 9))]

    async def move(world: World) -> None:
        assert not (await change(world, "tom", from_day=FRIDAY.isoformat())).errors
        assert await booked(world) == [("maya", at(FRIDAY, 9))]
        assert len(await dms(world, "tom", "changed the times")) == 1

    async def wait_for_the_day_before(world: World) -> None:
        await move_to(world, at(THURSDAY, 12))
        assert (await card(world))["ts"] == first
        assert len(await dms(world, "tom", "have no leader yet")) == 1

    async def wait_for_the_first_morning(world: World) -> None:
        await move_to(world, at(FRIDAY, 9, 5))
        assert (await card(world))["ts"] != first

    async def wait_for_the_end(world: World) -> None:
        await move_to(world, at(FRIDAY, 17, 5))
        assert blocks(await card(world)) == ["heads_up"]

    async def look_back(world: World) -> None:
        await move_to(world, at(MONDAY, 10))
        await press(world, "maya", cards.REVIEW, await dm(world, "maya", "is over"), channel="bot")
        await submit(world, "maya", **{WORDS: "Start a day earlier"})

    async def stay_over(world: World) -> None:
        await move_to(world, at(MONDAY, 18))
        assert [blocks(each) for each in await all_cards(world)] == [["heads_up"]]
        replies = await world.slack.messages_and_replies("harbour-support", "ana")
        assert sum("Start a day earlier" in each["text"] for each in replies) == 1

    for act in (
        book, give_back, move, wait_for_the_day_before, wait_for_the_first_morning, wait_for_the_end, look_back,
        stay_over,
    ):  # fmt: skip
        async with opened(tmp_path, url) as world:
            await act(world)
            await world.sandbox.settled()


@pytest.mark.parametrize("back_at", [at(FRIDAY, 18), at(MONDAY, 12)])
async def test_heads_up_that_ends_while_the_bot_is_down_gets_a_short_card_and_one_review(
    resume: Resume, tmp_path: Path, back_at: datetime
) -> None:
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await announce(world)
        url = world.settings.database_url
    async with opened(tmp_path, url, at=back_at) as world:
        await keep_only_jobs(world, "heads_ups", "nudges")
        await move_to(world, at(MONDAY, 15))
        assert [blocks(each) for each in await all_cards(world)] == [["heads_up"]]
        assert len(await dms(world, "maya", "is over")) == 1


async def test_heads_up_that_was_called_off_brings_nothing_after_a_restart(resume: Resume, tmp_path: Path) -> None:
    async with resume(opt_out_of_shadowing, at=TUESDAY_10) as world:
        await announce(world)
        await call_off(world)
        url, called_off = world.settings.database_url, await card(world)
    async with opened(tmp_path, url) as world:
        await keep_only_jobs(world, "heads_ups", "nudges")
        await move_to(world, at(MONDAY, 12))
        assert await card(world) == called_off
        assert await dms(world, "maya", "is over") == []
