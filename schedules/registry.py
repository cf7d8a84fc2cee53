"""Every job there is, and what a new team or workspace begins with."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Workspace
from bot.teams.tables import Team
from bot.timetable import timetable
from bot.timetable.jobs import AnyJob, Chore
from schedules import (
    celebrations,
    coffee,
    home,
    hooks,
    nudges,
    occasions,
    oneonones,
    recurring,
    ritual_answers,
    rituals,
    shadowing,
    shoutouts,
    spike_asks,
    spikes,
    stints,
    tickets,
    upkeep,
    visits,
)

CHORES: list[Chore] = [*upkeep.CHORES, *nudges.CHORES, *home.CHORES, *tickets.CHORES]
JOBS: list[AnyJob] = [
    *recurring.RECURRING,
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


async def begin(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """All that a new team needs: its rituals, who meets whom, and its leaders' mornings."""
    await recurring.plan(session, [team], now=now)
    await rituals.begin(session, team, now=now)
    await oneonones.pair(session, team, now=now)
    await nudges.greet(session, team.workspace_id, now=now)


async def plan_chores(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Give a workspace what it does daily, and its leaders their mornings."""
    await timetable.plan_chores(session, workspace, CHORES, now=now)
    await nudges.greet(session, workspace.id, now=now)
