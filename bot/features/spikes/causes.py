"""Causes of spikes: the last report by each alert source about a queue.

They are loaded once per delivery of alerts, and updated as the delivery is applied.
"""

from collections.abc import Sequence
from datetime import datetime

from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import SOURCES_THAT_SEND_RESOLVED, Alert, Signal
from bot.features.spikes.models import PERSON, Cause, Spike
from bot.org.teams.models import Team
from bot.text.normalization import queue_key


class Causes:
    """The stored reports of the sources and keys in one delivery of alerts, for any queue. Lock the team first."""

    def __init__(self, session: AsyncSession, team: Team, rows: Sequence[Cause]) -> None:
        self._session, self._team = session, team
        self._rows = {(each.queue, each.source, each.key): each for each in rows}
        self._queues: dict[tuple[str, str], list[Cause]] = {}
        for each in rows:
            self._queues.setdefault((each.source, each.key), []).append(each)

    @classmethod
    async def of(cls, session: AsyncSession, team: Team, alerts: Sequence[Alert]) -> "Causes":
        theirs = select(Cause).where(
            Cause.team_id == team.id,
            Cause.source.in_({each.source for each in alerts}),
            Cause.key.in_({each.key for each in alerts}),
        )
        rows = await session.scalars(theirs.execution_options(populate_existing=True))
        return cls(session, team, rows.all())

    def find_cause(self, queue: str, alert: Alert) -> Cause | None:
        return self._rows.get((queue, alert.source, alert.key))

    def queue_of(self, alert: Alert) -> str | None:
        """Return the queue for which an alert with the same source and key was reported.

        That is the queue that the alert names, else a queue that is firing: a resolved alert may name another queue
        than its firing alert did.
        """
        named = queue_key(alert.queue)
        told = self._queues.get((alert.source, alert.key), [])
        latest = max(told, key=lambda each: (each.queue == named, each.is_firing, each.heard_at), default=None)
        return latest.queue if latest else None

    async def is_firing(self, queue: str, alert: Alert) -> bool:
        """Return whether the cause that a resolved alert refers to is firing.

        An alert without a key refers to all causes of its source for the queue.
        """
        if alert.key:
            known = self.find_cause(queue, alert)
            return known is not None and known.is_firing
        return any(each.source == alert.source for each in await list_firing(self._session, self._team, queue))

    async def store_alert(self, queue: str, alert: Alert, now: datetime) -> None:
        """Store what an alert reports about a queue."""
        known = self.find_cause(queue, alert) or self._add(queue, alert, now)
        is_new = not known.is_firing
        known.heard_at, known.is_firing = now, alert.signal is Signal.FIRING
        known.occurred_at = alert.occurred_at or known.occurred_at
        known.value = alert.value if is_new or alert.value is not None else known.value
        known.threshold = alert.threshold if is_new or alert.threshold is not None else known.threshold
        known.ended_at = known.ended_at if known.is_firing else now
        if not alert.key and not known.is_firing:
            await self._session.flush()
            theirs = (Cause.team_id == self._team.id, Cause.queue == queue, Cause.source == alert.source)
            await self._session.execute(update(Cause).where(*theirs).values(is_firing=False))

    def _add(self, queue: str, alert: Alert, now: datetime) -> Cause:
        made = Cause(self._team.workspace_id, self._team.id, queue, alert.source, alert.key, heard_at=now)
        self._session.add(made)
        self._rows[queue, alert.source, alert.key] = made
        self._queues.setdefault((alert.source, alert.key), []).append(made)
        return made


async def list_firing(session: AsyncSession, team: Team, queue: str) -> Sequence[Cause]:
    """Return all firing causes of a queue."""
    told = select(Cause).where(Cause.team_id == team.id, Cause.queue == queue, Cause.is_firing)
    return (await session.scalars(told.order_by(Cause.id))).all()


async def has_firing_tool(session: AsyncSession, team: Team, queue: str) -> bool:
    """Return whether a tool still reports the queue as firing. Reports by people do not keep a spike open."""
    told = select(Cause.id).where(Cause.team_id == team.id, Cause.queue == queue, Cause.is_firing)
    return await session.scalar(told.where(Cause.source != PERSON).limit(1)) is not None


async def awaits_resolved_alert(session: AsyncSession, team: Team, spike: Spike) -> bool:
    """Return whether a spike must wait for a resolved alert, because a firing source is known to send them.

    Reports by people are ignored: a spike that only people reported may end by silence.
    """
    ended = select(Cause.source).where(Cause.team_id == team.id, Cause.queue == spike.key, Cause.source != PERSON)
    known = {*SOURCES_THAT_SEND_RESOLVED, *await session.scalars(ended.where(Cause.ended_at.is_not(None)))}
    return any(each.source in known for each in await list_firing(session, team, spike.key))
