"""What every team and workspace has at its times, and what of it comes next."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages.setup import Told
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler import scheduler
from bot.scheduler.jobs import RecurringJob, WorkspaceJob
from bot.workflows import nudges
from bot.workflows.rituals import plans

PREVIEW_PERIOD = timedelta(days=14)
RECURRING: list[RecurringJob] = []
"""What every team has, whether it wants to or not; its rituals it chooses itself."""
CHORES: list[WorkspaceJob] = []
"""What every workspace has."""


def register(recurring: Iterable[RecurringJob], chores: Iterable[WorkspaceJob]) -> None:
    """Take what `schedules/registry.py` has collected: jobs stand above workflows."""
    RECURRING[:], CHORES[:] = recurring, chores


async def plan_jobs(session: AsyncSession, teams: Sequence[Team], *, now: datetime) -> None:
    """Give teams what every team has; those they have stay as they are."""
    await scheduler.plan(session, teams, RECURRING, now=now)


async def replan_jobs(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """A team's settings have changed: what it can move or turn off comes as they say by now."""
    await scheduler.replan(session, team, RECURRING, now=now)


async def upcoming(session: AsyncSession, team: Team, *, now: datetime) -> list[tuple[datetime, Told]]:
    """What a team hears by itself in the next two weeks, at those very instants."""
    until = now + PREVIEW_PERIOD
    found: list[tuple[datetime, Told]] = []
    found += await scheduler.upcoming(session, team, RECURRING, now=now, until=until)
    found += await plans.upcoming(session, team, now=now, until=until)
    return sorted(found, key=lambda each: each[0])


async def plan_workspace_jobs(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Give a workspace what it does daily, and its leaders their mornings."""
    await scheduler.plan_workspace_jobs(session, workspace, CHORES, now=now)
    await nudges.enroll_leaders(session, workspace.id, now=now)
