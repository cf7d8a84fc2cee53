"""A sitting and its people, as the two of them, and nobody else, get hold of it; and when people go."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import directory
from bot.directory import Person
from bot.errors import Passed, UserError
from bot.features.shadowing.tables import OPEN, Sitting, State
from bot.hours import routine
from bot.hours.routine import Routine
from bot.teams import membership
from bot.teams.tables import Member, Role, Team

GONE = "That one is settled already; `/shadow` shows what is planned."


@dataclass(frozen=True)
class Pair:
    """A leader and an agent of one team."""

    team: Team
    leader: Person
    agent: Person

    @property
    def routines(self) -> list[Routine]:
        return [routine.of_person(self.leader, self.team), routine.of_person(self.agent, self.team)]

    def person(self, id: str) -> Person:
        return self.leader if id == self.leader.id else self.agent

    def must_lead(self, person_id: str) -> None:
        if person_id != self.leader.id:
            raise UserError("That is for the leader of the two of you to say.")

    def must_be_agent(self, person_id: str) -> None:
        if person_id != self.agent.id:
            raise UserError("That is for the other one of the two of you to say.")


async def pair(session: AsyncSession, workspace_id: str, leader_id: str, agent_id: str) -> Pair:
    """Somebody who leads and an agent of a team of theirs; while somebody looks at it nobody else asks the agent."""
    leader = await directory.person(session, workspace_id, leader_id)
    agent = await directory.person(session, workspace_id, agent_id, lock=True)
    seats = await _seats(session, workspace_id, (leader_id, agent_id))
    leads = [each.team_id for each in seats if each.user_id == leader_id and each.role is Role.LEADER]
    if not leads:
        raise UserError(
            "Sitting beside somebody is for leaders. `/shadow` tells what it is, and what it means for you."
        )
    team_ids = [each.team_id for each in seats if each.user_id == agent_id and each.role is Role.AGENT]
    shared = [each for each in team_ids if each in leads]
    if not shared or not agent.may_join or agent_id == leader_id:
        raise UserError("You can sit beside the agents of a team that you lead. `/shadow` names who is next.")
    return Pair(await session.get_one(Team, shared[0]), leader, agent)


async def one(
    session: AsyncSession, workspace_id: str, person_id: str, sitting_id: int, *, books: bool = False
) -> tuple[Pair, Sitting]:
    """A sitting and its people, for one of the two alone; nobody else changes it meanwhile.

    Nor does anybody book something with either of them while it `books`.
    """
    sitting = await session.get(Sitting, sitting_id)
    if sitting is None or sitting.workspace_id != workspace_id:
        raise Passed(GONE)
    if person_id not in (sitting.leader_id, sitting.agent_id):
        raise UserError("That is between the two of them.")
    if books:
        await directory.hold(session, workspace_id, (sitting.leader_id, sitting.agent_id))
    await session.get(Sitting, sitting_id, with_for_update=True)
    pair = await with_people(session, sitting)
    if sitting.state in OPEN and await _is_lost(session, pair):
        raise Passed(GONE)
    return pair, sitting


async def with_people(session: AsyncSession, sitting: Sitting) -> Pair:
    people = await directory.people(session, sitting.workspace_id, (sitting.leader_id, sitting.agent_id))
    team = await session.get_one(Team, sitting.team_id)
    return Pair(team, people[sitting.leader_id], people[sitting.agent_id])


async def open_ones(session: AsyncSession, workspace_id: str, person_id: str) -> Sequence[Sitting]:
    """What somebody is asked, has asked or has planned, soonest first."""
    theirs = select(Sitting).where(
        Sitting.workspace_id == workspace_id,
        or_(Sitting.leader_id == person_id, Sitting.agent_id == person_id),
        Sitting.state.in_(OPEN),
    )
    return (await session.scalars(theirs.order_by(Sitting.starts_at, Sitting.id))).all()


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> list[Sitting]:
    """Call off what cannot be, since one of the two is not in their place any more; returns those."""
    theirs = select(Sitting).where(Sitting.team_id == team.id, Sitting.state.in_(OPEN))
    sittings = (await session.scalars(theirs.order_by(Sitting.id).with_for_update())).all()
    roles = {member.user_id: member.role for member in await membership.members(session, team)} if sittings else {}
    lost = [
        each for each in sittings if (roles.get(each.leader_id), roles.get(each.agent_id)) != (Role.LEADER, Role.AGENT)
    ]
    for sitting in lost:
        end(sitting, State.CANCELLED, now)
    return lost


async def _is_lost(session: AsyncSession, pair: Pair) -> bool:
    """Whether one of the two is not in their place any more."""
    leader, agent = [await membership.member(session, pair.team, each.id) for each in (pair.leader, pair.agent)]
    return (leader and leader.role, agent and agent.role) != (Role.LEADER, Role.AGENT)


def end(sitting: Sitting, state: State, now: datetime) -> None:
    """It is over, or will not be; calendars count that as a change."""
    sitting.state, sitting.ended_at, sitting.sequence = state, now, sitting.sequence + 1


def must_be(sitting: Sitting, *states: State) -> None:
    if sitting.state not in states:
        raise Passed(GONE)


async def _seats(session: AsyncSession, workspace_id: str, ids: Sequence[str]) -> Sequence[Member]:
    theirs = select(Member).where(Member.workspace_id == workspace_id, Member.user_id.in_(ids))
    here = theirs.where(Member.left_at.is_(None), membership.is_here(workspace_id))
    return (await session.scalars(here.order_by(Member.id))).all()
