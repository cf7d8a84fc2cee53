"""What the clock asks: one module of jobs a feature."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import timetable
from bot.directory import Workspace
from bot.teams import Team
from bot.timetable import AnyJob, Ritual
from schedules import (
    home,
    hooks,
    nudges,
    oneonones,
    shadowing,
    shoutouts,
    spike_asks,
    spikes,
    stints,
    tank,
    tickets,
    upkeep,
)

RITUALS = [*shoutouts.TIMETABLE, *oneonones.TIMETABLE, *shadowing.TIMETABLE, *tank.TIMETABLE]
CHORES = [*upkeep.CHORES, *nudges.CHORES, *home.CHORES, *tickets.CHORES]
JOBS: list[AnyJob] = [
    *RITUALS,
    *CHORES,
    *shoutouts.JOBS,
    *oneonones.JOBS,
    *shadowing.JOBS,
    *spikes.JOBS,
    *spike_asks.JOBS,
    *stints.JOBS,
    *tickets.JOBS,
    *hooks.JOBS,
]

TWO_WEEKS = timedelta(days=14)


async def plan(session: AsyncSession, teams: Sequence[Team], *, now: datetime) -> None:
    """Give teams every ritual; those they have stay as they are."""
    await timetable.plan(session, teams, RITUALS, now=now)


async def begin(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """All that a new team needs: its rituals, who meets whom, and its leaders' mornings."""
    await plan(session, [team], now=now)
    await oneonones.pair(session, team, now=now)
    await nudges.greet(session, team.workspace_id, now=now)


async def coming(session: AsyncSession, team: Team, *, now: datetime) -> list[tuple[datetime, Ritual]]:
    """What a team hears by itself in the next two weeks, at those very instants."""
    return await timetable.coming(session, team, RITUALS, now=now, until=now + TWO_WEEKS)


async def plan_chores(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Give a workspace what it does daily, and its leaders their mornings."""
    await timetable.plan_chores(session, workspace, CHORES, now=now)
    await nudges.greet(session, workspace.id, now=now)
