"""The scheduler's worker: runs each due job in the transaction that reschedules it, with retries and backoff."""

from collections.abc import Awaitable, Callable, Collection, Iterable, Sequence
from datetime import datetime, timedelta
from itertools import product

import structlog
from sqlalchemy import ColumnElement, Select, and_, bindparam, exists, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import joinedload

from bot import metrics
from bot.clock import Clock
from bot.db import locks
from bot.db.sessions import Database
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING, Workspace
from bot.scheduler.jobs import Job, RecurringJob, WorkspaceJob
from bot.scheduler.models import MUTED, RUNNING, ScheduledJob

log = structlog.get_logger()

MOST_TRIES = 5
FIRST_WAIT = timedelta(seconds=10)
FAILED_RETRY_INTERVAL = timedelta(hours=1)
JOBS_IN_A_ROW = 20
"""How many jobs of one workspace run before it is the turn of another one."""
NextAt = Callable[[], Awaitable[datetime | None]]
PostMissed = Callable[[AsyncSession, Team, RecurringJob, str, datetime], Awaitable[None]]
"""Posts to a team that an occurrence was missed. The string is an idempotency key."""


class _MovedError(Exception):
    """Raised if a job is canceled or rescheduled by another transaction while it runs. Rolls back what the job did."""


OUTCOMES = ("kept", "left_out", "too_late", "failed")


class SchedulerWorker:
    """Runs due jobs. Call `tick` every second.

    If a job in `recurring` has used up its retries, `post_missed` informs the team. While a workspace is parked, its
    recurring jobs wait, except those of `of_workspaces` that say otherwise. One-off jobs run, so that things end and
    are deleted in time, but nothing is said.
    """

    def __init__(
        self,
        database: Database,
        clock: Clock,
        jobs: Iterable[Job],
        recurring: Iterable[RecurringJob] = (),
        post_missed: PostMissed | None = None,
        of_workspaces: Iterable[WorkspaceJob] = (),
    ) -> None:
        self._database = database
        self._clock = clock
        self._jobs: dict[str, Job] = {job.name: job for job in jobs}
        for name, outcome in product(self._jobs, OUTCOMES):
            metrics.RUNS.labels(name, outcome)  # begins at zero, so that the first one counts as an increase
        self._recurring: dict[str, RecurringJob] = {job.name: job for job in recurring}
        self._post_missed = post_missed
        self._may_run = _may_run([job.name for job in of_workspaces if job.runs_parked])
        may_run = exists().where(Workspace.id == ScheduledJob.workspace_id, self._may_run)
        waiting = select(ScheduledJob.wake_at).where(ScheduledJob.wake_at.is_not(None), may_run)
        self.first_due = waiting.order_by(ScheduledJob.wake_at).limit(1)
        """The query for when the next job is due. With a join, SQLite would look into every workspace."""
        due = _runnable(self._may_run).where(ScheduledJob.wake_at <= bindparam("now"))
        counted = due.with_only_columns(ScheduledJob.workspace_id, func.count()).order_by(None)
        self._due_jobs = counted.group_by(ScheduledJob.workspace_id).order_by(ScheduledJob.workspace_id)
        ids = due.with_only_columns(ScheduledJob.id).where(ScheduledJob.workspace_id == bindparam("workspace"))
        self._claim = locks.claiming(ids, database.writer.dialect.name)
        self._first = _SELECT.where(ScheduledJob.id == ids.limit(1).scalar_subquery())

    async def tick(self, next_at: NextAt | None = None) -> None:
        """Run all due jobs, one at a time, so that acks are not delayed.

        Workspaces take turns, so that one with many jobs does not hold up the others. `next_at` returns when the next
        job is due, by default with a query.
        """
        while due := await self._count_due(next_at or self.next_at):
            if not any([await self._take_turn(workspace_id, jobs) for workspace_id, jobs in due]):
                return

    async def next_at(self) -> datetime | None:
        """Return when the next job is due, or None if there are no jobs."""
        rows = await self._database.look(self.first_due)
        return rows[0][0] if rows else None

    async def _count_due(self, next_at: NextAt) -> Sequence[tuple[str, int]]:
        """Return the workspaces with due jobs, and how many those are.

        Most ticks find none. They look only for the earliest job, in an index, because the count by workspace reads
        an entry of every workspace.
        """
        first = await next_at()
        if first is None or first > self._clock.now():
            return []
        found = await self._database.look(self._due_jobs, {"now": self._clock.now()})
        return [(workspace_id, jobs) for workspace_id, jobs in found]

    async def _take_turn(self, workspace_id: str, jobs: int) -> bool:
        """Run up to `JOBS_IN_A_ROW` of a workspace's due jobs. Return whether any ran."""
        ran = 0
        while ran < min(jobs, JOBS_IN_A_ROW) and await self._run_one(workspace_id):
            ran += 1
        return ran > 0

    async def _run_one(self, workspace_id: str) -> bool:
        now = self._clock.now()
        taken: tuple[int, datetime] | None = None
        try:
            async with self._database.begin() as session:
                if scheduled := await self._claim_due(session, workspace_id, now):
                    taken = scheduled.id, scheduled.due_at
                    job, outcome = scheduled.job, await self._run_and_move_on(session, scheduled, now)
            if taken:
                metrics.RUNS.labels(job, outcome).inc()
        except _MovedError:
            return False
        except Exception as error:
            if taken is None:
                raise
            await self._record_failure(*taken, now, error)
        return taken is not None

    async def _claim_due(self, session: AsyncSession, workspace_id: str, now: datetime) -> ScheduledJob | None:
        """Claim a workspace's job that has been due longest and that no other replica runs; None if there is none.

        The claim ends with the transaction. On SQLite, which has a single writer, there is nothing to claim.
        """
        wanted = {"workspace": workspace_id, "now": now}
        if self._database.is_sqlite:
            return await session.scalar(self._first, wanted)
        while (claimed := await session.scalar(self._claim, wanted)) is not None:
            scheduled = await session.scalar(_SCHEDULED, {"job": claimed})
            if scheduled and scheduled.wake_at and scheduled.wake_at <= now:  # else another replica has just run it
                return scheduled
        return None

    async def _run_and_move_on(self, session: AsyncSession, scheduled: ScheduledJob, now: datetime) -> str:
        """Run the job and reschedule it in one transaction. Return the outcome for the metrics.

        On PostgreSQL, the job's row is locked last. Code that reschedules or cancels it at the same time holds a team
        lock, and the job may be waiting for that lock. On SQLite nothing else writes meanwhile.
        """
        outcome, session.info[RUNNING] = "kept", scheduled.key
        if scheduled.is_too_late(now):
            outcome = "too_late"
            log.warning("job_expired", key=scheduled.key, due_at=scheduled.due_at.isoformat())
        elif not await self._run(session, scheduled):
            outcome = "left_out"
        if scheduled not in session:
            return outcome  # the job has canceled itself
        if not self._database.is_sqlite and (await session.scalar(_DUE_AT, {"job": scheduled.id}) != scheduled.due_at):
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
        """Run the job. Return False if it is skipped.

        A team's recurring job is skipped while its channel is closed, and on a day off unless it `waits`.
        """
        job, recurring = self._jobs[scheduled.job], self._recurring.get(scheduled.job)
        workspace = await session.get_one(Workspace, scheduled.workspace_id)
        session.info[MUTED] = _is_muted(scheduled, workspace)
        if scheduled.team_id is None:
            await job.run(session, workspace, scheduled.occurrence)
            return True
        team = await session.get_one(Team, scheduled.team_id)
        if recurring and (team.is_closed or recurring.find_posting_time(team, scheduled.due_at) is None):
            return False
        await job.run(session, team, scheduled.occurrence)
        return True

    async def _record_failure(self, scheduled_id: int, due_at: datetime, now: datetime, error: Exception) -> None:
        """Record a failure in a transaction of its own and schedule a retry with exponential backoff.

        After `MOST_TRIES` the team is told that the occurrence was missed. A recurring job then moves to its next
        occurrence; a one-off job is retried hourly.
        """
        async with self._database.begin() as session:
            scheduled = await locks.lock_row(session, ScheduledJob, scheduled_id)
            if scheduled is None or scheduled.due_at != due_at:
                return  # another replica has run it in the meantime
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
                scheduled.wake_at = now + FAILED_RETRY_INTERVAL

    async def _say_missed(self, session: AsyncSession, scheduled: ScheduledJob, now: datetime) -> None:
        recurring = self._recurring.get(scheduled.job)
        if recurring and self._post_missed:
            team = await session.get_one(Team, scheduled.team_id)
            await self._post_missed(session, team, recurring, f"{scheduled.id}:{scheduled.due_at.isoformat()}", now)


def _is_muted(scheduled: ScheduledJob, workspace: Workspace) -> bool:
    """Return whether nothing may be said of a job: the workspace is parked, or was when the job fell due."""
    resumed_at = workspace.resumed_at
    return workspace.parked is not None or (resumed_at is not None and scheduled.due_at <= resumed_at)


def _may_run(also_parked: Collection[str] = ()) -> ColumnElement[bool]:
    """Return the SQL condition for jobs that may run now: all of a workspace, or some while it is parked."""
    is_one_off = and_(ScheduledJob.team_id.is_not(None), ScheduledJob.recurrence.is_(None))
    runs_parked = or_(is_one_off, ScheduledJob.job.in_(also_parked))
    return or_(Workspace.parked.is_(None), and_(Workspace.parked != RESUMING, runs_parked))


def _runnable(may_run: ColumnElement[bool]) -> Select[ScheduledJob]:
    """Return a query for the jobs that may run, in the order in which they fall due."""
    jobs = select(ScheduledJob).join(Workspace, Workspace.id == ScheduledJob.workspace_id)
    return jobs.where(ScheduledJob.wake_at.is_not(None), may_run).order_by(ScheduledJob.wake_at, ScheduledJob.id)


_SELECT = select(ScheduledJob).options(joinedload(ScheduledJob.workspace), joinedload(ScheduledJob.team))
"""The query for jobs, which loads their workspaces and teams into the session."""
_SCHEDULED = _SELECT.where(ScheduledJob.id == bindparam("job"))
_DUE_AT = locks.for_update(
    select(ScheduledJob.due_at).where(ScheduledJob.id == bindparam("job")), ScheduledJob, skip_locked=True
)
