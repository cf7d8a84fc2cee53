"""Workspaces that have the bot, and where something can be said in them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal import Personal, Reader


class Address(NamedTuple):
    """Where something can be said: a channel, or a person's DM by their user id."""

    workspace_id: str
    conversation: str


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
    url: Mapped[str] = mapped_column(default="https://slack.com/")
    """Where messages are linked to, such as `https://harbour.slack.com/`."""
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the Slack sync last read all that Slack knows of it."""


Personal(
    Workspace,
    "installation",
    plain="id name bot_user_id bot_id token parked url",
    read_by=Reader.OPERATOR,
    keep="while it is installed",
)


async def message_url(session: AsyncSession, workspace_id: str) -> str:
    """Where a workspace's messages are linked to."""
    return await session.scalar(select(Workspace.url).where(Workspace.id == workspace_id)) or ""
