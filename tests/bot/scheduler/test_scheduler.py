"""The scheduler: every occurrence of a job runs once, at the right wall time."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, time, timedelta
from zoneinfo import ZoneInfo, available_timezones

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db.sessions import Database
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.scheduler import scheduler
from bot.scheduler.jobs import Job, JobName, RecurringJob, daily, weekly
from bot.scheduler.models import About, Occurrence, ScheduledJob
from bot.scheduler.recurrence import FRIDAY, instant, last_and_next, next_after
from bot.scheduler.worker import MOST_TRIES, SchedulerWorker
from bot.slack.outbox.models import Outgoing
from bot.slack.outbox.queries import decrypt_payload
from bot.workflows.recurring_jobs import post_missed
from tests.conftest import TUESDAY

FRIDAY_THREE = datetime(2026, 11, 20, 15, tzinfo=UTC)
HOUR = timedelta(hours=1)
DECADE = [datetime.fromisoformat("2020-01-01"), datetime.fromisoformat("2032-01-01")]
WEEK = timedelta(weeks=1)


class Diary:
    """A job that records its occurrences and fails the given number of times."""

    def __init__(self) -> None:
        self.kept: list[Occurrence] = []
        self.failures = 0

    def job(self) -> Callable[[AsyncSession, Team, Occurrence], Awaitable[None]]:
        async def keep(session: AsyncSession, team: Team, due: Occurrence) -> None:
            await session.execute(select(Team))
            self.kept.append(due)
            if self.failures:
                self.failures -= 1
                raise RuntimeError("no")

        return keep


class HandClock:
    """A clock that the test sets."""

    def __init__(self, at: datetime) -> None:
        self.at = at

    def __call__(self) -> datetime:
        return self.at


@pytest.fixture
def at() -> HandClock:
    return HandClock(TUESDAY)


@pytest.fixture
def diary() -> Diary:
    return Diary()


def ritual(diary: Diary, *, late: timedelta = 3 * HOUR) -> RecurringJob:
    return weekly(FRIDAY, time(15), Job(diary.job()).name, title="Friday's round-up", late=late)


async def planned(
    database: Database, team: Team, diary: Diary, at: HandClock, *, late: timedelta = 3 * HOUR
) -> SchedulerWorker:
    of = ritual(diary, late=late)
    async with database.begin() as session:
        await scheduler.plan(session, [team], [of], now=at())
    return SchedulerWorker(database, Clock(at), [Job(diary.job())], [of], post_missed)


async def find_scheduled(database: Database) -> ScheduledJob | None:
    async with database.reading() as session:
        return await session.scalar(select(ScheduledJob))


async def test_recurring_job_runs_exactly_once_and_is_rescheduled(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    worker = await planned(database, team, diary, at)
    await worker.tick()
    assert not diary.kept
    at.at = FRIDAY_THREE
    await worker.tick()
    await worker.tick()

    assert diary.kept == [Occurrence(FRIDAY_THREE, FRIDAY_THREE - WEEK)]
    assert await worker.next_at() == FRIDAY_THREE + WEEK


async def test_running_job_cannot_schedule_itself_again_with_the_same_key(
    database: Database, team: Team, at: HandClock
) -> None:
    refused: list[str] = []

    async def run_again(session: AsyncSession, team: Team, due: Occurrence) -> None:
        for key in ("once", "once more"):
            try:
                await scheduler.put(session, job=job.name, key=key, team=team, due_at=due.at + HOUR, now=due.at)
            except ValueError as error:
                refused.append(str(error))

    job = Job(run_again)
    worker = SchedulerWorker(database, Clock(at), [job], [], post_missed)
    async with database.begin() as session:
        await scheduler.put(session, job=job.name, key="once", team=team, due_at=at(), now=at())
    await worker.tick()
    assert len(refused) == 1
    assert await worker.next_at() == at() + HOUR


async def test_rescheduled_job_has_its_new_latest_time(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    job = Job(diary.job())
    async with database.begin() as session:
        for late in (3 * HOUR, HOUR):
            await scheduler.put(session, job=job.name, key="once", team=team, due_at=at(), late=late, now=at())
    at.at += 2 * HOUR
    await SchedulerWorker(database, Clock(at), [job]).tick()
    assert diary.kept == []


async def test_late_run_of_a_job_gets_its_scheduled_time_so_that_periods_do_not_overlap(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    worker = await planned(database, team, diary, at)
    at.at = FRIDAY_THREE + timedelta(minutes=20)
    await worker.tick()
    at.at = FRIDAY_THREE + WEEK
    await worker.tick()

    assert [(due.since, due.at) for due in diary.kept] == [
        (FRIDAY_THREE - WEEK, FRIDAY_THREE),
        (FRIDAY_THREE, FRIDAY_THREE + WEEK),
    ]


async def test_job_run_that_is_too_late_is_skipped_and_the_next_run_covers_its_period(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    worker = await planned(database, team, diary, at)
    at.at = FRIDAY_THREE + WEEK - HOUR
    await worker.tick()
    assert not diary.kept
    at.at = FRIDAY_THREE + WEEK
    await worker.tick()

    assert diary.kept == [Occurrence(FRIDAY_THREE + WEEK, FRIDAY_THREE - WEEK)]


@pytest.mark.own_database
async def test_two_concurrent_workers_run_each_job_exactly_once(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    job = Job(diary.job())
    async with database.begin() as session:
        for number in range(40):
            await scheduler.put(
                session, job=job.name, key=f"k{number}", team=team, about=About("thing", number), due_at=at(), now=at()
            )
    workers = [SchedulerWorker(database, Clock(at), [job]) for _ in range(2)]
    await asyncio.gather(*(worker.tick() for worker in workers))

    assert sorted(due.about.id for due in diary.kept if due.about) == list(range(40))
    assert await find_scheduled(database) is None


@pytest.mark.own_database
@pytest.mark.parametrize("template", ["postgresql"], indirect=True)
@pytest.mark.parametrize("moved_by", [timedelta(0), HOUR], ids=["cancelled", "moved"])
async def test_running_job_is_rolled_back_if_it_is_canceled_or_moved_while_it_runs(
    database: Database, team: Team, at: HandClock, moved_by: timedelta
) -> None:
    has_begun, is_locked = asyncio.Event(), asyncio.Event()
    left: list[str] = []

    async def keep(session: AsyncSession, team: Team, due: Occurrence) -> None:
        await scheduler.put(session, job=job.name, key="effect", team=team, due_at=at() + WEEK, now=at())
        has_begun.set()
        await is_locked.wait()
        await membership.lock_team(session, team.id)

    async def plan(session: AsyncSession, due_at: datetime) -> None:
        await scheduler.put(session, job=job.name, key="k", team=team, due_at=due_at, now=at())

    job = Job(keep)
    worker = SchedulerWorker(database, Clock(at), [job])
    async with database.begin() as session:
        await plan(session, at())
    running = asyncio.create_task(worker.tick())
    await has_begun.wait()
    async with database.begin() as session:
        await membership.lock_team(session, team.id)
        is_locked.set()
        await asyncio.sleep(0.2)  # wait until the job waits for the team's lock
        await (plan(session, at() + moved_by) if moved_by else scheduler.cancel(session, team, "k"))
    await running
    for _ in range(2):
        async with database.reading() as session:
            left += [" ".join(sorted(await session.scalars(select(ScheduledJob.key))))]
        at.at += HOUR
        await worker.tick()

    assert left == (["k", "effect"] if moved_by else ["", ""])


async def test_scheduling_a_job_again_with_the_same_key_moves_the_job(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    job = Job(diary.job())
    for due_at in (at(), at() + HOUR):
        async with database.begin() as session:
            await scheduler.put(session, job=job.name, key="k", team=team, due_at=due_at, now=at())
    worker = SchedulerWorker(database, Clock(at), [job])
    await worker.tick()
    assert not diary.kept
    at.at += HOUR
    await worker.tick()
    assert len(diary.kept) == 1


async def test_canceled_job_never_runs(database: Database, team: Team, at: HandClock, diary: Diary) -> None:
    job = Job(diary.job())
    async with database.begin() as session:
        await scheduler.put(session, job=job.name, key="k", team=team, due_at=at(), now=at())
        await scheduler.cancel(session, team, "k")

    assert await SchedulerWorker(database, Clock(at), [job]).next_at() is None


async def test_failing_job_is_retried_until_it_succeeds_once(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    diary.failures = 2
    worker = await planned(database, team, diary, at)
    at.at = FRIDAY_THREE
    for _ in range(60):
        await worker.tick()
        at.at += timedelta(seconds=1)

    assert len(diary.kept) == 3
    assert {due.at for due in diary.kept} == {FRIDAY_THREE}
    assert await worker.next_at() == FRIDAY_THREE + WEEK


async def test_team_is_told_once_after_five_failed_attempts_at_a_job(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    diary.failures = MOST_TRIES
    worker = await planned(database, team, diary, at)
    at.at = FRIDAY_THREE
    for _ in range(20):
        await worker.tick()
        at.at += timedelta(seconds=30)
    async with database.reading() as session:
        rows = (await session.scalars(select(Outgoing))).all()
    at.at = FRIDAY_THREE + WEEK
    await worker.tick()

    assert len(diary.kept) == MOST_TRIES + 1
    assert [decrypt_payload(row, database.vault)["text"] for row in rows] == [
        "Sorry, Friday's round-up didn't work this time. Nothing you wrote has been lost."
    ]
    assert diary.kept[-1] == Occurrence(FRIDAY_THREE + WEEK, FRIDAY_THREE - WEEK)


async def test_failure_reported_late_by_one_replica_does_not_affect_the_next_run(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    worker = await planned(database, team, diary, at)
    found = await find_scheduled(database)
    assert found
    at.at = FRIDAY_THREE
    await worker.tick()
    await worker._record_failure(found.id, FRIDAY_THREE, at(), RuntimeError("too late to fail"))

    assert await worker.next_at() == FRIDAY_THREE + WEEK


async def test_one_time_job_is_retried_until_it_succeeds_without_telling_the_team(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    diary.failures = MOST_TRIES
    job = Job(diary.job())
    async with database.begin() as session:
        await scheduler.put(session, job=job.name, key="k", team=team, due_at=at(), now=at())
    worker = SchedulerWorker(database, Clock(at), [job])
    for _ in range(200):
        await worker.tick()
        at.at += timedelta(seconds=30)

    assert len(diary.kept) == MOST_TRIES + 1
    async with database.reading() as session:
        assert (await session.scalars(select(Outgoing))).all() == []
        assert (await session.scalars(select(ScheduledJob))).all() == []


async def test_changes_of_a_failed_job_are_rolled_back(database: Database, team: Team, at: HandClock) -> None:
    async def half(session: AsyncSession, team: Team, due: Occurrence) -> None:
        await scheduler.put(session, job=JobName("x"), key="half", team=team, due_at=due.at + HOUR, now=due.at)
        raise RuntimeError("no")

    job = Job(half)
    async with database.begin() as session:
        await scheduler.put(session, job=job.name, key="k", team=team, due_at=at(), now=at())
    await SchedulerWorker(database, Clock(at), [job]).tick()

    async with database.reading() as session:
        assert await session.scalar(select(func.count()).select_from(ScheduledJob)) == 1


async def test_job_keeps_its_wall_time_when_the_team_changes_zone(
    database: Database, team: Team, at: HandClock, diary: Diary
) -> None:
    worker = await planned(database, team, diary, at)
    async with database.begin() as session:
        moved = await session.get_one(Team, team.id)
        moved.zone = "America/New_York"
        await scheduler.move_zone(session, moved, now=at())

    assert await worker.next_at() == datetime(2026, 11, 20, 20, tzinfo=UTC)


@given(
    zone=st.sampled_from(sorted(available_timezones())),
    now=st.datetimes(DECADE[0], DECADE[1], timezones=st.just(UTC)),
    hour=st.integers(0, 23),
)
def test_weekly_job_keeps_its_wall_time_across_clock_changes(zone: str, now: datetime, hour: int) -> None:
    before, wall = last_and_next("FREQ=WEEKLY;BYDAY=FR", time(hour, 30), zone, now)
    later = next_after("FREQ=WEEKLY;BYDAY=FR", wall)

    assert later
    assert before <= now < instant(wall, zone) < instant(later, zone)
    assert later - wall == WEEK
    shown = instant(wall, zone).astimezone(ZoneInfo(zone)).replace(tzinfo=None)
    assert timedelta(0) <= shown - wall <= HOUR or _skipped_the_day(zone, wall)


def _skipped_the_day(zone: str, wall: datetime) -> bool:
    """Return whether the zone skipped that day, as islands did that crossed the date line."""
    day = timedelta(days=1)
    return instant(wall + day, zone) - instant(wall, zone) == timedelta(0)


def test_skipped_wall_time_moves_later_and_repeated_wall_time_means_the_first() -> None:
    gap = instant(datetime.fromisoformat("2026-03-29T01:30"), "Europe/Lisbon")
    fold = instant(datetime.fromisoformat("2026-10-25T01:30"), "Europe/Lisbon")

    assert gap == datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    assert fold == datetime(2026, 10, 25, 0, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("start", "end", "said"),
    [(9, 17, "Tue 16:00"), (8, 16, "Wed 08:00"), (22, 6, "Tue 22:00"), (6, 14, "Wed 06:00")],
)
def test_daily_job_runs_within_working_hours_on_working_days(start: int, end: int, said: str) -> None:
    team = Team("T1", "C1", "support", "UTC", None, TUESDAY)
    WorkingHoursSettings(start=time(start), end=time(end)).keep(team)
    ritual = daily(time(16), Job(Diary().job()).name, title="", late=HOUR)

    assert f"{ritual.find_posting_time(team, TUESDAY.replace(hour=16)):%a %H:%M}" == said
    assert ritual.find_posting_time(team, TUESDAY.replace(hour=16) + timedelta(days=4)) is None
