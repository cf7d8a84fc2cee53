"""Teams, their members and settings, and who may do what."""

from collections.abc import Collection, Sequence
from datetime import datetime
from enum import StrEnum
from typing import Any, ClassVar, Self

from pydantic import BaseModel, ConfigDict, Field
from sqlalchemy import (
    JSON,
    Dialect,
    ForeignKey,
    Index,
    ScalarSelect,
    Select,
    String,
    TypeDecorator,
    UniqueConstraint,
    or_,
    select,
)
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot import directory
from bot.database import Base, insert
from bot.directory import Address, Person, Workspace
from bot.errors import UserError
from bot.places import Channel

KEPT = {"is_kept": True}
"""Tells a validator that a value was looked at when it was set: a library that has forgotten it breaks no team."""


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


class Settings(BaseModel):
    """One feature's settings of a team, or of a person; defaults live in its fields.

    `feature` names its part of the column; a field's title and description are what forms and docs say of it.
    """

    model_config = ConfigDict(extra="ignore", str_strip_whitespace=True)

    feature: ClassVar[str]
    title: ClassVar[str] = ""
    """What people call these settings."""

    @classmethod
    def of(cls, holder: "Team | Person") -> Self:
        return cls.model_validate(holder.settings.get(cls.feature, {}), context=KEPT)

    def keep(self, holder: "Team | Person") -> None:
        """Write them into their holder: only what is no default, so that better defaults reach everybody."""
        kept = self.model_dump(mode="json", exclude_defaults=True)
        others = {feature: said for feature, said in holder.settings.items() if feature != self.feature}
        holder.settings = {**others, **({self.feature: kept} if kept else {})}


class Goals(Settings):
    """What a team is after, in its own words."""

    feature: ClassVar[str] = "goals"
    title: ClassVar[str] = "Goals"
    goals: list[str] = Field(
        [], title="Goals", description="One a line, in plain words: what this team wants to be true by summer."
    )


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
    is_closed: Mapped[bool] = mapped_column(default=False)
    """Nothing can be said in its channel: it is archived, or the bot was taken out."""

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
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    """When they left the channel; who comes back is what they were."""
    team: Mapped[Team] = relationship(init=False, lazy="raise")

    def must_lead(self) -> None:
        if self.role is not Role.LEADER:
            raise UserError("That is for the team's leaders. Ask one of them; they will be glad you did.")


class Change(Base):
    """Who changed which setting of a team."""

    __tablename__ = "changes"
    __table_args__ = (Index(None, "team_id", "changed_at"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    changed_by: Mapped[str]
    changed_at: Mapped[datetime]
    name: Mapped[str]
    """Like `shoutouts.daily`."""
    was: Mapped[Any] = mapped_column(JSON)
    became: Mapped[Any] = mapped_column(JSON)


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
    await appoint(session, team, leaders=leaders, agents=agents, deputies=deputies, now=now)
    return team


async def appoint(
    session: AsyncSession,
    team: Team,
    *,
    leaders: Collection[str],
    deputies: Collection[str] = (),
    agents: Collection[str] = (),
    now: datetime,
) -> None:
    """Say who leads; other members become, or stay, agents, `agents` join, and the sponsor is no member."""
    await _lock(session, team)
    known = {member.user_id: member for member in (await session.scalars(_of(team))).all()}
    for user_id in sorted({*leaders, *agents} - known.keys()):
        known[user_id] = Member(team.workspace_id, team.id, user_id)
        session.add(known[user_id])
    for user_id, member in known.items():
        member.role = Role.LEADER if user_id in leaders else Role.AGENT
        member.is_deputy = user_id in deputies
        if user_id in leaders or user_id in agents:
            member.left_at = None
        if user_id == team.sponsor_id:
            member.left_at = now
    await session.flush()


async def join(session: AsyncSession, team: Team, user_ids: Collection[str]) -> None:
    """People came into the team's channel: newcomers are agents, who comes back is what they were."""
    await _lock(session, team)
    here = {"workspace_id": team.workspace_id, "team_id": team.id, "role": Role.AGENT, "is_deputy": False}
    rows = [{**here, "user_id": user_id, "left_at": None} for user_id in sorted(set(user_ids) - {team.sponsor_id})]
    if rows:
        joined = insert(session, Member).on_conflict_do_update(
            index_elements=["team_id", "user_id"], set_={"left_at": None}, where=Member.left_at.is_not(None)
        )
        await session.execute(joined, rows)


async def leave(session: AsyncSession, team: Team, user_ids: Collection[str], *, now: datetime) -> None:
    """People went out of the team's channel."""
    await _lock(session, team)
    theirs = _of(team).where(Member.user_id.in_(sorted(user_ids)), Member.left_at.is_(None))
    for member in await session.scalars(theirs):
        member.left_at = now


async def change(session: AsyncSession, team: Team, changed_by: str, settings: Settings, *, now: datetime) -> None:
    """Keep one feature's settings of a team, and who changed which."""
    was = type(settings).of(team).model_dump(mode="json")
    became = settings.model_dump(mode="json")
    settings.keep(team)
    for name in became:
        note(session, team, changed_by, f"{settings.feature}.{name}", was[name], became[name], now=now)


def note(
    session: AsyncSession, team: Team, changed_by: str, name: str, was: Any, became: Any, *, now: datetime
) -> None:
    """Write down a change; what stays the same leaves no trace."""
    if was != became:
        session.add(Change(team.workspace_id, team.id, changed_by, now, name, was, became))


async def changes(session: AsyncSession, team: Team, limit: int = 10) -> Sequence[Change]:
    """The latest changes of a team's settings, newest first."""
    latest = select(Change).where(Change.workspace_id == team.workspace_id, Change.team_id == team.id)
    return (await session.scalars(latest.order_by(Change.changed_at.desc(), Change.id.desc()).limit(limit))).all()


async def of_channel(session: AsyncSession, workspace_id: str, channel_id: str) -> Team | None:
    there = select(Team).where(Team.workspace_id == workspace_id, Team.channel_id == channel_id)
    return (await session.scalars(there)).one_or_none()


async def of_person(session: AsyncSession, workspace_id: str, user_id: str) -> Sequence[Team]:
    """The teams somebody belongs to, as a member or as the sponsor, by name."""
    membership = select(Member.team_id).where(
        Member.workspace_id == workspace_id, Member.user_id == user_id, Member.left_at.is_(None)
    )
    theirs = select(Team).where(
        Team.workspace_id == workspace_id, or_(Team.id.in_(membership), Team.sponsor_id == user_id)
    )
    return (await session.scalars(theirs.order_by(Team.name, Team.id))).all()


async def hold(session: AsyncSession, team_id: int | ScalarSelect[int]) -> Team | None:
    """Make others who change something of the team's together wait; its members and settings can still be read."""
    return await session.scalar(select(Team).where(Team.id == team_id).with_for_update(key_share=True))


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


async def _no_team(session: AsyncSession, workspace_id: str) -> str:
    some = await session.scalar(select(Team.id).where(Team.workspace_id == workspace_id).limit(1))
    if some is None:
        return (
            "No channel here is a team of mine yet. A workspace admin makes one with `/steward setup` in its channel."
        )
    return "You are in no team of mine yet. Join your team's channel, and try again."


async def members(session: AsyncSession, team: Team) -> Sequence[Member]:
    """Those who are in the team now, and still in the workspace."""
    return (await session.scalars(_present(team).order_by(Member.id))).all()


async def member(session: AsyncSession, team: Team, user_id: str) -> Member | None:
    return await session.scalar(_present(team).where(Member.user_id == user_id))


async def leads_somewhere(session: AsyncSession, workspace_id: str, user_id: str) -> bool:
    """Whether somebody leads any team."""
    leads = select(Member.id).where(
        Member.workspace_id == workspace_id,
        Member.user_id == user_id,
        Member.role == Role.LEADER,
        Member.left_at.is_(None),
    )
    return await session.scalar(leads.limit(1)) is not None


async def must_manage(session: AsyncSession, team: Team, person: Person) -> None:
    """Settings are for the team's leaders, and for those who run the workspace."""
    theirs = await member(session, team, person.id)
    if not person.is_admin and (theirs is None or theirs.role is not Role.LEADER):
        raise UserError("Only the team's leaders can change its settings. Tell one of them what you would like.")


async def follow(session: AsyncSession, channel: Channel, here: Collection[str], *, now: datetime) -> Team | None:
    """Bring a channel's team up to date with its name and the people in it; leaders need not be there."""
    team = await of_channel(session, channel.workspace_id, channel.id)
    if team is None:
        return None
    team.name = channel.name
    agents = {member.user_id for member in await members(session, team) if member.role is Role.AGENT}
    await leave(session, team, agents - set(here), now=now)
    await join(session, team, await directory.who_may_join(session, team.workspace_id, here))
    return team


async def close(session: AsyncSession, workspace_id: str, channel_id: str, *, is_closed: bool) -> None:
    """The channel can be spoken in no more, or again."""
    if team := await of_channel(session, workspace_id, channel_id):
        team.is_closed = is_closed


async def lock(session: AsyncSession, team: Team) -> None:
    """Make others who change this team wait; what only refers to it need not."""
    await session.refresh(team, with_for_update={"key_share": True})


async def _lock(session: AsyncSession, team: Team) -> None:
    """Membership is written by events and by the lookout; one after the other, so that none waits for the other."""
    this = select(Team.id).where(Team.workspace_id == team.workspace_id, Team.id == team.id)
    await session.execute(this.with_for_update(key_share=True))


def _of(team: Team) -> Select[Member]:
    return select(Member).where(Member.workspace_id == team.workspace_id, Member.team_id == team.id)


def _present(team: Team) -> Select[Member]:
    not_here = select(Person.id).where(
        Person.workspace_id == team.workspace_id, or_(Person.has_left, Person.is_bot, Person.is_stranger)
    )
    return _of(team).where(Member.left_at.is_(None), Member.user_id.not_in(not_here))
