"""Runs scheduled jobs: each in the transaction that moves it on."""

from collections.abc import Awaitable, Callable, Iterable
from datetime import datetime, timedelta

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import metrics
from bot.clock import Clock
from bot.db import locks
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


class _MovedError(Exception):
    """The job was cancelled or moved, or is just being, while it ran: what it did is undone."""


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
        """Run everything that is due now, one at a time, so that acks find their way in between."""
        due = await self.next_at()
        while due and due <= self._clock.now() and await self._run_one():
            pass

    async def next_at(self) -> datetime | None:
        """When something is due next."""
        async with self._database.reading() as session:
            return await session.scalar(select(func.min(ScheduledJob.wake_at)))

    async def _run_one(self) -> bool:
        now = self._clock.now()
        taken: tuple[int, datetime] | None = None
        try:
            async with self._database.begin() as session:
                if scheduled := await claim_due(session, now):
                    taken = scheduled.id, scheduled.due_at
                    job, outcome = scheduled.job, await self._run_and_move_on(session, scheduled, now)
            if taken:
                metrics.RUNS.labels(job, outcome).inc()
        except _MovedError:
            return False
        except Exception as error:
            if taken is None:
                raise
            await self._failed(*taken, now, error)
        return taken is not None

    async def _run_and_move_on(self, session: AsyncSession, scheduled: ScheduledJob, now: datetime) -> str:
        """Run the job and move the scheduled job on, in one transaction; says what became of it.

        Its row is locked last: who moves or cancels it meanwhile has locked a team or more, for which the job may wait.
        """
        outcome = "kept"
        if scheduled.is_too_late(now):
            outcome = "too_late"
            log.warning("job_expired", key=scheduled.key, due_at=scheduled.due_at.isoformat())
        elif not await self._run(session, scheduled):
            outcome = "left_out"
        if scheduled not in session:
            return outcome  # it has cancelled itself
        its_row = select(ScheduledJob.due_at).where(ScheduledJob.id == scheduled.id)
        if await session.scalar(locks.for_update(its_row, ScheduledJob, skip_locked=True)) != scheduled.due_at:
            log.info("job_rescheduled_meanwhile", key=scheduled.key)
            raise _MovedError
        if outcome == "kept":
            scheduled.since = scheduled.due_at
        if outcome != "too_late":
            scheduled.reason = None
        while scheduled.move_on():
            if not scheduled.is_too_late(now):
                return outcome
        await session.delete(scheduled)
        return outcome

    async def _run(self, session: AsyncSession, scheduled: ScheduledJob) -> bool:
        """Whether it was wanted: a ritual is not while its channel is closed, nor, unless it waits, on a day off."""
        job, recurring = self._jobs[scheduled.job], self._recurring.get(scheduled.job)
        if scheduled.team_id is None:
            workspace = await session.get_one(Workspace, scheduled.workspace_id)
            await job.run(session, workspace, scheduled.occurrence)
            return True
        team = await session.get_one(Team, scheduled.team_id)
        if recurring and (team.is_closed or recurring.moment(team, scheduled.due_at) is None):
            return False
        await job.run(session, team, scheduled.occurrence)
        return True

    async def _failed(self, scheduled_id: int, due_at: datetime, now: datetime, error: Exception) -> None:
        """Try again alone. After five times a ritual is missed, and the team hears so; anything else tries hourly."""
        async with self._database.begin() as session:
            scheduled = await locks.lock_row(session, ScheduledJob, scheduled_id)
            if scheduled is None or scheduled.due_at != due_at:
                return  # another replica has run it meanwhile
            scheduled.tries += 1
            scheduled.reason = type(error).__name__
            log.error("job_failed", key=scheduled.key, tries=scheduled.tries, exc_info=error)
            metrics.RUNS.labels(scheduled.job, "failed").inc()
            if scheduled.tries < MOST_TRIES:
                scheduled.wake_at = now + FIRST_WAIT * 2 ** (scheduled.tries - 1)
                return
            log.error("job_retries_exhausted", key=scheduled.key, due_at=due_at.isoformat())
            await self._say_missed(session, scheduled, now)
            if not scheduled.move_on():
                scheduled.wake_at = now + AN_HOUR

    async def _say_missed(self, session: AsyncSession, scheduled: ScheduledJob, now: datetime) -> None:
        recurring = self._recurring.get(scheduled.job)
        if recurring and self._post_missed:
            team = await session.get_one(Team, scheduled.team_id)
            await self._post_missed(session, team, recurring, f"{scheduled.id}:{scheduled.due_at.isoformat()}", now)


async def claim_due(session: AsyncSession, now: datetime) -> ScheduledJob | None:
    """Return what has been due longest and nobody else runs, which nobody else then does in this transaction."""
    due = select(ScheduledJob.id).where(ScheduledJob.wake_at <= now).order_by(ScheduledJob.wake_at, ScheduledJob.id)
    while (claimed := await locks.claim(session, due)) is not None:
        scheduled = await session.get(ScheduledJob, claimed)
        if scheduled and scheduled.wake_at and scheduled.wake_at <= now:  # else another replica has just run it
            return scheduled
    return None
