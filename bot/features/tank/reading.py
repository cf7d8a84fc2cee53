"""Looking at a tank: its level, what moved it lately, and how it stood in the weeks before. Nobody is in it."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.tank.causes import RATES, Cause, clamped
from bot.features.tank.moving import today
from bot.features.tank.tables import Movement, Tank
from bot.teams.tables import Team

A_WEEK = timedelta(days=7)
WEEKS = 8


class Moved(NamedTuple):
    """What one cause came to."""

    times: int
    amount: int


class Point(NamedTuple):
    day: date
    level: int
    """As the day ended."""


@dataclass(frozen=True)
class Gauge:
    """A team's tank, as everybody in the team may see it."""

    team: Team
    level: int
    moved: dict[Cause, Moved]
    """In the last seven days."""
    weeks: list[Point]
    """A week apart, the last one today; no further back than it goes."""


async def level(session: AsyncSession, team: Team) -> int:
    """A tank that nothing has moved yet is as it begins."""
    tank = await session.get(Tank, team.id)
    return tank.level if tank else RATES[Cause.START].amount


async def levels(session: AsyncSession, teams: Collection[Team]) -> dict[int, int]:
    """By team, of those that something has moved."""
    theirs = select(Tank.team_id, Tank.level).where(Tank.team_id.in_({team.id for team in teams}))
    return {row.team_id: row.level for row in await session.execute(theirs)}


async def gauge(session: AsyncSession, team: Team, *, now: datetime) -> Gauge:
    at = await level(session, team)
    return Gauge(team, at, await lately(session, team, now=now), await _weeks(session, team, at, today(team, now)))


async def lately(session: AsyncSession, team: Team, *, now: datetime) -> dict[Cause, Moved]:
    """What each cause came to in the last seven days; what was taken back is not in it."""
    times = func.sum(case((Movement.turn % 2 == 0, 1), else_=-1))
    theirs = select(Movement.cause, times, func.sum(Movement.amount)).where(
        Movement.team_id == team.id, Movement.moved_on > today(team, now) - A_WEEK, Movement.cause != Cause.START
    )
    found = {
        Cause(cause): Moved(many, by) for cause, many, by in await session.execute(theirs.group_by(Movement.cause))
    }
    return {cause: moved for cause, moved in found.items() if moved.times > 0 or moved.amount}


async def _weeks(session: AsyncSession, team: Team, at: int, day: date) -> list[Point]:
    """Back from the level of today: the level of a day is this one without all that came later."""
    began = await session.scalar(
        select(Movement.moved_on).where(Movement.team_id == team.id, Movement.cause == Cause.START)
    )
    lately = select(Movement.moved_on, func.sum(Movement.amount)).where(
        Movement.team_id == team.id, Movement.moved_on > day - WEEKS * A_WEEK, Movement.cause != Cause.START
    )
    moved = {row[0]: row[1] for row in await session.execute(lately.group_by(Movement.moved_on))}
    days = [day - weeks * A_WEEK for weeks in range(WEEKS, -1, -1)]
    points = [Point(each, at - sum(by for on, by in moved.items() if on > each)) for each in days]
    return [Point(each, clamped(then)) for each, then in points if began and each >= began]
