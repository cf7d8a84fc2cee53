"""What every team has at its times, and what of it comes next."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy.ext.asyncio import AsyncSession

from bot.messages.setup import Told
from bot.teams.tables import Team
from bot.timetable import timetable
from schedules import occasions, oneonones, rituals, shadowing, shoutouts, tank, visits

TWO_WEEKS = timedelta(days=14)
RECURRING = [
    *shoutouts.TIMETABLE, *oneonones.TIMETABLE, *shadowing.TIMETABLE, *rituals.TIMETABLE, *visits.TIMETABLE,
    *occasions.TIMETABLE, *tank.TIMETABLE,
]  # fmt: skip
"""What every team has, whether it wants to or not; its rituals it chooses itself."""


async def plan(session: AsyncSession, teams: Sequence[Team], *, now: datetime) -> None:
    """Give teams what every team has; those they have stay as they are."""
    await timetable.plan(session, teams, RECURRING, now=now)


async def replan(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """A team's settings have changed: what it can move or turn off comes as they say by now."""
    await timetable.replan(session, team, RECURRING, now=now)


async def coming(session: AsyncSession, team: Team, *, now: datetime) -> list[tuple[datetime, Told]]:
    """What a team hears by itself in the next two weeks, at those very instants."""
    until = now + TWO_WEEKS
    found: list[tuple[datetime, Told]] = []
    found += await timetable.coming(session, team, RECURRING, now=now, until=until)
    found += await rituals.coming(session, team, now=now, until=until)
    return sorted(found, key=lambda each: each[0])
