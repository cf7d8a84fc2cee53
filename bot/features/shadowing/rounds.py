"""The rounds of many teams at once, each from a few questions, and what they have leaders reminded of."""

import asyncio
from collections import defaultdict
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.candidates import Candidate, Seat
from bot.directory import Ids, Person
from bot.features.shadowing.tables import OPEN, Sitting, State
from bot.features.shadowing.turns import Agent, Round, Turn, by_agent, deal, monday
from bot.hours import slots
from bot.teams.tables import Member, Role, Team

SUGGEST = "shadowing.suggest"
NEARLY_A_WEEK = timedelta(days=6)
"""A morning that comes an hour early, when clocks change, is still next week's."""

Busy = Callable[[AsyncSession, str, Ids, datetime], Awaitable[list[slots.Busy]]]
"""Who of these people has something planned, of whatever feature, and when."""


class _Place(NamedTuple):
    person: Person
    role: Role
    is_deputy: bool
    joined_at: datetime | None


def suggest(seat: Seat, turn: Turn | None, now: datetime) -> Candidate | None:
    """Whom a leader could sit beside this week, and when."""
    if turn is None or seat.role is not Role.LEADER:
        return None
    agent = turn.agent
    facts = {
        "agent": agent.person.id, "name": agent.person.name, "days": (now - agent.since).days,
        "sat": agent.sat_at is not None, "missed": agent.is_missed, "at": int(turn.at.timestamp()),
        "wall": seat.person.local(turn.at).replace(tzinfo=None).isoformat(),
    }  # fmt: skip
    return Candidate(seat, SUGGEST, facts=facts, every=NEARLY_A_WEEK)


async def suggestions(session: AsyncSession, seats: Sequence[Seat], now: datetime, *, busy: Busy) -> list[Candidate]:
    """One for each leader who has asked nobody this week; who leads several teams hears of the longest wait."""
    lead = [seat for seat in seats if seat.role is Role.LEADER]
    dealt = {}
    for week in await rounds(session, lead, now, busy=busy):
        dealt[week.team.id] = deal(week, now)
        await asyncio.sleep(0)  # acks find their way in between
    made = [suggest(seat, dealt[seat.team.id].get(seat.person.id), now) for seat in lead]
    shortest_first = sorted((each for each in made if each), key=lambda each: int(each.facts["days"]))
    return list({each.seat.person.id: each for each in shortest_first}.values())


async def turn_of(session: AsyncSession, seat: Seat, now: datetime, *, busy: Busy) -> Turn | None:
    """Whom one leader could sit beside next, also when they have asked somebody this week, or stand in for others."""
    (week,) = await rounds(session, [seat], now, busy=busy)
    leads = seat.person.id in {each.id for each in week.leaders}
    leaders = week.leaders if leads else [*week.leaders, seat.person]
    week = replace(week, leaders=leaders, have_asked=set(week.have_asked) - {seat.person.id})
    return deal(week, now).get(seat.person.id)


async def rounds(session: AsyncSession, seats: Sequence[Seat], now: datetime, *, busy: Busy) -> list[Round]:
    """The week of each team that these leaders lead."""
    teams = {seat.team.id: seat.team for seat in seats}
    if not teams:
        return []
    workspace_id = seats[0].team.workspace_id
    here = select(Member.user_id).where(Member.team_id.in_(teams), Member.left_at.is_(None))
    places = await _places(session, teams)
    await asyncio.sleep(0)
    ended = by_agent(await _ended(session, workspace_id, here))
    taken, asked = await _this_week(session, workspace_id, list(teams.values()), here, now)
    planned = await busy(session, workspace_id, here, now)
    return [
        Round(
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


async def busy(session: AsyncSession, workspace_id: str, ids: Ids, now: datetime) -> list[slots.Busy]:
    """Who of these people sits beside whom, and when, be it planned or asked for."""
    theirs = select(Sitting).where(
        Sitting.workspace_id == workspace_id,
        or_(Sitting.leader_id.in_(ids), Sitting.agent_id.in_(ids)),
        Sitting.state.in_(OPEN),
    )
    return [
        slots.Busy({each.leader_id, each.agent_id}, each.span, each.about, each.state == State.PLANNED)
        for each in await session.scalars(theirs)
    ]


async def _places(session: AsyncSession, teams: Collection[int]) -> dict[int, list[_Place]]:
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


async def _ended(session: AsyncSession, workspace_id: str, agents: Ids) -> Sequence[tuple[str, str, datetime]]:
    ended = select(Sitting.agent_id, Sitting.state, func.max(Sitting.ended_at)).where(
        Sitting.workspace_id == workspace_id, Sitting.agent_id.in_(agents), Sitting.ended_at.is_not(None)
    )
    return [
        (id, state, at)
        for id, state, at in await session.execute(ended.group_by(Sitting.agent_id, Sitting.state))
        if at
    ]


async def _this_week(
    session: AsyncSession, workspace_id: str, teams: Sequence[Team], agents: Ids, now: datetime
) -> tuple[set[str], set[str]]:
    """The agents whom somebody has asked since Monday or has a time with, and the leaders who have asked somebody."""
    since = min(monday(team, now) for team in teams)
    theirs = select(Sitting.agent_id, Sitting.leader_id, Sitting.made_at).where(
        Sitting.workspace_id == workspace_id,
        or_(Sitting.agent_id.in_(agents), Sitting.team_id.in_([team.id for team in teams])),
        or_(Sitting.state.in_(OPEN), Sitting.made_at >= since),
    )
    rows = (await session.execute(theirs)).all()
    return {row.agent_id for row in rows}, {row.leader_id for row in rows if row.made_at >= since}
