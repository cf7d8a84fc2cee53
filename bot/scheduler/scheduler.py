"""Functions that schedule, reschedule and cancel jobs. Each occurrence runs once, on any replica, despite crashes."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import datetime, time, timedelta
from functools import cache
from typing import Any

from sqlalchemy import ColumnElement, Executable, Select, delete, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Session

from bot.db import locks
from bot.db.models import table
from bot.db.sessions import insert, insert_for
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.jobs import JobName, RecurringJob, WorkspaceJob
from bot.scheduler.models import RUNNING, About, Due, ScheduledJob
from bot.scheduler.recurrence import instant, last_and_next

WORKSPACE_JOB_LATENESS = timedelta(days=1)


async def put(
    session: AsyncSession,
    *,
    job: JobName,
    key: str,
    team: Team,
    about: About | None = None,
    due_at: datetime,
    late: timedelta | None = None,
    now: datetime,
) -> None:
    """Schedule a one-off job. If its key exists, the job is rescheduled. If it is more than `late`, it does not run.

    Raises `ValueError` for the key of the job that is running: its row is deleted when it ends, so the next run needs a
    key of its own, such as one with the due time.
    """
    await put_all(session, job, {key: (team, due_at)}, about=about, late=late, now=now)


async def put_all(
    session: AsyncSession,
    job: JobName,
    due: Mapping[str, tuple[Team, datetime]],
    *,
    about: About | None = None,
    late: timedelta | None = None,
    now: datetime,
) -> None:
    """Schedule one-off jobs, as `put` does, with one statement. `due` has the team and the due time for each key."""
    if session.info.get(RUNNING) in due:
        raise ValueError(f"the running job {session.info[RUNNING]} cannot be scheduled again under the same key")
    shared = {
        "job": job, "about_kind": about.kind if about else None, "about_id": about.id if about else None,
        "since": now, "tries": 0, "late_seconds": late and int(late.total_seconds()),
    }  # fmt: skip
    rows = [
        {**shared, "workspace_id": team.workspace_id, "team_id": team.id, "zone": team.zone, "key": key,
         "due_at": due_at, "wake_at": due_at}
        for key, (team, due_at) in sorted(due.items(), key=lambda each: each[0])
    ]  # fmt: skip
    if rows:
        await session.execute(_move_existing(session.get_bind().dialect.name), rows)


@cache
def _move_existing(dialect: str) -> Executable:
    """Return the statement that schedules one-off jobs. Cached per dialect, because building it is expensive."""
    made = insert_for(dialect, table(ScheduledJob))
    moved = {name: made.excluded[name] for name in ("due_at", "wake_at", "tries", "late_seconds")}
    return made.on_conflict_do_update(index_elements=["workspace_id", "key"], set_=moved)


async def put_once(session: AsyncSession, job: JobName, team: Team, *, due_at: datetime) -> None:
    """Schedule a one-off job of a team at a time, unless the same job is scheduled for that time already."""
    row = {
        "workspace_id": team.workspace_id, "team_id": team.id, "key": f"team:{team.id}:{job}:{due_at.isoformat()}",
        "job": job, "zone": team.zone, "due_at": due_at, "wake_at": due_at, "since": due_at, "tries": 0,
    }  # fmt: skip
    await session.execute(_ignore_existing(session.get_bind().dialect.name), row)


@cache
def _ignore_existing(dialect: str) -> Executable:
    return insert_for(dialect, table(ScheduledJob)).on_conflict_do_nothing()


async def put_about(
    session: AsyncSession, job: JobName, team: Team, about: About, *, due_at: datetime, now: datetime
) -> None:
    """Schedule a one-off job about a subject. If the job is scheduled for that subject already, it is rescheduled."""
    await put(session, job=job, key=_about(about, job), team=team, about=about, due_at=due_at, now=now)


async def put_recurring(
    session: AsyncSession,
    job: JobName,
    team: Team,
    about: About,
    *,
    rule: str,
    at: time,
    late: timedelta,
    now: datetime,
) -> None:
    """Schedule a recurring job about a subject, or change the rule of an existing one."""
    planned = _planned(job, rule, at, late, team.zone, now)
    whose = {"workspace_id": team.workspace_id, "team_id": team.id, "key": _about(about, job)}
    row = {**planned, **whose, "about_kind": about.kind, "about_id": about.id}
    made = insert(session, ScheduledJob).values(row)
    await session.execute(made.on_conflict_do_update(index_elements=["workspace_id", "key"], set_=planned))


async def cancel_about(session: AsyncSession, job: JobName, team: Team, about: About) -> None:
    """Cancel a job about a subject."""
    await cancel(session, team, _about(about, job))


async def due_until(session: AsyncSession, team: Team, job: JobName, until: datetime) -> list[Due]:
    """Return the occurrences, up to `until` and in order, of a team's recurring jobs with the name `job`."""
    theirs = _of(team).where(ScheduledJob.job == job, ScheduledJob.recurrence.is_not(None))
    return sorted(due for scheduled in await session.scalars(theirs) for due in scheduled.list_occurrences(until))


async def set_jobs_about(
    session: AsyncSession,
    team: Team,
    about: About,
    jobs: Iterable[JobName],
    wanted: Mapping[JobName, datetime],
    *,
    now: datetime,
) -> None:
    """Schedule the `wanted` jobs about a subject at their times, and cancel all others in `jobs`."""
    for job in wanted:
        await put_about(session, job, team, about, due_at=wanted[job], now=now)
    await cancel(session, team, *(_about(about, job) for job in jobs if job not in wanted))


def _about(about: About, job: JobName) -> str:
    return f"{about.kind}:{about.id}:{job}"


async def cancel(session: AsyncSession, team: Team, *keys: str) -> None:
    """Cancel the team's scheduled jobs with these keys, if they exist.

    A running job need not cancel itself: it is deleted or rescheduled when it ends.
    """
    theirs = delete(ScheduledJob).where(ScheduledJob.workspace_id == team.workspace_id, ScheduledJob.key.in_(keys))
    await session.execute(theirs)


async def plan(session: AsyncSession, teams: Sequence[Team], jobs: Iterable[RecurringJob], *, now: datetime) -> None:
    """Schedule the recurring jobs of these teams. Existing ones stay unchanged."""
    rows = [
        {**_planned(job.name, when.rule, when.at, job.late, team.zone, now), **_whose(team, job)}
        for job in jobs
        for team in teams
        if (when := job.when(team))
    ]
    await _write(session, rows)


async def replan(session: AsyncSession, team: Team, jobs: Iterable[RecurringJob], *, now: datetime) -> None:
    """Reschedule recurring jobs after a change of a team's settings.

    Jobs that are now off are canceled. Those that already have the right schedule stay unchanged.
    """
    chosen = [job for job in jobs if job.chosen]
    wanted = {job: when for job in chosen if (when := job.when(team))}
    await cancel(session, team, *(_whose(team, job)["key"] for job in chosen if job not in wanted))
    await plan(session, [team], wanted, now=now)
    keys = {_whose(team, job)["key"]: job for job in wanted}
    for scheduled in await session.scalars(_locked(team, ScheduledJob.key.in_(keys))):
        job = keys[scheduled.key]
        if not scheduled.has_recurrence(wanted[job]):
            rule, at = wanted[job]
            planned = _planned(job.name, rule, at, job.late, team.zone, now)
            for name in ("recurrence", "wall", "due_at", "wake_at", "tries"):
                setattr(scheduled, name, planned[name])


async def plan_workspace_jobs(
    session: AsyncSession, workspace: Workspace, jobs: Iterable[WorkspaceJob], *, now: datetime
) -> None:
    """Schedule the daily jobs of a workspace. Existing ones stay unchanged."""
    whose = {"workspace_id": workspace.id, "team_id": None}
    rows = [
        {**_planned(job.name, "FREQ=DAILY", job.at, job.late, "UTC", now), **whose, "key": f"workspace:{job.name}"}
        for job in jobs
    ]
    await _write(session, rows)


async def put_workspace_job(session: AsyncSession, job: JobName, workspace_id: str, *, due_at: datetime) -> None:
    """Schedule an extra run of a workspace job that has more to do.

    If the extra run is more than a day late, after a long outage, it is skipped in favor of the next regular run.
    """
    await session.execute(*workspace_job_insert(session, job, workspace_id, due_at=due_at))


def workspace_job_insert(
    session: AsyncSession | Session, job: JobName, workspace_id: str, *, due_at: datetime
) -> tuple[Executable, dict[str, Any]]:
    """Return the INSERT statement of `put_workspace_job` and its row, for code that runs during a commit."""
    row = {
        "workspace_id": workspace_id, "key": f"workspace:{job}:{due_at.isoformat()}", "job": job,
        "zone": "UTC", "due_at": due_at, "wake_at": due_at, "since": due_at, "tries": 0,
        "late_seconds": int(WORKSPACE_JOB_LATENESS.total_seconds()),
    }  # fmt: skip
    return _ignore_existing(session.get_bind().dialect.name), row


def _whose(team: Team, job: RecurringJob) -> dict[str, Any]:
    return {"workspace_id": team.workspace_id, "team_id": team.id, "key": f"team:{team.id}:{job.name}"}


def _planned(job: JobName, rule: str, at: time, late: timedelta, zone: str, now: datetime) -> dict[str, Any]:
    before, wall = last_and_next(rule, at, zone, now)
    due_at = instant(wall, zone)
    return {
        "job": job, "recurrence": rule, "zone": zone, "wall": wall, "tries": 0, "since": before,
        "due_at": due_at, "wake_at": due_at, "late_seconds": int(late.total_seconds()),
    }  # fmt: skip


async def _write(session: AsyncSession, rows: Sequence[dict[str, Any]]) -> None:
    """Insert jobs with one statement, and skip those that exist already: at start-up there may be thousands."""
    if rows:
        await session.execute(insert(session, ScheduledJob).on_conflict_do_nothing(), rows)


async def upcoming(
    session: AsyncSession, team: Team, jobs: Iterable[RecurringJob], *, now: datetime, until: datetime
) -> list[tuple[datetime, RecurringJob]]:
    """Return a team's recurring jobs that will post between `now` and `until`, with the time of each post, in order.

    Jobs without a preview text are left out.
    """
    if team.is_closed:
        return []
    known: dict[str, RecurringJob] = {job.name: job for job in jobs if job.told}
    theirs = _of(team).where(ScheduledJob.job.in_(known))
    said = [
        (moment, known[scheduled.job])
        for scheduled in await session.scalars(theirs)
        for at in (scheduled.since, *scheduled.until(until))
        if at >= team.created_at
        and (moment := known[scheduled.job].find_posting_time(team, at))
        and now < moment <= until
    ]
    return sorted(said, key=lambda each: each[0])


async def move_zone(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Keep a team's jobs at the same wall time after its time zone has changed.

    If the new instant of the next occurrence has passed already, that occurrence keeps its old instant, so that it is
    not skipped.
    """
    for scheduled in await session.scalars(_locked(team, ScheduledJob.wall.is_not(None))):
        scheduled.zone = team.zone
        moved = instant(scheduled.wall, team.zone) if scheduled.wall else now
        if moved > now:
            scheduled.due_at = scheduled.wake_at = moved


async def skip_overdue(session: AsyncSession, workspace_ids: Collection[str], *, now: datetime) -> None:
    """Plan the recurring jobs of workspaces from now on, because they were parked. One-off jobs of teams stay.

    Extra runs of workspace jobs are canceled, because the next regular run does the same.
    """
    overdue = select(ScheduledJob).where(
        ScheduledJob.workspace_id.in_(workspace_ids),
        ScheduledJob.due_at <= now,
        or_(ScheduledJob.recurrence.is_not(None), ScheduledJob.team_id.is_(None)),
    )
    for scheduled in await session.scalars(locks.for_update(overdue.order_by(ScheduledJob.id), ScheduledJob)):
        if not scheduled.skip_overdue(now):
            await session.delete(scheduled)


def _of(team: Team) -> Select[ScheduledJob]:
    return select(ScheduledJob).where(ScheduledJob.workspace_id == team.workspace_id, ScheduledJob.team_id == team.id)


def _locked(team: Team, those: ColumnElement[bool]) -> Select[ScheduledJob]:
    return locks.for_update(_of(team).where(those).order_by(ScheduledJob.id), ScheduledJob)
