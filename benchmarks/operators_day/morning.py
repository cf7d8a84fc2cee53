"""The morning: a new installation, the first posts through the proxy, and restarts while people are at work."""

import asyncio
import itertools
import os
import signal
import sys
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path

from sqlalchemy.ext.asyncio import create_async_engine

from benchmarks.operators_day import servers
from benchmarks.operators_day.checks import expect, expect_mended, expect_refusal, expect_success
from benchmarks.operators_day.scene import CHANNEL, Scene
from bot.db import keyring
from bot.db.migrations import migrate

PEOPLE = ("maya", "tom", "ana", "ben", "chidi", "dina", "eli", "fay")
ADMIN = "grace"
AT_ONCE = 2
OF_SLOWNESS = {"StewardAcksSlow", "StewardLoopLags"}
"""Alerts that a busy machine sets off once they no longer wait."""
MANY_THANKS = """UPDATE teams SET settings = '{"shoutouts": {"daily": 50}}'"""


async def install(scene: Scene) -> None:
    """Install Steward on a database that is first missing, then empty, then of an older version."""
    scene.diary.note("promtool check rules", "deploy/alerts.yaml", await servers.check_rules())
    await expect(scene, "no database of that name")
    await expect_refusal(scene, "run", says='database "steward" does not exist', settings={"STEWARD_PORT": "0"})
    await scene.server.database("steward")
    await expect(scene, "new database without a key", "empty database", settings={"STEWARD_KEYS": ""})
    scene.set_on_replicas({"STEWARD_KEYS": await _make_key()})
    await expect(scene, "empty database")
    await _take_steps(scene, migrate.STEPS[-2])
    await expect(scene, "older database")
    await expect_refusal(scene, "run", says="Run `steward migrate`", settings={"STEWARD_PORT": "0"})
    await expect_success(scene, "migrate", says="The database is up to date.")
    await expect_mended(scene, "older database", how="after steward migrate")


async def _make_key() -> str:
    """Make a key with the command that the doctor names."""
    path = f"{Path(sys.executable).parent}:{os.environ['PATH']}"
    made = await asyncio.create_subprocess_shell(
        keyring.MAKE_A_KEY, stdout=asyncio.subprocess.PIPE, env=os.environ | {"PATH": path}
    )
    said, _ = await made.communicate()
    return said.decode().strip()


async def _take_steps(scene: Scene, revision: str) -> None:
    engine = create_async_engine(scene.server.address("steward"))
    async with engine.begin() as connection:
        await connection.run_sync(partial(migrate.take_steps, to=revision))
    await engine.dispose()


async def first_posts(scene: Scene) -> None:
    """Start two replicas, set up a team in Slack, and thank somebody through nginx."""
    scene.diary.note("two replicas start", "both are ready", await scene.start_replicas())
    wrong = await scene.wait(partial(_set_up, scene), "the team was not set up")
    await scene.sql(MANY_THANKS)
    words = "the first post of the day"
    wrong = wrong or ("" if await scene.thank(words) else "the first thanks were not confirmed")
    wrong = wrong or await scene.wait(partial(_is_posted, scene, words), "the first card is missing")
    scene.diary.note("first posts through nginx", f"a team in #{CHANNEL}, and a card", wrong)
    await expect_mended(scene, how="steward doctor")

    async def sees_both() -> bool:
        return await scene.prometheus.up() == len(scene.replicas) and not await scene.prometheus.firing() - OF_SLOWNESS

    wrong = await scene.wait(sees_both, "not both, or an alert") and f"alerts: {await scene.prometheus.firing()}"
    scene.diary.note("Prometheus", "two replicas, no alert", wrong)


async def _set_up(scene: Scene) -> bool:
    """Set up the team with `/steward setup`; return False while Steward still reads who is there."""
    await scene.slack.command(ADMIN, "setup", channel=CHANNEL, word="/steward")
    if not await scene.slack.views(ADMIN):
        return False
    previewed = await scene.slack.submit(ADMIN, leaders=["maya", "tom"], sponsor=ADMIN)
    if previewed.ack.get("response_action") != "push":
        return False
    return (await scene.slack.submit(ADMIN)).ack.get("response_action") == "update"


async def _is_posted(scene: Scene, words: str) -> bool:
    return await scene.cards(words) > 0


@dataclass
class Acts:
    """Thanks that people gave: those that Steward confirmed, and those that it did not."""

    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


@asynccontextmanager
async def at_work(scene: Scene, name: str) -> AsyncIterator[Acts]:
    """Let people thank one another meanwhile; the next act comes when the card of the last one is there."""
    over, numbers, acts = asyncio.Event(), itertools.count(), Acts()

    async def one() -> None:
        while not over.is_set():
            number = next(numbers)
            words = f"{name} {number:03}x"
            by, to = PEOPLE[number % len(PEOPLE)], PEOPLE[(number + 1) % len(PEOPLE)]
            is_done = await scene.thank(words, by=by, to=to)
            (acts.done if is_done else acts.failed).append(words if is_done else f"{words}: {scene.last_answer}")
            if is_done:
                await scene.wait(partial(_is_posted, scene, words), "")

    working = [asyncio.create_task(one()) for _ in range(AT_ONCE)]
    try:
        yield acts
    finally:
        over.set()
        await asyncio.gather(*working)


async def count_cards(scene: Scene, acts: Acts) -> str:
    """Return which confirmed acts have no card, or more than one; empty if each has one."""
    counts = {words: await scene.cards(words) for words in acts.done}
    return "; ".join(f"{count} cards of {words}" for words, count in counts.items() if count != 1)


async def rolling_restart(scene: Scene) -> None:
    """Restart one replica after another while people act: no act fails, and each card comes once."""
    wrong = []
    async with at_work(scene, "rolling") as acts:
        for replica in scene.replicas:
            ended = await replica.end()
            wrong += [] if ended.status == 0 else [f"status {ended.status} on SIGTERM: {ended.lines[-1:]}"]
            wrong += [said] if (said := await scene.start_replicas()) else []
    wrong += [f"{len(acts.failed)} acts failed: {acts.failed[0]}"] if acts.failed else []
    wrong += [said] if (said := await count_cards(scene, acts)) else []
    scene.diary.note("rolling restart under load", f"{len(acts.done)} acts, each with one card", wrong)


async def kill_replica(scene: Scene) -> None:
    """Kill a replica while people act: nothing that was confirmed is lost or doubled, and an alert says so."""
    async with at_work(scene, "killed") as acts:
        await scene.replicas[0].end(signal.SIGKILL)
        fires = await scene.fires("StewardDown")
        seen = await scene.readyz(1)
        other = "" if seen and seen.status == 200 else f"the other replica is not ready: {seen}"
        wrong = [fires, other, await scene.start_replicas(), await scene.falls_silent("StewardDown")]
    wrong.append(await count_cards(scene, acts))
    told = f"StewardDown; {len(acts.done)} acts, each with one card; {len(acts.failed)} cut off {acts.failed[:1]}"
    scene.diary.note("kill -9 of a replica, start", told, [each for each in wrong if each])
    await expect_mended(scene, how="steward doctor")
