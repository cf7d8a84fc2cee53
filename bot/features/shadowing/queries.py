"""Queries on which leader could shadow which agent, and on this week's shadowing sessions of several teams."""

import asyncio
from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import and_, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.errors import Refusal
from bot.features.shadowing.rules import Agent, Assignment, TeamWeek, assign_agents, last_ended_by_agent, start_of_week
from bot.meetings.models import OPEN, Kind, Meeting
from bot.meetings.queries import find_busy
from bot.meetings.rules import Pair
from bot.org import people as org_people
from bot.org.people import Ids, Person
from bot.org.teams import membership
from bot.org.teams.membership import Seat
from bot.org.teams.models import Member, Role, Team
from bot.refusals import shadowing as refusals


class _Place(NamedTuple):
    person: Person
    role: Role
    is_deputy: bool
    joined_at: datetime | None


async def find_assignment(session: AsyncSession, seat: Seat, now: datetime) -> Assignment | None:
    """Return whom a leader could shadow next and when, even if they asked somebody this week or are a deputy."""
    (week,) = await find_this_week_by_team(session, [seat], now)
    leads = seat.person.id in {each.id for each in week.leaders}
    leaders = week.leaders if leads else [*week.leaders, seat.person]
    week = replace(week, leaders=leaders, have_asked=set(week.have_asked) - {seat.person.id})
    return assign_agents(week, now).get(seat.person.id)


async def find_this_week_by_team(session: AsyncSession, seats: Sequence[Seat], now: datetime) -> list[TeamWeek]:
    """Return this week's shadowing in each team that these leaders lead: who was asked, and who can still be asked."""
    teams = {seat.team.id: seat.team for seat in seats}
    if not teams:
        return []
    workspace_id = seats[0].team.workspace_id
    here = select(Member.user_id).where(Member.team_id.in_(teams), Member.left_at.is_(None))
    places = await _find_memberships(session, teams)
    await asyncio.sleep(0)
    ended = last_ended_by_agent(await _find_ended(session, workspace_id, here))
    taken, asked = await _find_this_week(session, workspace_id, list(teams.values()), here, now)
    planned = await find_busy(session, workspace_id, here, now)
    return [
        TeamWeek(
            team,
            _shadowing_leaders(places[team.id]),
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


async def _find_memberships(session: AsyncSession, teams: Collection[int]) -> dict[int, list[_Place]]:
    """Return the current members of the teams, in the order in which they joined."""
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


def _shadowing_leaders(places: Sequence[_Place]) -> list[Person]:
    """Return the leaders who shadow agents; deputies only if there are no other leaders."""
    lead = [each for each in places if each.role is Role.LEADER]
    return [each.person for each in lead if not each.is_deputy] or [each.person for each in lead]


async def _find_ended(session: AsyncSession, workspace_id: str, agents: Ids) -> Sequence[tuple[str, str, datetime]]:
    ended = select(Meeting.attendee_id, Meeting.state, func.max(Meeting.ended_at)).where(
        Meeting.workspace_id == workspace_id,
        Meeting.kind == Kind.SHADOWING,
        Meeting.attendee_id.in_(agents),
        Meeting.ended_at.is_not(None),
    )
    rows = await session.execute(ended.group_by(Meeting.attendee_id, Meeting.state))
    return [(id, state, at) for id, state, at in rows if at]


async def _find_this_week(
    session: AsyncSession, workspace_id: str, teams: Sequence[Team], agents: Ids, now: datetime
) -> tuple[set[str], set[str]]:
    """Return the agents asked for a shadowing session this week, and the leaders who have asked."""
    since = min(start_of_week(team, now) for team in teams)
    theirs = select(Meeting.attendee_id, Meeting.organizer_id, Meeting.made_at).where(
        Meeting.workspace_id == workspace_id,
        Meeting.kind == Kind.SHADOWING,
        or_(Meeting.attendee_id.in_(agents), Meeting.team_id.in_([team.id for team in teams])),
        or_(Meeting.state.in_(OPEN), Meeting.made_at >= since),
    )
    rows = (await session.execute(theirs)).all()
    return {row.attendee_id for row in rows}, {row.organizer_id for row in rows if row.made_at >= since}


async def find_pair(session: AsyncSession, workspace_id: str, leader_id: str, agent_id: str) -> Pair:
    """Return a leader and an agent of one of their teams; lock the agent, so that nobody else asks them now.

    The team is locked before the people, because a wrap-up also updates counts of the team. Raises `Refusal` if
    they share no team.
    """
    leader = await org_people.fetch_person(session, workspace_id, leader_id)
    seats = await _seats(session, workspace_id, (leader_id, agent_id))
    leads = [each.team_id for each in seats if each.user_id == leader_id and each.role is Role.LEADER]
    if not leads:
        raise Refusal(refusals.NOT_LEADING)
    team_ids = [each.team_id for each in seats if each.user_id == agent_id and each.role is Role.AGENT]
    shared = [each for each in team_ids if each in leads]
    for team_id in shared[:1]:
        await membership.lock_team(session, team_id)
    agent = await org_people.fetch_person(session, workspace_id, agent_id, lock=True)
    if not shared or not agent.may_join or agent_id == leader_id:
        raise Refusal(refusals.NOT_YOUR_AGENT)
    return Pair(await session.get_one(Team, shared[0]), leader, agent)


async def _seats(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> Sequence[Member]:
    theirs = select(Member).where(Member.workspace_id == workspace_id, Member.user_id.in_(ids))
    here = theirs.where(Member.left_at.is_(None), membership.is_active_member(workspace_id))
    return (await session.scalars(here.order_by(Member.id))).all()
