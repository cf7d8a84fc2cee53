"""Recurring jobs that a team reschedules or turns off in its settings."""

from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.pulse.settings import Settings as PulseSettings
from bot.features.shoutouts import settings as shoutouts_settings
from bot.features.visits import settings as visits_settings
from bot.org.availability.working_hours import Day
from bot.org.teams import settings as teams_settings
from bot.org.teams.models import Team
from bot.scheduler.jobs import RecurringJob
from bot.scheduler.models import ScheduledJob
from bot.scheduler.recurrence import When
from bot.workflows import recurring_jobs
from bot.workflows.recurring_jobs import TEAM_JOBS
from tests.conftest import TUESDAY

SUMMARY, BUNDLE = "shoutouts.post_round_up", "shoutouts.tell_quiet_thanks"
QUESTION, THEMES = "shoutouts.look_whether_quiet", "visits.post_themes"
CHOSEN: dict[str, RecurringJob] = {job.name: job for job in TEAM_JOBS if job.chosen}
FRIDAY_THREE = datetime(2026, 11, 20, 15, tzinfo=UTC)
WEEK = timedelta(days=7)


async def choose(session: AsyncSession, team: Team, settings: teams_settings.Settings, now: datetime = TUESDAY) -> None:
    await teams_settings.change_settings(session, team, "UMAYA", settings, now=now)
    await recurring_jobs.replan_jobs(session, team, now=now)


async def find_scheduled(session: AsyncSession, job: str) -> ScheduledJob | None:
    await session.flush()
    return await session.scalar(select(ScheduledJob).where(ScheduledJob.job == job))


@pytest.mark.parametrize(
    ("job", "settings", "due_at"),
    [
        (SUMMARY, {}, FRIDAY_THREE),
        (SUMMARY, {"summary_at": time(9, 30)}, datetime(2026, 11, 20, 9, 30, tzinfo=UTC)),
        (SUMMARY, {"summary_day": Day.THURSDAY}, datetime(2026, 11, 19, 15, tzinfo=UTC)),
        (SUMMARY, {"summary_day": Day.TUESDAY, "summary_at": time(9)}, datetime(2026, 11, 24, 9, tzinfo=UTC)),
        (SUMMARY, {"summary_day": Day.SUNDAY}, datetime(2026, 11, 22, 15, tzinfo=UTC)),
        (SUMMARY, {"summary": False}, None),
        (SUMMARY, {"summary": False, "summary_day": Day.MONDAY}, None),
        (SUMMARY, {"bundle": False, "quiet": 0}, FRIDAY_THREE),
        (BUNDLE, {}, datetime(2026, 11, 17, 16, tzinfo=UTC)),
        (BUNDLE, {"bundle_at": time(11)}, datetime(2026, 11, 17, 11, tzinfo=UTC)),
        (BUNDLE, {"bundle_at": time(8)}, datetime(2026, 11, 18, 8, tzinfo=UTC)),
        (BUNDLE, {"bundle": False}, None),
        (QUESTION, {"quiet_at": time(14)}, datetime(2026, 11, 17, 14, tzinfo=UTC)),
        (QUESTION, {"quiet": 0}, None),
    ],
)
async def test_shoutout_jobs_follow_the_teams_settings(
    session: AsyncSession, team: Team, job: str, settings: dict[str, Any], due_at: datetime | None
) -> None:
    await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
    await choose(session, team, shoutouts_settings.Settings(**settings))
    found = await find_scheduled(session, job)

    assert (found and found.due_at) == due_at
    assert found is None or found.wake_at == due_at
    coming = [at for at, each in await recurring_jobs.upcoming(session, team, now=TUESDAY) if each is CHOSEN[job]]
    assert bool(coming) is (due_at is not None and bool(CHOSEN[job].told))


@pytest.mark.parametrize(
    ("settings", "day"),
    [({"monthly_on": 15}, 15), ({"monthly_on": 28, "monthly_at": time(12)}, 28), ({"monthly": False}, None)],
)
async def test_monthly_summary_of_visit_themes_follows_the_teams_settings(
    session: AsyncSession, team: Team, settings: dict[str, Any], day: int | None
) -> None:
    await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
    await choose(session, team, visits_settings.Settings(**settings))
    found = await find_scheduled(session, THEMES)

    assert (found and found.due_at.day) == day


async def test_disabled_recurring_job_stays_off_after_a_restart_and_can_be_enabled(
    session: AsyncSession, team: Team
) -> None:
    await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
    await choose(session, team, shoutouts_settings.Settings(summary=False))
    await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
    assert await find_scheduled(session, SUMMARY) is None

    await choose(session, team, shoutouts_settings.Settings(summary=True, summary_day=Day.MONDAY), now=FRIDAY_THREE)
    found = await find_scheduled(session, SUMMARY)
    assert found
    assert found.due_at == datetime(2026, 11, 23, 15, tzinfo=UTC)


async def test_rescheduled_summary_covers_the_whole_period_since_the_last_summary(
    session: AsyncSession, team: Team
) -> None:
    """A summary covers everything since the end of the previous summary, whenever that was."""
    await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
    before = await find_scheduled(session, SUMMARY)
    since = before.since if before else None
    await choose(session, team, shoutouts_settings.Settings(summary_day=Day.WEDNESDAY))
    found = await find_scheduled(session, SUMMARY)

    assert found
    assert (found.since, found.due_at) == (since, datetime(2026, 11, 18, 15, tzinfo=UTC))
    assert found.since == FRIDAY_THREE - WEEK


async def test_change_of_unrelated_settings_does_not_reschedule_an_overdue_job(
    session: AsyncSession, team: Team
) -> None:
    await recurring_jobs.plan_jobs(session, [team], now=TUESDAY)
    await choose(session, team, shoutouts_settings.Settings(daily=9), now=FRIDAY_THREE + timedelta(seconds=1))
    found = await find_scheduled(session, SUMMARY)

    assert found
    assert found.due_at == FRIDAY_THREE


@pytest.mark.parametrize("job", CHOSEN)
def test_default_settings_match_the_default_schedule(job: str) -> None:
    new = Team("T1", "C1", "new", "Europe/Lisbon", None, TUESDAY)
    if job == recurring_jobs.PULSE:
        assert CHOSEN[job].when(new) is None
        PulseSettings(is_on=True).keep(new)

    assert CHOSEN[job].when(new) == When(CHOSEN[job].rule, CHOSEN[job].at)
