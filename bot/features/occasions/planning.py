"""Which birthdays and anniversaries come in a team, looked at every day and whenever somebody changes their own."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.database import insert
from bot.directory import Person
from bot.features.occasions.days import coming, in_year, moment
from bot.features.occasions.settings import Own, Wish
from bot.features.occasions.tables import Kind, Occasion
from bot.teams.tables import Member, Team

AHEAD = timedelta(days=28)
"""Longer than any card is signed, and than any outage should last."""
BACK = timedelta(days=10)
"""A day off may lie so far behind, and what is kept for it still come."""


async def plan(session: AsyncSession, team: Team, ids: Iterable[str], *, now: datetime) -> list[Occasion]:
    """What comes for these members of a team, each with when; what is wished no more is taken out."""
    people = await directory.people(session, team.workspace_id, sorted(ids))
    homes = await _homes(session, team, [each.id for each in people.values() if _has_private(each)])
    rows = [
        row
        for person in people.values()
        for kind in Kind
        if _is_kept_here(person, kind, team, homes)
        for row in _rows(team, person, kind, now)
    ]
    if rows:
        await session.execute(insert(session, Occasion).on_conflict_do_nothing(), rows)
    theirs = await _to_come(session, team, people)
    kept = [each for each in theirs if _bring_up_to_date(team, people[each.person_id], each, homes, now)]
    for each in theirs:
        if each not in kept:
            await session.delete(each)
    return kept


def _rows(team: Team, person: Person, kind: Kind, now: datetime) -> list[dict[str, object]]:
    own, today = Own.of(person), now.astimezone(ZoneInfo(team.zone)).date()
    first = own.date_of(kind)
    days = coming(kind, first, today - BACK, today + AHEAD) if first else ()
    moments = [(day, moment(team, person, own.wish(kind), day)) for day in days]
    return [
        {
            "workspace_id": team.workspace_id, "team_id": team.id, "person_id": person.id, "kind": kind,
            "year": day.year, "day": day, "due_at": at,
        }
        for day, at in moments
        if at and _date(at, person, team, own.wish(kind)) >= _date(now, person, team, own.wish(kind))
    ]  # fmt: skip


def _date(at: datetime, person: Person, team: Team, wish: Wish) -> date:
    return at.astimezone(ZoneInfo(team.zone if wish is Wish.PUBLIC else person.zone)).date()


async def _to_come(session: AsyncSession, team: Team, ids: Iterable[str]) -> Sequence[Occasion]:
    theirs = select(Occasion).where(
        Occasion.team_id == team.id, Occasion.person_id.in_(sorted(ids)), Occasion.given_at.is_(None)
    )
    found = theirs.order_by(Occasion.id).with_for_update()
    return (await session.scalars(found, execution_options={"populate_existing": True})).all()


def _bring_up_to_date(team: Team, person: Person, occasion: Occasion, homes: dict[str, int], now: datetime) -> bool:
    """Have it as its person says now; False when they want it no more, or have just named a day that has passed."""
    kind, own = Kind(occasion.kind), Own.of(person)
    wish, first = own.wish(kind), own.date_of(kind)
    if first is None or not _is_kept_here(person, kind, team, homes):
        return False
    day = in_year(first, occasion.year)
    at = moment(team, person, wish, day)
    is_moved = day != occasion.day
    if at is None or (is_moved and _date(at, person, team, wish) < _date(now, person, team, wish)):
        return False
    if at < now and (at := moment(team, person, wish, day, now)) is None:
        return False
    occasion.day, occasion.due_at = day, at
    if wish is Wish.PRIVATE:
        occasion.opened_at = None
    return True


def _is_kept_here(person: Person, kind: Kind, team: Team, homes: dict[str, int]) -> bool:
    """In public each of their teams keeps it; in private one of them does."""
    match Own.of(person).wish(kind):
        case Wish.PUBLIC:
            return True
        case Wish.PRIVATE:
            return homes.get(person.id) == team.id
        case _:
            return False


def _has_private(person: Person) -> bool:
    return any(Own.of(person).wish(kind) is Wish.PRIVATE for kind in Kind)


async def _homes(session: AsyncSession, team: Team, ids: Sequence[str]) -> dict[str, int]:
    """The team to which each of them came first; a sponsor's first, for who is in none."""
    if not ids:
        return {}
    firsts = select(func.min(Member.id)).where(
        Member.workspace_id == team.workspace_id, Member.user_id.in_(ids), Member.left_at.is_(None)
    )
    theirs = select(Member.user_id, Member.team_id).where(Member.id.in_(firsts.group_by(Member.user_id)))
    sponsored = select(Team.sponsor_id, func.min(Team.id)).where(
        Team.workspace_id == team.workspace_id, Team.sponsor_id.in_(ids)
    )
    found = {row[0]: row[1] for row in await session.execute(sponsored.group_by(Team.sponsor_id)) if row[0]}
    return found | {row.user_id: row.team_id for row in await session.execute(theirs)}
