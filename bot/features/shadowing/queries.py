"""Find shadow sessions and their people, and the week of many teams at once."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import Passed, Refusal
from bot.features.shadowing import rules
from bot.features.shadowing.models import OPEN, ShadowSession, State
from bot.features.shadowing.rules import Agent, Pair, TeamWeek, Turn, assign, by_agent, monday
from bot.features.shadowing.settings import Settings
from bot.org import people as org_people
from bot.org.availability import slots
from bot.org.people import Ids, Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Member, Role, Team
from bot.refusals import common
from bot.refusals import shadowing as refusals

FindBusy = Callable[[AsyncSession, str, Ids, datetime], Awaitable[list[slots.Busy]]]
"""Who of these people has something planned, of whatever feature, and when."""


class _Place(NamedTuple):
    person: Person
    role: Role
    is_deputy: bool
    joined_at: datetime | None


async def find_turn(session: AsyncSession, seat: Seat, now: datetime, *, busy: FindBusy) -> Turn | None:
    """Whom one leader could sit beside next, also when they have asked somebody this week, or stand in for others."""
    (week,) = await find_weeks(session, [seat], now, busy=busy)
    leads = seat.person.id in {each.id for each in week.leaders}
    leaders = week.leaders if leads else [*week.leaders, seat.person]
    week = replace(week, leaders=leaders, have_asked=set(week.have_asked) - {seat.person.id})
    return assign(week, now).get(seat.person.id)


async def find_weeks(session: AsyncSession, seats: Sequence[Seat], now: datetime, *, busy: FindBusy) -> list[TeamWeek]:
    """The week of each team that these leaders lead."""
    teams = {seat.team.id: seat.team for seat in seats}
    if not teams:
        return []
    workspace_id = seats[0].team.workspace_id
    here = select(Member.user_id).where(Member.team_id.in_(teams), Member.left_at.is_(None))
    places = await _find_places(session, teams)
    await asyncio.sleep(0)
    ended = by_agent(await _find_ended(session, workspace_id, here))
    taken, asked = await _find_this_week(session, workspace_id, list(teams.values()), here, now)
    planned = await busy(session, workspace_id, here, now)
    return [
        TeamWeek(
            team,
            _who_goes(places[team.id]),
            [
                Agent(
                    each.person,
                    each.joined_at or team.created_at,
                    ended.get(each.person.id, {}),
                    each.person.id in taken,
                )
                for each in places[team.id]
                if each.role is Role.AGENT
            ],
            asked,
            planned,
        )
        for team in teams.values()
    ]


async def find_busy(session: AsyncSession, workspace_id: str, ids: Ids, now: datetime) -> list[slots.Busy]:
    """Who of these people sits beside whom, and when, be it planned or asked for."""
    theirs = select(ShadowSession).where(
        ShadowSession.workspace_id == workspace_id,
        or_(ShadowSession.leader_id.in_(ids), ShadowSession.agent_id.in_(ids)),
        ShadowSession.state.in_(OPEN),
    )
    return [
        slots.Busy({each.leader_id, each.agent_id}, each.span, each.about, each.state == State.PLANNED)
        for each in await session.scalars(theirs)
    ]


async def _find_places(session: AsyncSession, teams: Collection[int]) -> dict[int, list[_Place]]:
    """Who is in the teams now, first come first."""
    rows = await session.execute(
        select(Member.team_id, Person, Member.role, Member.is_deputy, Member.joined_at)
        .join(Person, and_(Person.workspace_id == Member.workspace_id, Person.id == Member.user_id))
        .where(
            Member.team_id.in_(teams),
            Member.left_at.is_(None),
            ~or_(Person.has_left, Person.is_bot, Person.is_stranger),
        )
        .order_by(Member.id)
    )
    places = defaultdict[int, list[_Place]](list)
    for team_id, person, role, is_deputy, joined_at in rows:
        places[team_id].append(_Place(person, role, is_deputy, joined_at))
    return places


def _who_goes(places: Sequence[_Place]) -> list[Person]:
    """Leaders; deputies, who stand in for them, only where nobody else leads."""
    lead = [each for each in places if each.role is Role.LEADER]
    return [each.person for each in lead if not each.is_deputy] or [each.person for each in lead]


async def _find_ended(session: AsyncSession, workspace_id: str, agents: Ids) -> Sequence[tuple[str, str, datetime]]:
    ended = select(ShadowSession.agent_id, ShadowSession.state, func.max(ShadowSession.ended_at)).where(
        ShadowSession.workspace_id == workspace_id,
        ShadowSession.agent_id.in_(agents),
        ShadowSession.ended_at.is_not(None),
    )
    return [
        (id, state, at)
        for id, state, at in await session.execute(ended.group_by(ShadowSession.agent_id, ShadowSession.state))
        if at
    ]


async def _find_this_week(
    session: AsyncSession, workspace_id: str, teams: Sequence[Team], agents: Ids, now: datetime
) -> tuple[set[str], set[str]]:
    """The agents whom somebody has asked since Monday or has a time with, and the leaders who have asked somebody."""
    since = min(monday(team, now) for team in teams)
    theirs = select(ShadowSession.agent_id, ShadowSession.leader_id, ShadowSession.made_at).where(
        ShadowSession.workspace_id == workspace_id,
        or_(ShadowSession.agent_id.in_(agents), ShadowSession.team_id.in_([team.id for team in teams])),
        or_(ShadowSession.state.in_(OPEN), ShadowSession.made_at >= since),
    )
    rows = (await session.execute(theirs)).all()
    return {row.agent_id for row in rows}, {row.leader_id for row in rows if row.made_at >= since}


async def find_pair(
    session: AsyncSession, workspace_id: str, leader_id: str, agent_id: str, *, books: bool = False
) -> Pair:
    """Somebody who leads and an agent of a team of theirs; while it `books` nobody else asks the agent."""
    leader = await org_people.fetch_person(session, workspace_id, leader_id)
    agent = await org_people.fetch_person(session, workspace_id, agent_id, lock=books)
    seats = await _seats(session, workspace_id, (leader_id, agent_id))
    leads = [each.team_id for each in seats if each.user_id == leader_id and each.role is Role.LEADER]
    if not leads:
        raise Refusal(refusals.NOT_LEADING)
    team_ids = [each.team_id for each in seats if each.user_id == agent_id and each.role is Role.AGENT]
    shared = [each for each in team_ids if each in leads]
    if not shared or not agent.may_join or agent_id == leader_id:
        raise Refusal(refusals.NOT_YOUR_AGENT)
    return Pair(await session.get_one(Team, shared[0]), leader, agent)


async def find_session(
    session: AsyncSession, workspace_id: str, person_id: str, sitting_id: int, *, books: bool = False
) -> tuple[Pair, ShadowSession]:
    """A shadow session and its people, for one of the two alone; nobody else changes it meanwhile.

    Nor does anybody book something with either of them while it `books`.
    """
    shadow = await session.get(ShadowSession, sitting_id)
    if shadow is None or shadow.workspace_id != workspace_id:
        raise Passed(refusals.SETTLED)
    if person_id not in (shadow.leader_id, shadow.agent_id):
        raise Refusal(common.FOR_TWO_OTHERS)
    if books:
        await org_people.lock_people(session, workspace_id, (shadow.leader_id, shadow.agent_id))
    await locks.lock_row(session, ShadowSession, sitting_id)
    pair = await load_pair(session, shadow)
    if shadow.state in OPEN and await _is_orphaned(session, pair):
        raise Passed(refusals.SETTLED)
    return pair, shadow


async def load_session(session: AsyncSession, sitting_id: int) -> tuple[Pair, ShadowSession]:
    """A session and its people, for nobody in particular."""
    shadow = await session.get_one(ShadowSession, sitting_id)
    return await find_session(session, shadow.workspace_id, shadow.leader_id, sitting_id)


async def load_pair(session: AsyncSession, shadow: ShadowSession) -> Pair:
    people = await org_people.fetch_people(session, shadow.workspace_id, (shadow.leader_id, shadow.agent_id))
    team = await session.get_one(Team, shadow.team_id)
    return Pair(team, people[shadow.leader_id], people[shadow.agent_id])


async def add_session(
    session: AsyncSession, pair: Pair, state: State, starts_at: datetime, *, now: datetime
) -> ShadowSession:
    shadow = ShadowSession(
        pair.team.workspace_id, pair.team.id, pair.leader.id, pair.agent.id, Settings.of(pair.team).minutes,
        starts_at=starts_at, made_at=now, state=state,
    )  # fmt: skip
    session.add(shadow)
    await session.flush()
    return shadow


async def find_open_sessions(session: AsyncSession, workspace_id: str, person_id: str) -> Sequence[ShadowSession]:
    """What somebody is asked, has asked or has planned, soonest first."""
    theirs = select(ShadowSession).where(
        ShadowSession.workspace_id == workspace_id,
        or_(ShadowSession.leader_id == person_id, ShadowSession.agent_id == person_id),
        ShadowSession.state.in_(OPEN),
    )
    return (await session.scalars(theirs.order_by(ShadowSession.starts_at, ShadowSession.id))).all()


async def cancel_orphaned(session: AsyncSession, team: Team, *, now: datetime) -> list[ShadowSession]:
    """Call off what cannot be, since one of the two is not in their place any more; returns those."""
    theirs = select(ShadowSession).where(ShadowSession.team_id == team.id, ShadowSession.state.in_(OPEN))
    shadows = (await session.scalars(locks.for_update(theirs.order_by(ShadowSession.id), ShadowSession))).all()
    lost = [each for each in shadows if await _is_orphaned(session, await load_pair(session, each))]
    for shadow in lost:
        rules.end_session(shadow, State.CANCELLED, now)
    return lost


async def _is_orphaned(session: AsyncSession, pair: Pair) -> bool:
    """Whether one of the two is not in their place any more."""
    leader, agent = [await membership.member(session, pair.team, each.id) for each in (pair.leader, pair.agent)]
    return (leader and leader.role, agent and agent.role) != (Role.LEADER, Role.AGENT)


async def _seats(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> Sequence[Member]:
    theirs = select(Member).where(Member.workspace_id == workspace_id, Member.user_id.in_(ids))
    here = theirs.where(Member.left_at.is_(None), membership.is_here(workspace_id))
    return (await session.scalars(here.order_by(Member.id))).all()
