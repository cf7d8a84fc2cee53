"""What schedules/ declares: jobs that are put, rituals that every team has, chores that every workspace has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NewType

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.models import Occurrence
from bot.scheduler.recurrence import When

JobFunction = Callable[[AsyncSession, Team, Occurrence], Awaitable[None]]
Chosen = Callable[[Team], When | None] | None
WorkspaceJobFunction = Callable[[AsyncSession, Workspace, Occurrence], Awaitable[None]]


JobName = NewType("JobName", str)
"""By which a job is put: its module in `schedules/` and its function, such as `shoutouts.give_kept`."""


@dataclass(frozen=True)
class Job:
    """A job that handlers and other jobs put into the timetable, by name."""

    run: JobFunction

    @property
    def name(self) -> JobName:
        return _name(self.run)


@dataclass(frozen=True)
class RecurringJob(Job):
    """A job that every team has, at a local time of its own zone."""

    title: str
    """What the team calls it, when it has to hear that it was missed."""
    rule: str
    """The RRULE, such as `FREQ=WEEKLY;BYDAY=FR`."""
    at: time
    late: timedelta
    told: str
    """What it does, as a preview tells it; nothing for one that only looks whether there is something to say."""
    waits: bool = True
    """On a day off it is said at the team's next good moment; one that does not wait is left out that day."""
    chosen: Chosen = None
    """When a team's settings have it come, None for never; without it every team has it by `rule` and `at`."""

    def when(self, team: Team) -> When | None:
        return self.chosen(team) if self.chosen else When(self.rule, self.at)

    def moment(self, team: Team, at: datetime) -> datetime | None:
        """When what is due at an instant is said; None when it is left out."""
        routine = working_hours.team_hours(team)
        return moment.next_good(routine, at) if self.waits or moment.works_on(routine, at) else None


@dataclass(frozen=True)
class WorkspaceJob:
    """A job that every workspace has, daily at a time in UTC; no team hears of it.

    Days that were missed are not made up.
    """

    run: WorkspaceJobFunction
    at: time
    late: timedelta = timedelta(days=1)

    @property
    def name(self) -> JobName:
        return _name(self.run)


def weekly(
    day: str, at: time, run: JobFunction, *, title: str, told: str, late: timedelta, chosen: Chosen = None
) -> RecurringJob:
    return RecurringJob(run, title, f"FREQ=WEEKLY;BYDAY={day}", at, late, told, chosen=chosen)


def daily(at: time, run: JobFunction, *, title: str, told: str, late: timedelta, chosen: Chosen = None) -> RecurringJob:
    """On each day that the team works."""
    return RecurringJob(run, title, "FREQ=DAILY", at, late, told, waits=False, chosen=chosen)


AnyJob = Job | WorkspaceJob


def _name(run: Callable[..., Any]) -> JobName:
    """`shoutouts.post_round_up`: the module's last word and the function's."""
    return JobName(f"{run.__module__.rpartition('.')[2]}.{run.__name__}")
