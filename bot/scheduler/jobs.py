"""What can be scheduled: functions of `schedules/` by their names, and when those come that everybody has."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, NewType

from sqlalchemy.ext.asyncio import AsyncSession

from bot.org.availability import moment, working_hours
from bot.org.teams.models import Team
from bot.scheduler.models import Occurrence
from bot.scheduler.recurrence import When

JobFunction = Callable[[AsyncSession, Any, Occurrence], Awaitable[None]]
"""Given the team, or the workspace where the job is of a whole workspace."""
Chosen = Callable[[Team], When | None] | None
JobName = NewType("JobName", str)
"""By which a job is scheduled: its module in `schedules/` and its function, such as `shoutouts.give_kept`."""


@dataclass(frozen=True)
class Job:
    """What is run for each occurrence, in the transaction that moves the scheduled job on."""

    run: JobFunction

    @property
    def name(self) -> JobName:
        """`shoutouts.post_round_up`: the module's last word and the function's."""
        return JobName(f"{self.run.__module__.rpartition('.')[2]}.{self.run.__name__}")


@dataclass(frozen=True)
class RecurringJob:
    """When a job comes that every team has, at a local time of its own zone."""

    name: JobName
    title: str
    """What the team calls it, when it has to hear that it was missed."""
    rule: str
    """The RRULE, such as `FREQ=WEEKLY;BYDAY=FR`."""
    at: time
    late: timedelta
    told: str = ""
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
    """When a job comes that every workspace has, daily at a time in UTC; no team hears of it.

    Days that were missed are not made up.
    """

    name: JobName
    at: time
    late: timedelta = timedelta(days=1)


def weekly(
    day: str, at: time, name: JobName, *, title: str, late: timedelta, told: str = "", chosen: Chosen = None
) -> RecurringJob:
    return RecurringJob(name, title, f"FREQ=WEEKLY;BYDAY={day}", at, late, told, chosen=chosen)


def daily(
    at: time, name: JobName, *, title: str, late: timedelta, told: str = "", chosen: Chosen = None
) -> RecurringJob:
    """On each day that the team works."""
    return RecurringJob(name, title, "FREQ=DAILY", at, late, told, waits=False, chosen=chosen)
