"""Workspaces where the bot is installed, and addresses for messages in them."""

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ForeignKey, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal_data import Personal, Reader
from bot.db.sessions import insert

ANY_URL = "https://slack.com/"
"""The start of links to workspaces whose own address is unknown."""


class Address(NamedTuple):
    """The address of a message: a channel, or a person's DM by their user id."""

    workspace_id: str
    conversation: str


class Workspace(Base):
    __tablename__ = "workspaces"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    bot_user_id: Mapped[str]
    bot_id: Mapped[str]
    installation_id: Mapped[str | None] = mapped_column(ForeignKey("installations.id"), default=None, index=True)
    """The installation whose token the bot uses here; an organization's installation has several workspaces."""
    parked: Mapped[str | None] = mapped_column(default=None)
    """The Slack error, such as `token_revoked`, that blocks the bot in the workspace until it is reinstalled.

    Parking an installation sets it on all workspaces of the installation.
    """
    url: Mapped[str] = mapped_column(default=ANY_URL)
    """The base URL of message links, such as `https://harbour.slack.com/`."""
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the last full Slack sync ran."""
    planned_jobs: Mapped[str | None] = mapped_column(default=None)
    """The version of the jobs that are scheduled for it and its teams."""


Personal(
    Workspace,
    "installation",
    plain="id name bot_user_id bot_id parked url planned_jobs",
    read_by=Reader.OPERATOR,
    keep="while it is installed",
)


async def message_url(session: AsyncSession, workspace_id: str) -> str:
    """Return the base URL of a workspace's message links."""
    return await session.scalar(select(Workspace.url).where(Workspace.id == workspace_id)) or ""


class WorkspaceFacts(NamedTuple):
    """What Slack reports about a workspace."""

    id: str
    name: str
    url: str


async def save(session: AsyncSession, facts: WorkspaceFacts, installation_id: str, bot: tuple[str, str]) -> Workspace:
    """Store a workspace that an installation covers, so that it is synced in full. `bot` is its user id and bot id."""
    row = {
        "name": facts.name, "url": facts.url, "bot_user_id": bot[0], "bot_id": bot[1], "parked": None,
        "installation_id": installation_id, "looked_at": None,
    }  # fmt: skip
    written = insert(session, Workspace).values(id=facts.id, **row)
    await session.execute(written.on_conflict_do_update(index_elements=["id"], set_=row))
    return await session.get_one(Workspace, facts.id, populate_existing=True)
