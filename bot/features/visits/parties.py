"""A visit and its people, as the two of them, and nobody else, get hold of it; and when people go."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.visits.tables import OPEN, State, Visit
from bot.teams import membership
from bot.teams.tables import Role, Team

GONE = "That one is settled already; `/shadow visits` shows what is planned."
LATELY = timedelta(days=14)


@dataclass(frozen=True)
class Party:
    """A team's sponsor and their host."""

    team: Team
    sponsor: Person
    host: Person

    def person(self, id: str) -> Person:
        return self.sponsor if id == self.sponsor.id else self.host

    def other(self, person: Person) -> Person:
        return self.host if person is self.sponsor else self.sponsor

    def must_sponsor(self, person_id: str) -> None:
        if person_id != self.sponsor.id:
            raise UserError("That is for the one who visits to say.")

    def must_host(self, person_id: str) -> None:
        if person_id != self.host.id:
            raise UserError("That is for the host to say.")


async def one(
    session: AsyncSession, workspace_id: str, person_id: str, visit_id: int, *, books: bool = False
) -> tuple[Party, Visit]:
    """A visit and its people, for one of the two alone; nobody else changes it meanwhile.

    Nor does anybody book something with either of them while it `books`.
    """
    visit = await session.get(Visit, visit_id)
    if visit is None or visit.workspace_id != workspace_id:
        raise Passed(GONE)
    if books:
        await directory.hold(session, workspace_id, (visit.sponsor_id, visit.host_id))
    await session.get(Visit, visit_id, with_for_update=True)
    if person_id in visit.passed and person_id != visit.host_id:
        raise Passed(GONE)
    if person_id not in (visit.sponsor_id, visit.host_id):
        raise UserError("That is between the two of them.")
    party = await with_people(session, visit)
    if visit.state in OPEN and await _is_lost(session, party):
        raise Passed(GONE)
    return party, visit


async def with_people(session: AsyncSession, visit: Visit) -> Party:
    people = await directory.people(session, visit.workspace_id, (visit.sponsor_id, visit.host_id))
    return Party(await session.get_one(Team, visit.team_id), people[visit.sponsor_id], people[visit.host_id])


async def open_ones(session: AsyncSession, workspace_id: str, person_id: str) -> Sequence[Visit]:
    """What somebody is asked, has asked or has planned, soonest first."""
    theirs = select(Visit).where(
        Visit.workspace_id == workspace_id,
        or_(Visit.sponsor_id == person_id, Visit.host_id == person_id),
        Visit.state.in_(OPEN),
    )
    return (await session.scalars(theirs.order_by(Visit.starts_at, Visit.id))).all()


async def planned(session: AsyncSession, team_ids: Collection[int]) -> Sequence[Visit]:
    """The visits to teams that have a yes, soonest first."""
    theirs = select(Visit).where(Visit.team_id.in_(team_ids), Visit.state == State.PLANNED)
    return (await session.scalars(theirs.order_by(Visit.starts_at, Visit.id))).all()


async def latest(session: AsyncSession, workspace_id: str, by: str, *, now: datetime) -> Visit | None:
    """The sponsor's latest visit of the last two weeks that has no debrief yet."""
    theirs = select(Visit).where(
        Visit.workspace_id == workspace_id,
        Visit.sponsor_id == by,
        Visit.state.in_([State.PLANNED, State.MISSED]),
        Visit.starts_at > now - LATELY,
        Visit.starts_at <= now,
    )
    return await session.scalar(theirs.order_by(Visit.starts_at.desc(), Visit.id.desc()).limit(1))


async def lost(session: AsyncSession, team: Team) -> list[Visit]:
    """What cannot be, since one of the two is not in their place any more."""
    theirs = select(Visit).where(Visit.team_id == team.id, Visit.state.in_(OPEN))
    visits = (await session.scalars(theirs.order_by(Visit.id).with_for_update())).all()
    roles = {member.user_id: member.role for member in await membership.members(session, team)} if visits else {}
    return [each for each in visits if each.sponsor_id != team.sponsor_id or roles.get(each.host_id) is not Role.AGENT]


async def _is_lost(session: AsyncSession, party: Party) -> bool:
    """Whether one of the two is not in their place any more."""
    host = await membership.member(session, party.team, party.host.id)
    return party.team.sponsor_id != party.sponsor.id or host is None or host.role is not Role.AGENT


def end(visit: Visit, state: State, now: datetime) -> None:
    """It is over, or will not be; calendars count that as a change."""
    visit.state, visit.ended_at, visit.sequence = state, now, visit.sequence + 1


def must_be(visit: Visit, *states: State) -> None:
    if visit.state not in states:
        raise Passed(GONE)
