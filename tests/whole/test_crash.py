"""Killed at each named point, on each database: nothing acknowledged is lost, no card is said twice."""

import asyncio
import os
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime, timedelta
from pathlib import Path

import aiohttp
import pytest

from tests.crashing import POINTS
from tests.world import KEY, Mode, Slack, eventually, opened

ROOT = Path(__file__).parent.parent.parent
THANKS = "@ana thank you for the calm voice"
CARD = "<@U0MAYA0000> thanks <@U0ANA00000>: thank you for the calm voice"
A_LEASE = 1.2
"""Seconds; in `tests.crashing` a lease is one."""
PAST_THE_LOOK_UP = timedelta(minutes=2)


@asynccontextmanager
async def process(
    data: Path, url: str | None, mode: Mode | None, point: str
) -> AsyncIterator[tuple[Slack, asyncio.subprocess.Process]]:
    """A world in a process of its own; killed at the end, if it has not died before."""
    running = await asyncio.create_subprocess_exec(
        *(sys.executable, "-m", "tests.crashing", str(data), url or "", mode or "", point),
        cwd=ROOT,
        env={**os.environ, "TEST_KEY": KEY},
        stdout=asyncio.subprocess.PIPE,
    )
    assert running.stdout
    address = (await asyncio.wait_for(running.stdout.readline(), 30)).decode().strip()
    try:
        async with aiohttp.ClientSession() as http:
            yield Slack(address, http), running
    finally:
        if running.returncode is None:
            running.kill()
        await running.wait()


async def ask(slack: Slack) -> bool:
    """Say thanks to a bot that may die of it; whether it was acknowledged."""
    try:
        return bool((await slack.command("maya", THANKS)).body.get("ok"))
    except aiohttp.ClientError:
        return False


async def cards(slack: Slack) -> list[str]:
    return [text for text in await slack.said("harbour-support", "maya") if text == CARD]


async def notes(slack: Slack) -> list[str]:
    return [text for text in await slack.said("bot", "ana") if "calm voice" in text]


@pytest.mark.parametrize("point", [point for point in POINTS if point not in ("mid_tick", "nowhere")])
async def test_a_shout_out_survives_a_kill(
    tmp_path: Path, database_url: str | None, mode: Mode | None, point: str
) -> None:
    async with process(tmp_path, database_url, mode, point) as (slack, running):
        acknowledged = await ask(slack)
        await asyncio.wait_for(running.wait(), 10)
    assert running.returncode == -9

    async with opened(tmp_path, database_url, mode=mode) as world:
        await asyncio.sleep(A_LEASE)
        await world.move(PAST_THE_LOOK_UP)
        found, told = await cards(world.slack), await notes(world.slack)

    assert not (acknowledged and point in ("before_commit", "between_commit_and_ack"))
    expected = 0 if point == "before_commit" else 1
    assert (len(found), len(told)) == (expected, expected)


async def test_a_ritual_survives_a_kill_in_the_middle_of_its_tick(
    tmp_path: Path, database_url: str | None, mode: Mode | None
) -> None:
    async with process(tmp_path, database_url, mode, "mid_tick") as (slack, running):
        await ask(slack)
        await eventually(lambda: cards(slack))
        friday = _next_friday((await slack.look("state"))["now"])
        with pytest.raises(aiohttp.ClientError):
            await slack.move(to=friday)
        await asyncio.wait_for(running.wait(), 10)

    async with opened(tmp_path, database_url, mode=mode) as world:
        await world.slack.move(to=friday)
        said = await world.slack.said("harbour-support", "maya")
        round_ups = [text for text in said if "This week's thanks" in text]

    assert len(round_ups) == 1


async def test_after_kill_and_restart_both_are_there_once(
    tmp_path: Path, database_url: str | None, mode: Mode | None
) -> None:
    async with process(tmp_path, database_url, mode, "nowhere") as (slack, running):
        assert await ask(slack)
        await eventually(lambda: cards(slack))
        await eventually(lambda: notes(slack))
        running.kill()
        await running.wait()

    async with opened(tmp_path, database_url, mode=mode) as world:
        await asyncio.sleep(A_LEASE)
        await world.move(PAST_THE_LOOK_UP)
        assert (len(await cards(world.slack)), len(await notes(world.slack))) == (1, 1)


def _next_friday(now: str) -> str:
    at = datetime.fromisoformat(now)
    friday = at + timedelta(days=(4 - at.weekday()) % 7)
    return friday.replace(hour=16, minute=0).isoformat()
