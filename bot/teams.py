"""Workspaces, their teams, the teams' members, and who may do what."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, NamedTuple, Self
from zoneinfo import ZoneInfo

from pydantic import BaseModel
from sqlalchemy import JSON, Dialect, ForeignKey, String, TypeDecorator, UniqueConstraint, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.database import Base, insert
from bot.errors import UserError


class Role(StrEnum):
    AGENT = "agent"
    LEADER = "leader"


class RoleColumn(TypeDecorator[Role]):
    """A role, kept as its word."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Role | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Role | None:
        return None if value is None else Role(value)


class Address(NamedTuple):
    """Where something can be said: a channel, or a person's DM by their user id."""

    workspace_id: str
    conversation: str


class Settings(BaseModel):
    """One feature's settings of a team; defaults live in its fields. `feature` names its part of the column."""

    feature: ClassVar[str]

    @classmethod
    def of(cls, team: "Team") -> Self:
        return cls.model_validate(team.settings.get(cls.feature, {}))


class Workspace(Base):
    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    bot_user_id: Mapped[str]
    bot_id: Mapped[str]
    token: Mapped[bytes]
    """The bot token, encrypted."""
    parked: Mapped[str | None] = mapped_column(default=None)
    """Why nothing can be said here until somebody installs the bot again: Slack's error, like `token_revoked`."""


class Person(Base):
    """A person (or bot) of a workspace, as Slack last told us."""

    __tablename__ = "people"

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(index=True)
    zone: Mapped[str] = mapped_column(default="UTC")
    is_bot: Mapped[bool] = mapped_column(default=False)
    has_left: Mapped[bool] = mapped_column(default=False)
    dm_id: Mapped[str | None] = mapped_column(default=None)
    """The id of their DM with the bot, once learnt."""

    @property
    def dm(self) -> Address:
        return Address(self.workspace_id, self.id)

    def local(self, now: datetime) -> datetime:
        return now.astimezone(ZoneInfo(self.zone))


class Team(Base):
    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    channel_id: Mapped[str]
    name: Mapped[str]
    zone: Mapped[str]
    sponsor_id: Mapped[str | None]
    created_at: Mapped[datetime]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)

    @property
    def channel(self) -> Address:
        return Address(self.workspace_id, self.channel_id)


class Member(Base):
    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("team_id", "user_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    user_id: Mapped[str] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(RoleColumn, default=Role.AGENT)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    team: Mapped[Team] = relationship(init=False, lazy="raise")

    def must_lead(self) -> None:
        if self.role is not Role.LEADER:
            raise UserError("That is for the team's leaders. Ask one of them; they will be glad you did.")


async def create(
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
    """Make a channel a team with its members. A channel that is a team already is a `UserError`."""
    if await of_channel(session, workspace.id, channel_id):
        raise UserError("This channel has a team already; `/steward settings` changes it.")
    team = Team(workspace.id, channel_id, name, zone, sponsor_id, now)
    session.add(team)
    await session.flush()
    for user_id in sorted({*leaders, *agents}):
        role = Role.LEADER if user_id in leaders else Role.AGENT
        session.add(Member(workspace.id, team.id, user_id, role, user_id in deputies))
    await session.flush()
    return team


async def of_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> Team | None:
    there = select(Team).where(Team.workspace_id == workspace_id, Team.channel_id == channel_id)
    return (await session.scalars(there)).one_or_none()


async def of_person(session: AsyncSession, workspace_id: str, user_id: str) -> Sequence[Team]:
    """The teams somebody belongs to, as a member or as the sponsor, by name."""
    membership = select(Member.team_id).where(Member.workspace_id == workspace_id, Member.user_id == user_id)
    theirs = select(Team).where(
        Team.workspace_id == workspace_id, or_(Team.id.in_(membership), Team.sponsor_id == user_id)
    )
    return (await session.scalars(theirs.order_by(Team.name, Team.id))).all()


async def one(session: AsyncSession, workspace_id: str, user_id: str, team_id: int) -> Team:
    """One of somebody's own teams."""
    for team in await of_person(session, workspace_id, user_id):
        if team.id == team_id:
            return team
    raise UserError("You are not in that team any more. Please start again with `/shoutout`.")


async def which(
    session: AsyncSession,
    workspace_id: str,
    user_id: str,
    *,
    channel_id: str | None = None,
    others: Collection[str] = (),
) -> Sequence[Team]:
    """The team meant: the channel's, else the person's only one, else the one shared with `others`.

    More than one is left only where a form must ask; nobody's team at all is a `UserError`.
    """
    theirs = await of_person(session, workspace_id, user_id)
    here = [team for team in theirs if team.channel_id == channel_id]
    if here or len(theirs) == 1:
        return here or theirs
    if not theirs:
        raise UserError(await _no_team(session, workspace_id))
    return await _shared(session, theirs, others) or theirs


async def _shared(session: AsyncSession, theirs: Sequence[Team], others: Collection[str]) -> list[Team]:
    rows = await session.execute(
        select(Member.team_id, Member.user_id).where(Member.team_id.in_([team.id for team in theirs]))
    )
    members: dict[int, set[str]] = {}
    for team_id, user_id in rows:
        members.setdefault(team_id, set()).add(user_id)
    return [team for team in theirs if others and members.get(team.id, set()).issuperset(others)]


async def _no_team(session: AsyncSession, workspace_id: str) -> str:
    some = await session.scalar(select(Team.id).where(Team.workspace_id == workspace_id).limit(1))
    if some is None:
        return "No channel here is a team of mine yet, so I would not know whom to tell. Ask whoever runs me."
    return "You are in no team of mine yet. Ask your team's leader to add you, and try again."


async def members(session: AsyncSession, team: Team) -> Sequence[Member]:
    return (await session.scalars(select(Member).where(Member.team_id == team.id).order_by(Member.id))).all()


async def meet(session: AsyncSession, people: Sequence[dict[str, Any]]) -> None:
    """Write down what Slack says of people, each with the columns of `Person`; what is known is brought up to date."""
    if not people:
        return
    met = insert(session, Person).values(people)
    news = {column: met.excluded[column] for column in ("name", "zone", "is_bot", "has_left")}
    await session.execute(met.on_conflict_do_update(index_elements=["workspace_id", "id"], set_=news))


async def person(session: AsyncSession, workspace_id: str, user_id: str, *, lock: bool = False) -> Person:
    """Somebody Slack has told us of; `lock` makes others who count for this person wait."""
    query = select(Person).where(Person.workspace_id == workspace_id, Person.id == user_id)
    found = await session.scalar(query.with_for_update() if lock else query)
    if found is None:
        raise UserError("I have not met you yet; Slack tells me of newcomers within a minute. Please try again.")
    return found


async def people(session: AsyncSession, workspace_id: str, ids: Collection[str]) -> dict[str, Person]:
    """Those of `ids` that Slack has told us of."""
    known = select(Person).where(Person.workspace_id == workspace_id, Person.id.in_(sorted(ids)))
    return {found.id: found for found in await session.scalars(known)}


async def named(session: AsyncSession, workspace_id: str, names: Collection[str]) -> dict[str, str]:
    """User ids by the names people type after an @."""
    known = select(Person.name, Person.id).where(
        Person.workspace_id == workspace_id, Person.name.in_(sorted(names)), Person.has_left.is_(False)
    )
    return {row.name: row.id for row in await session.execute(known)}
