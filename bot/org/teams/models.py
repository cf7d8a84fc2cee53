"""Tables of teams and their members."""

from datetime import datetime
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Dialect, String, TypeDecorator, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models import TeamRow, WorkspaceRow
from bot.db.personal_data import Erase, Personal, Reader
from bot.errors import Refusal
from bot.org.workspaces import Address
from bot.refusals import common


class Role(StrEnum):
    AGENT = "agent"
    LEADER = "leader"


class RoleColumn(TypeDecorator[Role]):
    """A column type that stores a role as its string value."""

    impl = String
    cache_ok = True

    def process_bind_param(self, value: Role | None, dialect: Dialect) -> str | None:
        return None if value is None else str(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> Role | None:
        return None if value is None else Role(value)


class Team(WorkspaceRow):
    __tablename__ = "teams"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id"),)

    channel_id: Mapped[str]
    name: Mapped[str]
    zone: Mapped[str]
    sponsor_id: Mapped[str | None]
    created_at: Mapped[datetime]
    settings: Mapped[dict[str, Any]] = mapped_column(JSON, default_factory=dict)
    is_closed: Mapped[bool] = mapped_column(default=False)
    """Whether the bot cannot post in its channel: it was archived, or the bot was removed."""

    @property
    def channel(self) -> Address:
        return Address(self.workspace_id, self.channel_id)


class Member(TeamRow):
    __tablename__ = "members"
    __table_args__ = (UniqueConstraint("team_id", "user_id"),)

    user_id: Mapped[str] = mapped_column(index=True)
    role: Mapped[Role] = mapped_column(RoleColumn, default=Role.AGENT)
    is_deputy: Mapped[bool] = mapped_column(default=False)
    joined_at: Mapped[datetime | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)
    """When they left the channel; returning members get their former role."""
    team: Mapped[Team] = relationship(init=False, lazy="raise")

    def must_lead(self) -> None:
        if self.role is not Role.LEADER:
            raise Refusal(common.FOR_LEADERS)


Personal(
    Team,
    "teams",
    people=[Team.sponsor_id],
    words=[Team.settings],
    plain="channel_id name zone",
    read_by=Reader.TEAM,
    not_exported=[Team.settings],
    on_erase=Erase.CLEAR,
    keep="what a workspace set up",
)
Personal(
    Member, "roles", people=[Member.user_id], plain="role", read_by=Reader.TEAM, keep="who is in a team, while they are"
)
