"""The fun tank's ledger: its level and movements, written in one transaction under a lock on the tank's row."""

import secrets
from collections import defaultdict
from collections.abc import Collection
from datetime import date, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from sqlalchemy import ScalarResult, bindparam, delete, func, select
from sqlalchemy import insert as insert_row
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Private, table
from bot.db.sessions import insert
from bot.features.fun_tank.models import Movement, PrivateEntry, Tank
from bot.features.fun_tank.rules import MIN_PEOPLE, RATES, Cause, cap_for_day, daily_drain
from bot.features.fun_tank.settings import Settings
from bot.org.people import pseudonym
from bot.org.teams.models import Team

SUMMING_PERIOD = timedelta(days=7)


class PrivateAmount(NamedTuple):
    """A private change of a fun tank's level, and a keyed hash of the person it concerns."""

    amount: int
    whose: str


async def record_movement(
    session: AsyncSession,
    team: Team,
    cause: Cause,
    *,
    about: str,
    now: datetime,
    amount: int | None = None,
    person_pseudonym: str = "",
) -> None:
    """Record a change of a fun tank's level, once for each `cause` and `about`.

    Private amounts wait for the weekly sum, which needs amounts from three or more people. `person_pseudonym` is
    that of the person whom a private amount concerns; only a keyed hash of it is stored.
    """
    tank, rate, day = await lock_tank(session, team, now=now), RATES[cause], local_day(team, now)
    wanted = rate.amount if amount is None else amount
    if rate.is_private:
        if not tank.key:
            await _create_key(session, tank)
        await _save_private(session, team, cause, about, wanted, day, pseudonym(person_pseudonym, key=tank.key))
        return
    turns, used, _ = await _find_totals(session, team, cause, about, day)
    if turns % 2 == 0:
        await _write_movement(session, team, tank, cause, about, cap_for_day(rate, wanted, used), now, turn=turns)


async def record_movements(
    session: AsyncSession, team: Team, cause: Cause, abouts: Collection[str], *, now: datetime
) -> None:
    """Record several changes of a fun tank's level by one public cause with few statements; see `record_movement`."""
    tank, rate, day = await lock_tank(session, team, now=now), RATES[cause], local_day(team, now)
    whose = {"workspace_id": team.workspace_id, "team_id": team.id, "moved_on": day, "moved_at": now}
    turns = dict((await session.execute(_TURNS, {"team_id": team.id, "cause": cause, "abouts": sorted(abouts)})).all())
    used, rows = await session.scalar(_USED, {"team_id": team.id, "cause": cause, "day": day}) or 0, []
    for about in abouts:
        if (turn := turns.get(about, 0)) % 2 == 0:
            moved = tank.shift(cap_for_day(rate, rate.amount, used), high=Settings.of(team).high)
            used += moved
            rows.append({**whose, "cause": cause, "about": about, "turn": turn, "amount": moved})
    if rows:
        await session.execute(_WRITE, rows)


async def _create_key(session: AsyncSession, tank: Tank) -> None:
    """Create the key of a tank's private entries, and rehash entries that an earlier version wrote without a key."""
    tank.key = Private(secrets.token_hex())
    for entry in await session.scalars(select(PrivateEntry).where(PrivateEntry.team_id == tank.team_id)):
        entry.whose = pseudonym(entry.whose, key=tank.key)


async def reverse_movement(session: AsyncSession, team: Team, cause: Cause, *, about: str, now: datetime) -> None:
    """Reverse a movement: change the fun tank's level back by the amount that was actually applied, within its limits.

    If the amount is private, its entry is deleted.
    """
    tank = await lock_tank(session, team, now=now)
    if RATES[cause].is_private:
        its = delete(PrivateEntry).where(
            PrivateEntry.team_id == team.id, PrivateEntry.cause == cause, PrivateEntry.about == about
        )
        await session.execute(its)
        return
    turns, _, stands = await _find_totals(session, team, cause, about, local_day(team, now))
    if turns % 2:
        await _write_movement(session, team, tank, cause, about, -stands, now, turn=turns)


async def drain_for_workday(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Lower the level of a team's fun tank at the start of a working day."""
    tank, day = await lock_tank(session, team, now=now), local_day(team, now)
    filled = select(Movement.id).where(
        Movement.team_id == team.id, Movement.moved_on > day - SUMMING_PERIOD, Movement.amount > 0,
        Movement.turn % 2 == 0, Movement.cause != Cause.START,
    )  # fmt: skip
    is_filled = await session.scalar(filled.limit(1)) is not None
    amount = daily_drain(tank.level, Settings.of(team).drain, is_filled=is_filled)
    await record_movement(session, team, Cause.DRAIN, about=f"{day}", now=now, amount=amount)


async def sum_up_weeks(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Add the private amounts of each past week to the fun tank as one sum, if they come from enough people.

    Otherwise they wait for one more week, and are then deleted.
    """
    tank, this = await lock_tank(session, team, now=now), monday_of(local_day(team, now))
    over = (PrivateEntry.team_id == team.id, PrivateEntry.happened_on < this)
    weeks: dict[date, list[PrivateAmount]] = defaultdict(list)
    for day, amount, whose in await session.execute(
        select(PrivateEntry.happened_on, PrivateEntry.amount, PrivateEntry.whose).where(*over)
    ):
        weeks[monday_of(day)].append(PrivateAmount(amount, whose))
    waits = False
    for week in sorted(weeks):
        known = weeks[week] + (weeks.get(week - SUMMING_PERIOD, []) if waits else [])
        waits = len({each.whose for each in known}) < MIN_PEOPLE
        if not waits:
            await _write_movement(
                session, team, tank, Cause.PRIVATE, f"{week}", sum(each.amount for each in known), now
            )
    kept = PrivateEntry.happened_on >= this - SUMMING_PERIOD
    await session.execute(delete(PrivateEntry).where(*over, ~kept) if waits else delete(PrivateEntry).where(*over))
    if not await session.scalar(select(PrivateEntry.team_id).where(PrivateEntry.team_id == team.id).limit(1)):
        tank.key = ""


async def claim_full_notice(session: AsyncSession, team: Team) -> bool:
    """Return whether to tell the team now that its fun tank is full; True only once. Lock the tank first."""
    tank = await session.get(Tank, team.id)
    if tank is None or not tank.is_news:
        return False
    tank.is_news = False
    return Settings.of(team).is_told


async def lock_tank(session: AsyncSession, team: Team, *, now: datetime) -> Tank:
    """Lock and return a team's fun tank; create its row if needed."""
    if locked := (await _lock_existing(session, team)).one_or_none():
        return locked
    await _create_tank(session, team, now)
    return (await _lock_existing(session, team)).one()


async def _lock_existing(session: AsyncSession, team: Team) -> ScalarResult[Tank]:
    return await session.scalars(_LOCKED, {"team_id": team.id}, execution_options={"populate_existing": True})


async def _create_tank(session: AsyncSession, team: Team, now: datetime) -> None:
    start = RATES[Cause.START].amount
    row = {
        "team_id": team.id,
        "workspace_id": team.workspace_id,
        "level": start,
        "is_full": False,
        "is_news": False,
        "key": "",
    }
    made = insert(session, Tank).values(row).on_conflict_do_nothing().returning(Tank.team_id)
    if (await session.execute(made)).first():
        day = local_day(team, now)
        session.add(Movement(team.workspace_id, team.id, Cause.START, "", 0, start, moved_on=day, moved_at=now))


async def _write_movement(
    session: AsyncSession, team: Team, tank: Tank, cause: Cause, about: str, by: int, now: datetime, *, turn: int = 0
) -> None:
    moved = tank.shift(by, high=Settings.of(team).high)
    whose = {"workspace_id": team.workspace_id, "team_id": team.id}
    said = {"cause": cause, "about": about, "turn": turn, "amount": moved}
    await session.execute(_WRITE, {**whose, **said, "moved_on": local_day(team, now), "moved_at": now})


async def _save_private(
    session: AsyncSession, team: Team, cause: Cause, about: str, wanted: int, day: date, whose: str
) -> None:
    same = select(func.coalesce(func.sum(PrivateEntry.amount), 0)).where(
        PrivateEntry.team_id == team.id, PrivateEntry.cause == cause, PrivateEntry.happened_on == day
    )
    amount = cap_for_day(RATES[cause], wanted, await session.scalar(same) or 0)
    row = {
        "team_id": team.id, "workspace_id": team.workspace_id, "cause": cause, "about": about, "amount": amount,
        "happened_on": day, "whose": whose,
    }  # fmt: skip
    await session.execute(insert(session, PrivateEntry).values(row).on_conflict_do_nothing())


async def _find_totals(session: AsyncSession, team: Team, cause: Cause, about: str, day: date) -> tuple[int, int, int]:
    """Return how many times an entry was made or reversed, its cause's total that day, and its net change."""
    asked = {"team_id": team.id, "cause": cause, "about": about, "day": day}
    turns, used, stands = (await session.execute(_SO_FAR, asked)).one()
    return turns, used, stands


def local_day(team: Team, now: datetime) -> date:
    """Return the current date in the team's zone."""
    return now.astimezone(ZoneInfo(team.zone)).date()


def monday_of(day: date) -> date:
    return day - timedelta(days=day.weekday())


_LOCKED = locks.for_update(select(Tank).where(Tank.team_id == bindparam("team_id")), Tank)
_WRITE = insert_row(table(Movement))
_OF_TEAM, _OF_CAUSE = Movement.team_id == bindparam("team_id"), Movement.cause == bindparam("cause")
_THIS = (_OF_TEAM, _OF_CAUSE, Movement.about == bindparam("about"))
_OF_DAY = func.sum(Movement.amount).filter(_OF_CAUSE)
_SO_FAR = select(
    select(func.count()).where(*_THIS).scalar_subquery(),
    select(func.coalesce(_OF_DAY, 0)).where(_OF_TEAM, Movement.moved_on == bindparam("day")).scalar_subquery(),
    select(func.coalesce(func.sum(Movement.amount), 0)).where(*_THIS).scalar_subquery(),
)
"""Built once, at import, because every movement waits for this query."""
_TURNS = (
    select(Movement.about, func.count())
    .where(_OF_TEAM, _OF_CAUSE, Movement.about.in_(bindparam("abouts", expanding=True)))
    .group_by(Movement.about)
)
_USED = select(func.sum(Movement.amount)).where(_OF_TEAM, _OF_CAUSE, Movement.moved_on == bindparam("day"))
