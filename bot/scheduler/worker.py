"""Runs scheduled jobs: each in the transaction that moves it on."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import bindparam, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.clock import Clock
from bot.db.sessions import Database
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.jobs import Job, RecurringJob
from bot.scheduler.models import ScheduledJob

log = structlog.get_logger()

MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)
AN_HOUR = timedelta(hours=1)
PostMissed = Callable[[AsyncSession, Team, RecurringJob, str, datetime], Awaitable[None]]
"""Tells a team what it missed, once for each key, which is the string."""


class SchedulerWorker:
    """Runs what is due: `tick` it every second.

    `recurring` are the jobs of which a team hears through `post_missed` when they failed to the end.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        jobs: Iterable[Job],
        recurring: Iterable[RecurringJob] = (),
        post_missed: PostMissed | None = None,
    ) -> None:
        self._database = database
        self._clock = clock
        self._jobs: dict[str, Job] = {job.name: job for job in jobs}
        self._recurring: dict[str, RecurringJob] = {job.name: job for job in recurring}
        self._post_missed = post_missed

    async def tick(self) -> None:
        """Keep everything that is due now, one at a time, so that acks find their way in between."""
        due = await self.next_at()
        while due and due <= self._clock.now() and await self._keep_one():
            pass

    async def next_at(self) -> datetime | None:
        """When something is due next."""
        async with self._database.reading() as session:
            return await session.scalar(select(func.min(ScheduledJob.wake_at)))

    async def _keep_one(self) -> bool:
        now = self._clock.now()
        taken: tuple[int, datetime] | None = None
        try:
            async with self._database.begin() as session:
                if appointment := await session.scalar(_DUE, {"now": now}):
                    taken = appointment.id, appointment.due_at
                    job, outcome = appointment.job, await self._keep(session, appointment, now)
            if taken:
                metrics.RUNS.labels(job, outcome).inc()
        except Exception as error:
            if taken is None:
                raise
            await self._failed(*taken, now, error)
        return taken is not None

    async def _keep(self, session: AsyncSession, appointment: ScheduledJob, now: datetime) -> str:
        """Run the job and move the appointment on, in one transaction; says what became of it."""
        outcome = "kept"
        if appointment.is_too_late(now):
            outcome = "too_late"
            log.warning("too_late", appointment=appointment.key, due_at=appointment.due_at.isoformat())
        else:
            if await self._run(session, appointment):
                appointment.since = appointment.due_at
            else:
                outcome = "left_out"
            appointment.reason = None
        while appointment.move_on():
            if not appointment.is_too_late(now):
                return outcome
        await session.delete(appointment)
        return outcome

    async def _run(self, session: AsyncSession, appointment: ScheduledJob) -> bool:
        """Whether it was wanted: a ritual is not while its channel is closed, nor, unless it waits, on a day off."""
        job, recurring = self._jobs[appointment.job], self._recurring.get(appointment.job)
        if appointment.team_id is None:
            workspace = await session.get_one(Workspace, appointment.workspace_id)
            await job.run(session, workspace, appointment.occurrence)
            return True
        team = await session.get_one(Team, appointment.team_id)
        if recurring and (team.is_closed or recurring.moment(team, appointment.due_at) is None):
            return False
        await job.run(session, team, appointment.occurrence)
        return True

    async def _failed(self, appointment_id: int, due_at: datetime, now: datetime, error: Exception) -> None:
        """Try again alone. After five times a ritual is missed, and the team hears so; anything else tries hourly."""
        async with self._database.begin() as session:
            appointment = await session.get(ScheduledJob, appointment_id, with_for_update=True)
            if appointment is None or appointment.due_at != due_at:
                return  # another replica has kept it meanwhile
            appointment.tries += 1
            appointment.reason = type(error).__name__
            log.error("job_failed", appointment=appointment.key, tries=appointment.tries, exc_info=error)
            metrics.RUNS.labels(appointment.job, "failed").inc()
            if appointment.tries < MOST_TRIES:
                appointment.wake_at = now + FIRST_WAIT * 2 ** (appointment.tries - 1)
                return
            log.error("job_set_aside", appointment=appointment.key, due_at=due_at.isoformat())
            await self._say_missed(session, appointment, now)
            if not appointment.move_on():
                appointment.wake_at = now + AN_HOUR

    async def _say_missed(self, session: AsyncSession, appointment: ScheduledJob, now: datetime) -> None:
        recurring = self._recurring.get(appointment.job)
        if recurring and self._post_missed:
            team = await session.get_one(Team, appointment.team_id)
            await self._post_missed(session, team, recurring, f"{appointment.id}:{appointment.due_at.isoformat()}", now)


_DUE = (
    select(ScheduledJob)
    .where(ScheduledJob.wake_at <= bindparam("now"))
    .order_by(ScheduledJob.wake_at, ScheduledJob.id)
    .limit(1)
    .with_for_update(skip_locked=True)
)
"""Built once: a thousand may be due in the same second."""
