"""Prometheus gauges for `/metrics`. They are read on each scrape, with a few indexed queries."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from prometheus_client import Metric
from prometheus_client.core import GaugeMetricFamily
from sqlalchemy import and_, case, func, or_, select, text
from sqlalchemy.ext.asyncio import AsyncEngine, AsyncSession
from sqlalchemy.pool import QueuePool

from bot.db.sessions import Database
from bot.org.workspaces import RESUMING, Workspace
from bot.scheduler.models import ScheduledJob
from bot.scheduler.worker import MOST_TRIES
from bot.slack.outbox.models import FAILED, WAITING, Outgoing


class Gauges:
    """A Prometheus collector for one scrape, to pass to `generate_latest`."""

    def __init__(self) -> None:
        self._read: list[GaugeMetricFamily] = []

    def add(self, name: str, help: str, value: float) -> None:
        family = GaugeMetricFamily(f"steward_{name}", help)
        family.add_metric([], value)
        self._read.append(family)

    def add_each(self, name: str, help: str, labels: list[str], values: dict[tuple[str, ...], float]) -> None:
        family = GaugeMetricFamily(f"steward_{name}", help, labels=labels)
        for labelled, value in values.items():
            family.add_metric(labelled, value)
        self._read.append(family)

    def collect(self) -> Iterable[Metric]:
        return self._read


async def add_work(session: AsyncSession, gauges: Gauges, now: datetime) -> None:
    """Add gauges for the outbox, the scheduler and parked workspaces, whose messages and jobs do not count."""
    waiting, oldest = (await session.execute(_WAITING)).one()
    gauges.add("outbox_waiting", "Messages waiting to be sent", waiting)
    gauges.add("outbox_oldest_seconds", "How long the oldest waiting message has been due", _late(oldest, now))
    gauges.add("outbox_set_aside", "Messages that Slack refused", (await session.execute(_FAILED)).scalar_one())
    due, first = (await session.execute(_DUE.where(ScheduledJob.wake_at <= now))).one()
    gauges.add("scheduler_due", "Scheduled jobs that are due and have not run yet", due)
    gauges.add("scheduler_late_seconds", "How long the oldest due job has been due", _late(first, now))
    failing, failed = (await session.execute(_FAILING)).one()
    gauges.add("scheduler_failing", "Scheduled jobs that failed and will be retried", failing or 0)
    gauges.add("scheduler_set_aside", "Scheduled jobs that failed too often", failed or 0)
    parked = (await session.execute(_PARKED)).scalar_one()
    gauges.add("workspaces_parked", "Workspaces whose token no longer works", parked)


def add_silence(gauges: Gauges, *, hello: float | None, envelope: float | None) -> None:
    """Add the seconds since Slack's last hello and last delivery. A value of None adds no gauge."""
    if hello is not None:
        gauges.add("socket_hello_seconds", "Seconds since Slack's last hello", round(hello, 3))
    if envelope is not None:
        gauges.add("envelope_seconds", "Seconds since Slack's last delivery", round(envelope, 3))


def add_pools(gauges: Gauges, database: Database) -> None:
    """Add the number of connections in use and idle, for each database pool."""
    values: dict[tuple[str, ...], float] = {}
    for name, engine in _pools(database):
        if isinstance(engine.pool, QueuePool):
            values[name, "in_use"], values[name, "idle"] = engine.pool.checkedout(), engine.pool.checkedin()
    gauges.add_each("database_connections", "Connections to the database", ["pool", "state"], values)


def _pools(database: Database) -> Iterator[tuple[str, AsyncEngine]]:
    yield "writer", database.writer
    if database.reader is not database.writer:
        yield "reader", database.reader


def _late(oldest: datetime | None, now: datetime) -> float:
    return max(0.0, round((now - oldest).total_seconds(), 3)) if oldest else 0.0


_GIVEN_UP = or_(ScheduledJob.tries >= MOST_TRIES, and_(ScheduledJob.tries == 0, ScheduledJob.recurrence.is_not(None)))
"""Jobs whose retries are exhausted.

A recurring job then moves on to its next occurrence with `tries` at 0, and keeps its `reason` until it succeeds.
"""
_TRYING = and_(ScheduledJob.tries > 0, ScheduledJob.tries < MOST_TRIES)

_STOPPED = select(Workspace.id).where(Workspace.parked.is_not(None))
_PARKED = select(func.count()).select_from(Workspace).where(Workspace.parked.is_not(None), Workspace.parked != RESUMING)
_WAITING = select(func.count(), func.min(Outgoing.not_before)).where(
    text(WAITING), Outgoing.workspace_id.not_in(_STOPPED)
)
_FAILED = select(func.count()).select_from(Outgoing).where(text(FAILED))
_DUE = select(func.count(), func.min(ScheduledJob.wake_at)).where(ScheduledJob.workspace_id.not_in(_STOPPED))
_FAILING = select(func.sum(case((_TRYING, 1), else_=0)), func.sum(case((_GIVEN_UP, 1), else_=0))).where(
    ScheduledJob.reason.is_not(None)
)
