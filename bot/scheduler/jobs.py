"""Job definitions: the functions in `schedules/` by name, and the schedules of jobs for every team or workspace."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NewType

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.availability import good_moments, working_hours
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.scheduler.recurrence import When

JobFunction = Callable[[AsyncSession, Any, Occurrence], Awaitable[None]]
"""Called with the session, the team (or the workspace, for a workspace job) and the occurrence."""
Chosen = Callable[[Team], When | None] | None
JobName = NewType("JobName", str)
"""The name by which a job is scheduled: its module in `schedules/` and its function, as in `shoutouts.give_kept`."""


@dataclass(frozen=True)
class Job:
    """A function that runs for each occurrence, in the same transaction that reschedules the job."""

    run: JobFunction

    @property
    def name(self) -> JobName:
        """The last part of the module's name and the function's name: `shoutouts.post_round_up`."""
        return JobName(f"{self.run.__module__.rpartition('.')[2]}.{self.run.__name__}")


@dataclass(frozen=True)
class RecurringJob:
    """The schedule of a job that every team has, at a local time in the team's time zone."""

    name: JobName
    title: str
    """The title in the message to the team when an occurrence was missed."""
    rule: str
    """The RRULE, such as `FREQ=WEEKLY;BYDAY=FR`."""
    at: time
    late: timedelta
    told: str = ""
    """What the job does, for the preview of upcoming posts; empty for a job that is not listed there."""
    waits: bool = True
    """Whether an occurrence on a day off is posted at the team's next good moment; otherwise it is skipped."""
    chosen: Chosen = None
    """Returns the schedule from a team's settings, or None if the job is off; by default `rule` and `at` apply."""

    def when(self, team: Team) -> When | None:
        return self.chosen(team) if self.chosen else When(self.rule, self.at)

    def find_posting_time(self, team: Team, at: datetime) -> datetime | None:
        """Return when the job posts if it is due at `at`, or None if it then posts nothing."""
        routine = working_hours.team_hours(team)
        return (
            good_moments.next_good_moment(routine, at)
            if self.waits or good_moments.is_on_working_day(routine, at)
            else None
        )


@dataclass(frozen=True)
class WorkspaceJob:
    """The schedule of a job that every workspace has, daily at a time in UTC. A failure is not posted to any team.

    Missed days are not caught up.
    """

    name: JobName
    at: time
    late: timedelta = timedelta(days=1)
    runs_parked: bool = False
    """Whether it also runs while the workspace is parked."""


def weekly(
    day: str, at: time, name: JobName, *, title: str, late: timedelta, told: str = "", chosen: Chosen = None
) -> RecurringJob:
    return RecurringJob(name, title, f"FREQ=WEEKLY;BYDAY={day}", at, late, told, chosen=chosen)


def daily(
    at: time, name: JobName, *, title: str, late: timedelta, told: str = "", chosen: Chosen = None
) -> RecurringJob:
    """Return a job that runs on each working day of the team."""
    return RecurringJob(name, title, "FREQ=DAILY", at, late, told, waits=False, chosen=chosen)
