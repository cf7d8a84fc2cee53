"""Scenario in which replicas are killed again and again while people act, and its outcome."""

import asyncio
import random
import signal
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from benchmarks.crashes import audit, facts, fixtures
from benchmarks.crashes.audit import Audit
from benchmarks.crashes.drivers import Driver, act_concurrently
from benchmarks.crashes.harness import Harness
from benchmarks.crashes.processes import Death, Replica

MOST_SECONDS = 40.0
"""How long a process has to reach its kill point; after that it is killed with `kill -9`."""
RANDOM_SECONDS = 3.0
EVERY_SECONDS = 1.5
"""Mean delay between two actions of one person; it causes about half as many messages as Slack's rate limit allows."""
RARELY_REACHED = ("mid_look", "mid_tick", "starting", "stopping")
"""Kill points that are rarely reached, so that the replica dies there the first time."""
POSTPONED_INTERVAL = timedelta(seconds=1.7)
"""Not a whole number of seconds, because the replica that ticks first in each second would then run all jobs."""


@dataclass
class Outcome:
    """The outcome of a crash scenario: what the audit found, each kill, and how late messages were."""

    name: str
    account: Audit
    shape: str = ""
    deaths: list[Death] = field(default_factory=list)
    late: float = 0.0
    """Seconds from the last restart until the last of the cards promised by then was posted."""
    due_late: list[float] = field(default_factory=list)
    """Seconds from the due time of each postponed shout-out until its card was posted."""
    unanswered: int = 0
    apologies: int = 0
    thanks: int = 0
    settled: bool = True

    @property
    def is_clean(self) -> bool:
        return self.account.is_clean


async def prepare(world: Harness, *, seconds: float) -> None:
    """Create the teams, and scheduled jobs that fall due one after another within the next `seconds`."""
    now = datetime.fromtimestamp(world.now(), UTC)
    world.teams = await fixtures.bot(world.database, world.folder / "slack", world.place, now)
    dues = [
        now + timedelta(seconds=3) + POSTPONED_INTERVAL * number
        for number in range(int(seconds / POSTPONED_INTERVAL.total_seconds()))
    ]
    world.ledger.thanks += await fixtures.add_postponed_thanks(world.database, world.teams, world.place, dues)


async def kill_under_load(world: Harness, plan: Sequence[Sequence[str]], *, seed: int = 0, at_once: int = 4) -> Outcome:
    """Kill each replica at one kill point after another, while people act."""
    await world.up()
    over = asyncio.Event()
    acting = asyncio.create_task(
        act_concurrently(Driver(world, random.Random(seed)), at_once=at_once, every=EVERY_SECONDS, over=over)
    )
    chance = random.Random(seed + 1)
    try:
        await asyncio.gather(
            *(_lives(replica, points, chance) for replica, points in zip(world.replicas, plan, strict=True))
        )
    finally:
        over.set()
        await acting
    return await finish_and_audit(world)


async def _lives(replica: Replica, points: Sequence[str], chance: random.Random) -> None:
    """Kill a replica at a random moment, then once at each kill point."""
    await _ends(replica, "at_a_random_moment", chance)
    for point in points:
        await replica.start(point, 1 if point in RARELY_REACHED else chance.randint(1, 4))
        await _ends(replica, point, chance)
    await replica.up()


async def _ends(replica: Replica, point: str, chance: random.Random) -> None:
    if point == "at_a_random_moment":
        await asyncio.sleep(chance.uniform(0, RANDOM_SECONDS))
    elif point == "stopping" and await replica.ready():
        await asyncio.sleep(chance.uniform(0, RANDOM_SECONDS / 2))
        replica.signal(signal.SIGTERM)
    if point != "at_a_random_moment":
        await replica.ready()
        if await replica.gone(MOST_SECONDS) == -signal.SIGKILL:
            replica.note(point)
            return
    await replica.kill("at_a_random_moment")


async def finish_and_audit(world: Harness) -> Outcome:
    """Wait until the bot has processed and sent everything, and run the audit."""
    await world.up()
    now = world.now()
    settled = await world.settle()
    found = await facts.gather_facts(world)
    world.ledger.thanks = [each for each in world.ledger.thanks if each.way != "appointment" or each.begun < now]
    deaths = [death for replica in world.replicas for death in replica.deaths]
    restarted = max((death.ready_at or 0.0 for death in deaths), default=0.0)
    drawn = audit.run_audit(world.ledger, found, world.observer)
    if not settled:
        drawn.wrong.append(
            f"not settled: {await world.waiting()} waiting, {len(world.observer.undelivered(world.ledger))} unheard"
        )
    return Outcome(
        world.shape.name,
        drawn,
        deaths=deaths,
        late=audit.lateness(world.ledger.thanks, found, restarted + world.ahead),
        due_late=_due_late(world, found),
        unanswered=world.ledger.unanswered,
        apologies=world.ledger.apologies,
        thanks=len(world.ledger.thanks),
        settled=settled,
    )


def _due_late(world: Harness, found: facts.Facts) -> list[float]:
    due = {each.words: each.begun for each in world.ledger.thanks if each.way == "appointment"}
    return [card.at - due[words] for words, cards in found.cards.items() if words in due for card in cards]
