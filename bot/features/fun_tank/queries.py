"""Queries on a fun tank: its level, recent movements, and its level in past weeks. Nobody is named."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import NamedTuple

from sqlalchemy import bindparam, case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.fun_tank.ledger import local_day
from bot.features.fun_tank.models import Movement, Tank
from bot.features.fun_tank.rules import RATES, Cause, Moved, clamp
from bot.org.teams.models import Team

GAUGE_PERIOD = timedelta(days=7)
WEEKS = 8


class Point(NamedTuple):
    day: date
    level: int
    """The level at the end of the day."""


@dataclass(frozen=True)
class Gauge:
    """A team's fun tank as everybody in the team may see it."""

    team: Team
    level: int
    moved: dict[Cause, Moved]
    """Movements of the last seven days, by cause."""
    weeks: list[Point]
    """Weekly points up to today, from the start of the tank at the earliest."""


async def fetch_level(session: AsyncSession, team: Team) -> int:
    """Return the level of a team's fun tank, or the start level if the tank has no row yet."""
    tank = await session.get(Tank, team.id)
    return tank.level if tank else RATES[Cause.START].amount


async def fetch_levels(session: AsyncSession, teams: Collection[Team]) -> dict[int, int]:
    """Return the levels of these teams' fun tanks, by team id, leaving out tanks without a row."""
    theirs = await session.execute(_LEVELS, {"team_ids": list({team.id for team in teams})})
    return {row.team_id: row.level for row in theirs}


_LEVELS = select(Tank.team_id, Tank.level).where(Tank.team_id.in_(bindparam("team_ids", expanding=True)))
"""Built once at import, because every nudge check executes it."""


async def fetch_gauge(session: AsyncSession, team: Team, *, now: datetime) -> Gauge:
    at = await fetch_level(session, team)
    return Gauge(
        team,
        at,
        await recent_movements(session, team, now=now),
        await _weekly_levels(session, team, at, local_day(team, now)),
    )


async def recent_movements(session: AsyncSession, team: Team, *, now: datetime) -> dict[Cause, Moved]:
    """Return how much each cause moved a fun tank in the last seven days, leaving out reversed movements."""
    return (await find_recent_movements(session, [team], now=now))[team.id]


async def find_recent_movements(
    session: AsyncSession, teams: Collection[Team], *, now: datetime
) -> dict[int, dict[Cause, Moved]]:
    """Return the recent movements of each of these teams' fun tanks, by team id, with one query for each local day."""
    found: dict[int, dict[Cause, Moved]] = {team.id: {} for team in teams}
    times = func.sum(case((Movement.turn % 2 == 0, 1), else_=-1))
    for day in {local_day(team, now) for team in teams}:
        theirs = select(Movement.team_id, Movement.cause, times, func.sum(Movement.amount)).where(
            Movement.team_id.in_({team.id for team in teams if local_day(team, now) == day}),
            Movement.moved_on > day - GAUGE_PERIOD,
            Movement.cause != Cause.START,
        )
        for team_id, cause, many, by in await session.execute(theirs.group_by(Movement.team_id, Movement.cause)):
            if many > 0 or by:
                found[team_id][Cause(cause)] = Moved(many, by)
    return found


async def _weekly_levels(session: AsyncSession, team: Team, at: int, day: date) -> list[Point]:
    """Return weekly levels, computed backwards: the level on a day is today's without all later movements."""
    began = await session.scalar(
        select(Movement.moved_on).where(Movement.team_id == team.id, Movement.cause == Cause.START)
    )
    lately = select(Movement.moved_on, func.sum(Movement.amount)).where(
        Movement.team_id == team.id, Movement.moved_on > day - WEEKS * GAUGE_PERIOD, Movement.cause != Cause.START
    )
    moved = {row[0]: row[1] for row in await session.execute(lately.group_by(Movement.moved_on))}
    days = [day - weeks * GAUGE_PERIOD for weeks in range(WEEKS, -1, -1)]
    points = [Point(each, at - sum(by for on, by in moved.items() if on > each)) for each in days]
    return [Point(each, clamp(then)) for each, then in points if began and each >= began]
