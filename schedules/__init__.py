"""What the clock asks: one module of jobs a feature."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot import timetable
from bot.directory import Workspace
from bot.messages.setup import Told
from bot.teams import Team
from bot.timetable import AnyJob
from schedules import (
    celebrations,
    coffee,
    home,
    hooks,
    nudges,
    occasions,
    oneonones,
    ritual_answers,
    rituals,
    shadowing,
    shoutouts,
    spike_asks,
    spikes,
    stints,
    tank,
    tickets,
    upkeep,
    visits,
)

RECURRING = [
    *shoutouts.TIMETABLE, *oneonones.TIMETABLE, *shadowing.TIMETABLE, *rituals.TIMETABLE, *visits.TIMETABLE,
    *occasions.TIMETABLE, *tank.TIMETABLE,
]  # fmt: skip
"""What every team has, whether it wants to or not; its rituals it chooses itself."""
CHORES = [*upkeep.CHORES, *nudges.CHORES, *home.CHORES, *tickets.CHORES]
JOBS: list[AnyJob] = [
    *RECURRING,
    *CHORES,
    *shoutouts.JOBS,
    *oneonones.JOBS,
    *shadowing.JOBS,
    *visits.JOBS,
    *rituals.JOBS,
    *ritual_answers.JOBS,
    *coffee.JOBS,
    *spikes.JOBS,
    *spike_asks.JOBS,
    *stints.JOBS,
    *tickets.JOBS,
    *hooks.JOBS,
    *celebrations.JOBS,
    *occasions.JOBS,
]

TWO_WEEKS = timedelta(days=14)


async def plan(session: AsyncSession, teams: Sequence[Team], *, now: datetime) -> None:
    """Give teams what every team has; those they have stay as they are."""
    await timetable.plan(session, teams, RECURRING, now=now)


async def replan(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """A team's settings have changed: what it can move or turn off comes as they say by now."""
    await timetable.replan(session, team, RECURRING, now=now)


async def begin(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """All that a new team needs: its rituals, who meets whom, and its leaders' mornings."""
    await plan(session, [team], now=now)
    await rituals.begin(session, team, now=now)
    await oneonones.pair(session, team, now=now)
    await nudges.greet(session, team.workspace_id, now=now)


async def coming(session: AsyncSession, team: Team, *, now: datetime) -> list[tuple[datetime, Told]]:
    """What a team hears by itself in the next two weeks, at those very instants."""
    until = now + TWO_WEEKS
    found: list[tuple[datetime, Told]] = []
    found += await timetable.coming(session, team, RECURRING, now=now, until=until)
    found += await rituals.coming(session, team, now=now, until=until)
    return sorted(found, key=lambda each: each[0])


async def plan_chores(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Give a workspace what it does daily, and its leaders their mornings."""
    await timetable.plan_chores(session, workspace, CHORES, now=now)
    await nudges.greet(session, workspace.id, now=now)
