"""Find visits and their people, what a sponsor wrote and promised; forget what retention ends."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta

from sqlalchemy import func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import vault_of
from bot.errors import Passed, Refusal
from bot.features.visits.models import OPEN, Debrief, Sighting, State, Visit
from bot.features.visits.rules import DebriefAnswers, Participants, Promise
from bot.org import people as org_people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import common
from bot.refusals import visits as refusals

MOST_PROMISES = 10


async def fetch_answers(session: AsyncSession, pair: Participants, visit: Visit, by: str) -> DebriefAnswers:
    """What the sponsor wrote down, for the sponsor alone."""
    pair.must_sponsor(by)
    kept = (await session.scalars(select(Debrief).where(Debrief.visit_id == visit.id))).one_or_none()
    if kept is None:
        return DebriefAnswers()
    source = Sighting.source == f"visit:{visit.id}"
    seen = select(Sighting.theme).where(Sighting.workspace_id == visit.workspace_id, source).order_by(Sighting.theme)
    works, in_the_way, will_do = (_decrypt(session, each) for each in (kept.works, kept.in_the_way, kept.promise))
    return DebriefAnswers(works, in_the_way, will_do, kept.due_on, (await session.scalars(seen)).all())


async def find_promises(session: AsyncSession, workspace_id: str, by: str) -> list[Promise]:
    """What somebody has promised and not kept yet, soonest first."""
    theirs = select(Debrief).where(
        Debrief.workspace_id == workspace_id,
        Debrief.sponsor_id == by,
        Debrief.promise.is_not(None),
        Debrief.kept_at.is_(None),
    )
    found = await session.scalars(theirs.order_by(Debrief.due_on, Debrief.id).limit(MOST_PROMISES))
    return [decrypt_promise(session, each) for each in found]


def decrypt_promise(session: AsyncSession, debrief: Debrief) -> Promise:
    """What was promised after a visit; without words when nothing was."""
    return Promise(debrief.id, debrief.visit_id, _decrypt(session, debrief.promise), debrief.due_on)


async def fulfil_promise(
    session: AsyncSession, workspace_id: str, by: str, debrief_id: int, *, now: datetime
) -> Debrief:
    """Who promised it says that it is done."""
    debrief = await locks.lock_row(session, Debrief, debrief_id)
    if debrief is None or (debrief.workspace_id, debrief.sponsor_id) != (workspace_id, by) or not debrief.promise:
        raise Passed(refusals.PROMISE_GONE)
    debrief.kept_at = debrief.kept_at or now
    return debrief


def _decrypt(session: AsyncSession, sealed: bytes | None) -> str:
    return vault_of(session).decrypt(sealed) if sealed else ""


async def find_last_visited(session: AsyncSession, team: Team) -> datetime | None:
    """When its sponsor was there last."""
    done = select(func.max(Visit.starts_at)).where(Visit.team_id == team.id, Visit.state == State.DONE)
    return await session.scalar(done)


async def find_visited(session: AsyncSession, teams: Collection[int]) -> dict[int, datetime]:
    """When teams were visited last, or will be."""
    if not teams:
        return {}
    counted = or_(Visit.state == State.DONE, Visit.state.in_(OPEN))
    latest = select(Visit.team_id, func.max(Visit.starts_at)).where(Visit.team_id.in_(teams), counted)
    return {team_id: at for team_id, at in await session.execute(latest.group_by(Visit.team_id)) if at}


async def is_under_way(session: AsyncSession, team: Team) -> bool:
    open_one = select(Visit.id).where(Visit.team_id == team.id, Visit.state.in_(OPEN))
    return await session.scalar(open_one.limit(1)) is not None


async def find_team(session: AsyncSession, sponsor: Person, team_id: int) -> Team:
    team = await session.get(Team, team_id)
    if team is None or team.workspace_id != sponsor.workspace_id:
        raise Passed(common.TEAM_GONE)
    return team


RECENT = timedelta(days=14)


async def find_visit(
    session: AsyncSession, workspace_id: str, person_id: str, visit_id: int, *, books: bool = False
) -> tuple[Participants, Visit]:
    """A visit and its people, for one of the two alone; nobody else changes it meanwhile.

    Nor does anybody book something with either of them while it `books`.
    """
    visit = await session.get(Visit, visit_id)
    if visit is None or visit.workspace_id != workspace_id:
        raise Passed(refusals.SETTLED)
    if books:
        await org_people.lock_people(session, workspace_id, (visit.sponsor_id, visit.host_id))
    await locks.lock_row(session, Visit, visit_id)
    if person_id in visit.passed and person_id != visit.host_id:
        raise Passed(refusals.SETTLED)
    if person_id not in (visit.sponsor_id, visit.host_id):
        raise Refusal(common.FOR_TWO_OTHERS)
    pair = await load_participants(session, visit)
    if visit.state in OPEN and await _is_orphaned(session, pair):
        raise Passed(refusals.SETTLED)
    return pair, visit


async def load_visit(session: AsyncSession, visit_id: int) -> tuple[Participants, Visit]:
    """A visit and its people, for nobody in particular."""
    visit = await session.get_one(Visit, visit_id)
    return await find_visit(session, visit.workspace_id, visit.sponsor_id, visit_id)


async def load_participants(session: AsyncSession, visit: Visit) -> Participants:
    people = await org_people.fetch_people(session, visit.workspace_id, (visit.sponsor_id, visit.host_id))
    return Participants(await session.get_one(Team, visit.team_id), people[visit.sponsor_id], people[visit.host_id])


async def find_open_visits(session: AsyncSession, workspace_id: str, person_id: str) -> Sequence[Visit]:
    """What somebody is asked, has asked or has planned, soonest first."""
    theirs = select(Visit).where(
        Visit.workspace_id == workspace_id,
        or_(Visit.sponsor_id == person_id, Visit.host_id == person_id),
        Visit.state.in_(OPEN),
    )
    return (await session.scalars(theirs.order_by(Visit.starts_at, Visit.id))).all()


async def find_planned_visits(session: AsyncSession, team_ids: Collection[int]) -> Sequence[Visit]:
    """The visits to teams that have a yes, soonest first."""
    theirs = select(Visit).where(Visit.team_id.in_(team_ids), Visit.state == State.PLANNED)
    return (await session.scalars(theirs.order_by(Visit.starts_at, Visit.id))).all()


async def find_latest(session: AsyncSession, workspace_id: str, by: str, *, now: datetime) -> Visit | None:
    """The sponsor's latest visit of the last two weeks that has no debrief yet."""
    theirs = select(Visit).where(
        Visit.workspace_id == workspace_id,
        Visit.sponsor_id == by,
        Visit.state.in_([State.PLANNED, State.MISSED]),
        Visit.starts_at > now - RECENT,
        Visit.starts_at <= now,
    )
    return await session.scalar(theirs.order_by(Visit.starts_at.desc(), Visit.id.desc()).limit(1))


async def find_orphaned(session: AsyncSession, team: Team) -> list[Visit]:
    """What cannot be, since one of the two is not in their place any more."""
    theirs = select(Visit).where(Visit.team_id == team.id, Visit.state.in_(OPEN))
    visits = (await session.scalars(locks.for_update(theirs.order_by(Visit.id), Visit))).all()
    return [each for each in visits if await _is_orphaned(session, await load_participants(session, each))]


async def _is_orphaned(session: AsyncSession, pair: Participants) -> bool:
    """Whether one of the two is not in their place any more."""
    host = await membership.member(session, pair.team, pair.host.id)
    return pair.team.sponsor_id != pair.sponsor.id or host is None or host.role is not Role.AGENT
