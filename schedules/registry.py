"""Every job there is."""

from bot.scheduler.jobs import AnyJob, WorkspaceJob
from bot.workflows import recurring_jobs
from schedules import (
    birthdays,
    celebrations,
    fun_tank,
    home,
    nudges,
    one_on_ones,
    retention,
    rituals,
    shadowing,
    shoutouts,
    spikes,
    tickets,
    visits,
    webhooks,
)

CHORES: list[WorkspaceJob] = [*retention.CHORES, *nudges.CHORES, *home.CHORES, *tickets.CHORES]
RECURRING = [
    *shoutouts.TIMETABLE, *one_on_ones.TIMETABLE, *shadowing.TIMETABLE, *rituals.TIMETABLE, *visits.TIMETABLE,
    *birthdays.TIMETABLE, *fun_tank.TIMETABLE,
]  # fmt: skip
"""What every team has, whether it wants to or not; its rituals it chooses itself."""
JOBS: list[AnyJob] = [
    *RECURRING,
    *CHORES,
    *shoutouts.JOBS,
    *one_on_ones.JOBS,
    *shadowing.JOBS,
    *visits.JOBS,
    *rituals.JOBS,
    *spikes.JOBS,
    *tickets.JOBS,
    *webhooks.JOBS,
    *celebrations.JOBS,
    *birthdays.JOBS,
]

recurring_jobs.register(RECURRING, CHORES)
