"""Queries that find the team a person means."""

from collections.abc import Collection, Sequence
from typing import NamedTuple

from sqlalchemy import and_, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import Refusal
from bot.org.people import OTHER, Person
from bot.org.teams.models import Member, Team
from bot.refusals import common

_PERSONS = or_(
    Team.id.in_(
        select(Member.team_id).where(
            Member.workspace_id == bindparam("workspace_id"),
            Member.user_id == bindparam("user_id"),
            Member.left_at.is_(None),
        )
    ),
    Team.sponsor_id == bindparam("user_id"),
)
_IS_GONE = (
    select(Person.id)
    .where(
        Person.workspace_id == bindparam("workspace_id"),
        Person.id == bindparam("user_id"),
        or_(Person.has_left, Person.is_bot, Person.is_stranger),
    )
    .exists()
)
"""Condition for people who cannot be in a team: they may still be listed as members, or as the sponsor."""
_OF_PERSON = (
    select(Team).where(Team.workspace_id == bindparam("workspace_id"), _PERSONS, ~_IS_GONE).order_by(Team.name, Team.id)
)
"""Built once, at import, because every command runs this query."""

_OF_CHANNEL = select(Team).where(
    Team.workspace_id == bindparam("workspace_id"), Team.channel_id == bindparam("channel_id")
)
_GIVER = locks.for_update(
    select(Person, OTHER, Team)
    .outerjoin(
        OTHER, and_(OTHER.workspace_id == Person.workspace_id, OTHER.id.in_(bindparam("others", expanding=True)))
    )
    .outerjoin(Team, and_(Team.workspace_id == Person.workspace_id, _PERSONS, ~_IS_GONE))
    .where(Person.workspace_id == bindparam("workspace_id"), Person.id == bindparam("user_id"))
    .order_by(Team.name, Team.id),
    Person,
)


class Company(NamedTuple):
    """A person, the known people of some others by id, and the person's teams, sorted by name."""

    person: Person
    others: dict[str, Person]
    teams: Sequence[Team]


async def fetch_company(session: AsyncSession, workspace_id: str, user_id: str, others: Collection[str]) -> Company:
    """Return a person, locked, with others and the person's teams. Raises `Refusal` if the person is in no team.

    It is one query because the ack waits for it.
    """
    asked = {"workspace_id": workspace_id, "user_id": user_id, "others": sorted(others)}
    rows = (await session.execute(_GIVER, asked)).all()
    teams = {team.id: team for _, _, team in rows if team}
    if not teams:
        raise Refusal(await _no_team(session, workspace_id))
    return Company(rows[0][0], {other.id: other for _, other, _ in rows if other}, [*teams.values()])


async def team_of_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> Team | None:
    there = {"workspace_id": workspace_id, "channel_id": channel_id}
    return (await session.scalars(_OF_CHANNEL, there)).one_or_none()


async def teams_of_person(session: AsyncSession, workspace_id: str, user_id: str) -> Sequence[Team]:
    """Return the teams a person belongs to, as a member or as the sponsor, sorted by name."""
    return (await session.scalars(_OF_PERSON, {"workspace_id": workspace_id, "user_id": user_id})).all()


async def own_team(session: AsyncSession, workspace_id: str, user_id: str, team_id: int) -> Team:
    """Return one of the person's own teams by its id. Raises `Refusal` if they are not in that team."""
    for team in await teams_of_person(session, workspace_id, user_id):
        if team.id == team_id:
            return team
    raise Refusal(common.LEFT_TEAM_UNSAVED)


async def team_meant(
    session: AsyncSession,
    workspace_id: str,
    user_id: str,
    *,
    channel_id: str | None = None,
    others: Collection[str] = (),
) -> Sequence[Team]:
    """Return the team a person means: the channel's, else their only team, else the team they share with `others`.

    Returns more than one only if a form must ask. Raises `Refusal` if the person is in no team.
    """
    theirs = await teams_of_person(session, workspace_id, user_id)
    return await choose_team(session, workspace_id, theirs, channel_id=channel_id, others=others)


async def choose_team(
    session: AsyncSession, workspace_id: str, theirs: Sequence[Team], *, channel_id: str | None, others: Collection[str]
) -> Sequence[Team]:
    """Return which of a person's teams they mean, as `team_meant` does."""
    here = [team for team in theirs if team.channel_id == channel_id]
    if here or len(theirs) == 1:
        return here or theirs
    if not theirs:
        raise Refusal(await _no_team(session, workspace_id))
    return await _shared(session, theirs, others) or theirs


async def _shared(session: AsyncSession, theirs: Sequence[Team], others: Collection[str]) -> list[Team]:
    rows = await session.execute(
        select(Member.team_id, Member.user_id).where(
            Member.workspace_id == theirs[0].workspace_id,
            Member.team_id.in_([team.id for team in theirs]),
            Member.left_at.is_(None),
        )
    )
    members: dict[int, set[str]] = {}
    for team_id, user_id in rows:
        members.setdefault(team_id, set()).add(user_id)
    return [team for team in theirs if others and members.get(team.id, set()).issuperset(others)]


async def has_teams(session: AsyncSession, workspace_id: str) -> bool:
    """Return whether a workspace has any teams."""
    return await session.scalar(select(Team.id).where(Team.workspace_id == workspace_id).limit(1)) is not None


async def _no_team(session: AsyncSession, workspace_id: str) -> str:
    if not await has_teams(session, workspace_id):
        return common.NO_TEAMS
    return common.IN_NO_TEAM
