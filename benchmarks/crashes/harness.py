"""Harness of the crash scenarios: a sandbox, a database and replicas, each in its own process."""

import asyncio
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

import aiohttp
from sqlalchemy import func, select

from benchmarks.crashes import fixtures
from benchmarks.crashes.fixtures import Place
from benchmarks.crashes.ledger import Ledger
from benchmarks.crashes.observer import MOST_TRIES, Observer
from benchmarks.crashes.postgres import Postgres
from benchmarks.crashes.processes import Replica, SandboxProcess, eventually
from bot.db.encryption import Vault
from bot.db.sessions import Database, connect
from bot.org.teams.models import Team
from bot.scheduler.models import ScheduledJob
from bot.slack.outbox.models import Outgoing, State
from sandbox.clock import first_morning
from tests.databases import KEY
from tests.harness import Slack

MANIFEST = Path(__file__).parents[2] / "app.yaml"
FRIDAY = timedelta(days=3)
AT_THREE = 15
SETTLE_SECONDS = 30.0


@dataclass(frozen=True)
class Shape:
    """The size and options of a harness."""

    postgresql: bool = False
    replicas: int = 1
    persons: int = 40
    channels: int = 4
    lead: timedelta = timedelta(seconds=20)
    """How long before Friday, 15:00 UTC, the simulated calendar starts."""
    waits_as_shipped: bool = False
    without: str = ""
    """The name of the safeguard that is removed from the bot; empty for none."""

    @property
    def name(self) -> str:
        database = "PostgreSQL" if self.postgresql else "SQLite"
        return f"{database}, {'one replica' if self.replicas == 1 else f'{self.replicas} replicas'}"


@dataclass
class Harness:
    shape: Shape
    folder: Path
    data: Path
    sandbox: SandboxProcess
    database: Database
    slack: Slack
    place: Place
    replicas: list[Replica]
    ledger: Ledger
    observer: Observer
    teams: list[Team]
    postgres: Postgres | None = None
    ahead: float = 0.0

    def now(self) -> float:
        """Return the current time of the simulated calendar, in seconds since 1970."""
        return time.time() + self.ahead

    async def move_on(self, to: datetime) -> None:
        """Advance the simulated calendar. Call only while no replica is running."""
        await self.slack.move(to=to.isoformat())
        self.ahead = to.timestamp() - time.time()
        for replica in self.replicas:
            replica.ahead = self.ahead

    async def up(self) -> None:
        """Start every replica that is not running, without a kill point, and wait until all of them listen."""
        await asyncio.gather(*(replica.up() for replica in self.replicas if not replica.is_alive))

    async def settle(self) -> bool:
        """Wait until the bot has received, processed and sent everything; return False on timeout.

        The sandbox is disconnected meanwhile, because Slack's retries would take minutes and a new connection delivers
        events at once.
        """
        for _ in range(MOST_TRIES):
            if await eventually(self._is_done, SETTLE_SECONDS) and not self.observer.undelivered(self.ledger):
                return True
            await self.slack.do("faults", socket="disconnect")
            await eventually(self._is_settled, SETTLE_SECONDS)
        return await self._is_settled()

    async def _is_done(self) -> bool:
        return not await self.waiting()

    async def _is_settled(self) -> bool:
        return not self.observer.undelivered(self.ledger) and not await self.waiting()

    async def waiting(self) -> int:
        """Return the number of overdue scheduled jobs plus the number of unsent messages."""
        now = datetime.fromtimestamp(self.now(), UTC)
        rows = select(func.count()).where(Outgoing.state == State.WAITING)
        due = select(func.count()).where(ScheduledJob.wake_at <= now)
        async with self.database.reading() as session:
            return (await session.scalar(rows) or 0) + (await session.scalar(due) or 0)


@asynccontextmanager
async def open_harness(
    folder: Path, shape: Shape, postgres: Postgres | None = None, data: Path | None = None
) -> AsyncIterator[Harness]:
    """Open a harness in a new folder, without starting a replica.

    `data` is the folder of the SQLite database, by default one inside `folder`.
    """
    place = fixtures.create_workspace(folder / "slack", persons=shape.persons, channels=shape.channels)
    begin = friday_at_three() - shape.lead
    url = await postgres.database(folder.name.replace("-", "_")) if postgres and shape.postgresql else None
    data = data or folder / "data"
    sandbox = SandboxProcess(folder / "slack", MANIFEST)
    await sandbox.start(begin.isoformat())
    database = connect(url, data, Vault([KEY]))
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=30)) as http:
        slack = Slack(sandbox.url, http)
        ahead = datetime.fromisoformat((await slack.look("state"))["now"]).timestamp() - time.time()
        settings = sandbox.settings | {"STEWARD_DATA": str(data), "STEWARD_KEYS": KEY, "STEWARD_PORT": "0"}
        settings |= {"STEWARD_DATABASE_URL": url or ""}
        replicas = [
            Replica(f"replica{number}", settings, folder, ahead, shape.waits_as_shipped, shape.without)
            for number in range(shape.replicas)
        ]
        eyes = Observer(slack)
        world = Harness(
            shape, folder, data, sandbox, database, slack, place, replicas, Ledger(), eyes, [], postgres, ahead
        )
        try:
            async with eyes.open():
                yield world
        finally:
            for replica in replicas:
                await replica.stop()
            await database.close()
            await sandbox.kill()


def friday_at_three() -> datetime:
    """Return Friday, 15:00 UTC, of the sandbox's first week."""
    return (first_morning() + FRIDAY).replace(hour=AT_THREE, minute=0)
