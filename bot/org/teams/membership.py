"""Team membership: who is in a team, who leads it, and who may change its settings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, bindparam, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import insert
from bot.errors import Refusal
from bot.org import erasures, people
from bot.org.availability import working_hours
from bot.org.availability.working_hours import WorkingHours
from bot.org.channels import Channel
from bot.org.people import Person
from bot.org.teams.models import Member, Role, Team
from bot.org.teams.queries import team_of_channel
from bot.org.workspaces import Workspace
from bot.refusals import common


async def create_team(
    session: AsyncSession,
    workspace: Workspace,
    *,
    channel_id: str,
    name: str,
    zone: str,
    leaders: Collection[str],
    agents: Collection[str],
    deputies: Collection[str] = (),
    sponsor_id: str | None = None,
    now: datetime,
) -> Team:
    """Create a team for a channel, with its members. Raises `Refusal` if the channel has a team already."""
    if await team_of_channel(session, workspace.id, channel_id):
        raise Refusal(common.HAS_TEAM)
    team = Team(workspace.id, channel_id, name, zone, sponsor_id, now)
    session.add(team)
    await session.flush()
    await set_leaders(session, team, leaders=leaders, agents=agents, deputies=deputies, now=now)
    return team


async def set_leaders(
    session: AsyncSession,
    team: Team,
    *,
    leaders: Collection[str],
    deputies: Collection[str] = (),
    agents: Collection[str] = (),
    now: datetime,
) -> None:
    """Set the leaders and deputies of a team.

    All other members become, or stay, agents; `agents` join; the sponsor is removed as a member.
    """
    await lock_team(session, team.id)
    known = {member.user_id: member for member in (await session.scalars(_of(team))).all()}
    for user_id in sorted({*leaders, *agents} - known.keys()):
        known[user_id] = Member(team.workspace_id, team.id, user_id, joined_at=now)
        session.add(known[user_id])
    for user_id, member in known.items():
        member.role = Role.LEADER if user_id in leaders else Role.AGENT
        member.is_deputy = user_id in deputies
        if user_id in leaders or user_id in agents:
            member.left_at = None
        if user_id == team.sponsor_id:
            member.left_at = now
    await session.flush()


async def add_members(session: AsyncSession, team: Team, user_ids: Collection[str], *, now: datetime) -> None:
    """Add people who joined the team's channel: new members are agents, returning members get their former role."""
    await lock_team(session, team.id)
    here = {"workspace_id": team.workspace_id, "team_id": team.id, "role": Role.AGENT, "is_deputy": False}
    joined = {"joined_at": now, "left_at": None}
    rows = [{**here, **joined, "user_id": user_id} for user_id in sorted(set(user_ids) - {team.sponsor_id})]
    if rows:
        back = insert(session, Member).on_conflict_do_update(
            index_elements=["team_id", "user_id"], set_=joined, where=Member.left_at.is_not(None)
        )
        await session.execute(back, rows)


async def remove_members(session: AsyncSession, team: Team, user_ids: Collection[str], *, now: datetime) -> None:
    """Mark people who left the team's channel as former members."""
    await lock_team(session, team.id)
    theirs = _of(team).where(Member.user_id.in_(sorted(user_ids)), Member.left_at.is_(None))
    for member in await session.scalars(theirs):
        member.left_at = now


def select_locked(team_id: Any) -> Select[Team]:
    """Select a team with the lock of `lock_team`, by an id that may be a query."""
    held = locks.for_update(select(Team).where(Team.id == team_id), Team, key_share=True)
    return held.execution_options(populate_existing=True)


_LOCKED = select_locked(bindparam("team_id"))


async def lock_team(session: AsyncSession, team_id: int) -> Team | None:
    """Lock a team, so that other changes to its shared state wait; its members and settings can still be read."""
    return await session.scalar(_LOCKED, {"team_id": team_id})


async def lock_team_of(session: AsyncSession, model: Any, row_id: int) -> Team | None:
    """Lock the team that a row belongs to. Call it before locking the row itself."""
    return await session.scalar(select_locked(select(model.team_id).where(model.id == row_id).scalar_subquery()))


async def members(session: AsyncSession, team: Team) -> Sequence[Member]:
    """Return the current members of a team who are still in the workspace."""
    return (await session.scalars(_MEMBERS, _here(team))).all()


async def member(session: AsyncSession, team: Team, user_id: str) -> Member | None:
    return await session.scalar(_MEMBER, {**_here(team), "user_id": user_id})


async def roles_of(session: AsyncSession, workspace_id: str, user_id: str) -> dict[int, Role]:
    """Return a person's role in each of their teams, by team id; teams they sponsor are not included."""
    theirs = select(Member.team_id, Member.role).where(
        Member.workspace_id == workspace_id,
        Member.user_id == user_id,
        Member.left_at.is_(None),
        is_active_member(workspace_id),
    )
    return {row.team_id: row.role for row in await session.execute(theirs)}


async def leaders(session: AsyncSession, team: Team) -> Sequence[Member]:
    return (await session.scalars(_OF_ROLE, {**_here(team), "role": Role.LEADER})).all()


async def leaders_of_teams(session: AsyncSession, team_ids: Collection[int]) -> dict[int, list[Person]]:
    """Return the leaders of each of these teams, by team id, in the order in which they joined."""
    is_them = and_(Person.workspace_id == Member.workspace_id, Person.id == Member.user_id)
    lead = (
        select(Member.team_id, Person)
        .join(Person, is_them)
        .where(Member.team_id.in_(team_ids), Member.role == Role.LEADER, Member.left_at.is_(None))
    )
    found: dict[int, list[Person]] = {id: [] for id in team_ids}
    for team_id, person in await session.execute(lead.order_by(Member.id)):
        if person.may_join:
            found[team_id].append(person)
    return found


async def agents(session: AsyncSession, team: Team) -> Sequence[Member]:
    return (await session.scalars(_OF_ROLE, {**_here(team), "role": Role.AGENT})).all()


async def count_agents(session: AsyncSession, team: Team) -> int:
    return await session.scalar(_COUNT_AGENTS, {**_here(team), "role": Role.AGENT}) or 0


async def leaders_and_sponsor(session: AsyncSession, team: Team) -> list[str]:
    """Return the user ids of a team's leaders and its sponsor."""
    return [
        *(member.user_id for member in await leaders(session, team)),
        *([team.sponsor_id] if team.sponsor_id else []),
    ]


async def everybody(session: AsyncSession, team: Team) -> list[str]:
    """Return the user ids of a team's members and its sponsor."""
    return [
        *(member.user_id for member in await members(session, team)),
        *([team.sponsor_id] if team.sponsor_id else []),
    ]


async def leads_somewhere(session: AsyncSession, workspace_id: str, user_id: str) -> bool:
    """Return whether a person leads any team."""
    leads = select(Member.id).where(
        Member.workspace_id == workspace_id,
        Member.user_id == user_id,
        Member.role == Role.LEADER,
        Member.left_at.is_(None),
        is_active_member(workspace_id),
    )
    return await session.scalar(leads.limit(1)) is not None


async def teams_led_by(session: AsyncSession, workspace_id: str, user_id: str) -> Sequence[Team]:
    """Return the teams that a person leads, in the order in which the person joined them."""
    leads = (
        select(Team)
        .join(Member, Member.team_id == Team.id)
        .where(
            Member.workspace_id == workspace_id,
            Member.user_id == user_id,
            Member.role == Role.LEADER,
            Member.left_at.is_(None),
            is_active_member(workspace_id),
        )
    )
    return (await session.scalars(leads.order_by(Member.id))).all()


async def must_manage(session: AsyncSession, team: Team, person: Person) -> None:
    """Raise `Refusal` unless the person leads the team or is a workspace admin: only they may change settings."""
    theirs = await member(session, team, person.id)
    if not person.runs_workspace and (theirs is None or theirs.role is not Role.LEADER):
        raise Refusal(common.SETTINGS_FOR_LEADERS)


async def follow_channel(
    session: AsyncSession, channel: Channel, here: Collection[str], *, now: datetime
) -> Team | None:
    """Sync a channel's team with the channel's name and members. Leaders need not be in the channel."""
    team = await team_of_channel(session, channel.workspace_id, channel.id)
    if team is None:
        return None
    team.name = channel.name
    agents = {member.user_id for member in await members(session, team) if member.role is Role.AGENT}
    await remove_members(session, team, agents - set(here), now=now)
    theirs = await people.who_may_join(session, team.workspace_id, here)
    left = await erasures.find_erased(session, team.workspace_id, theirs, only_leaving=True)
    await add_members(session, team, theirs - left, now=now)
    return team


async def set_closed(session: AsyncSession, workspace_id: str, channel_id: str, *, is_closed: bool) -> None:
    """Record whether the bot can no longer post in the team's channel."""
    if team := await team_of_channel(session, workspace_id, channel_id):
        team.is_closed = is_closed


def _of(team: Team) -> Select[Member]:
    return select(Member).where(Member.workspace_id == team.workspace_id, Member.team_id == team.id)


def is_active_member(workspace_id: Any) -> ColumnElement[bool]:
    """Return the SQL condition that a member is active in the workspace, and neither a bot nor a stranger."""
    gone = or_(Person.has_left, Person.is_bot, Person.is_stranger)
    return Member.user_id.not_in(select(Person.id).where(Person.workspace_id == workspace_id, gone))


_PRESENT = select(Member).where(
    Member.workspace_id == bindparam("workspace_id"),
    Member.team_id == bindparam("team_id"),
    Member.left_at.is_(None),
    is_active_member(bindparam("workspace_id")),
)
"""Built once at import, like the queries below, because nearly every act asks for the roles of people."""
_MEMBERS = _PRESENT.order_by(Member.id)
_MEMBER = _PRESENT.where(Member.user_id == bindparam("user_id"))
_OF_ROLE = _MEMBERS.where(Member.role == bindparam("role"))
_COUNT_AGENTS = _OF_ROLE.with_only_columns(func.count()).order_by(None)


def _here(team: Team) -> dict[str, Any]:
    return {"workspace_id": team.workspace_id, "team_id": team.id}


@dataclass(frozen=True)
class Seat:
    """A person with their role in a team. Each nudge candidate is for one seat."""

    person: Person
    team: Team
    role: Role | None
    """None for the sponsor, who is not a member."""

    @cached_property
    def routine(self) -> WorkingHours:
        return working_hours.person_hours(self.person, self.team)
