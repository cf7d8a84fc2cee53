"""Workspaces where the bot is installed, and addresses for messages in them."""

from collections.abc import Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, ForeignKey, case, or_, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import Base
from bot.db.personal_data import Personal, Reader
from bot.db.sessions import insert

ANY_URL = "https://slack.com/"
"""The start of links to workspaces whose own address is unknown."""


class Address(NamedTuple):
    """The address of a message: a channel, or a person's DM by their user id."""

    workspace_id: str
    conversation: str


RESUMING = "resuming"
"""Why a workspace is parked whose token works again: its people and channels are synced before anything is sent."""


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

    Parking an installation sets it on all workspaces of the installation. `RESUMING` once the token works again.
    """
    parked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was parked. After 30 days, its data is deleted."""
    url: Mapped[str] = mapped_column(default=ANY_URL)
    """The base URL of message links, such as `https://harbour.slack.com/`."""
    looked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the last full Slack sync ran."""
    planned_jobs: Mapped[str | None] = mapped_column(default=None)
    """The version of the jobs that are scheduled for it and its teams."""
    resumed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the token worked again after the workspace was last parked. Nothing that fell due before is said."""

    @property
    def is_stopped(self) -> bool:
        """Whether it is parked and not about to resume."""
        return self.parked not in (None, RESUMING)

    def park(self, reason: str, *, now: datetime) -> None:
        """Stop all work for the workspace. If it is parked already, the time of that stays."""
        self.parked, self.parked_at = reason, self.parked_at if self.is_stopped else now


Personal(
    Workspace,
    "installation",
    plain="id name bot_user_id bot_id parked url planned_jobs",
    read_by=Reader.OPERATOR,
    keep="while it is installed",
)


def can_be_synced() -> ColumnElement[bool]:
    """Return the SQL condition for workspaces whose token works, so that people and channels can be read."""
    return or_(Workspace.parked.is_(None), Workspace.parked == RESUMING)


async def is_stopped(session: AsyncSession, workspace_id: str) -> bool:
    """Return whether a workspace is parked and not about to resume."""
    parked = await session.scalar(select(Workspace.parked).where(Workspace.id == workspace_id))
    return parked not in (None, RESUMING)


async def message_url(session: AsyncSession, workspace_id: str) -> str:
    """Return the base URL of a workspace's message links."""
    return await session.scalar(select(Workspace.url).where(Workspace.id == workspace_id)) or ""


async def lock_stopped(session: AsyncSession, ids: Sequence[str]) -> set[str]:
    """Lock workspaces, and return the ids of those that are parked and not about to resume."""
    theirs = select(Workspace).where(Workspace.id.in_(ids)).order_by(Workspace.id)
    return {each.id for each in await session.scalars(locks.for_update(theirs, Workspace)) if each.is_stopped}


class WorkspaceFacts(NamedTuple):
    """What Slack reports about a workspace."""

    id: str
    name: str
    url: str


async def save(session: AsyncSession, facts: WorkspaceFacts, installation_id: str, bot: tuple[str, str]) -> Workspace:
    """Store a workspace that an installation covers, so that it is synced in full. `bot` is its user id and bot id.

    One that was parked is resuming until the sync is done.
    """
    row = {
        "name": facts.name, "url": facts.url, "bot_user_id": bot[0], "bot_id": bot[1],
        "installation_id": installation_id, "looked_at": None,
    }  # fmt: skip
    written = insert(session, Workspace).values(id=facts.id, **row)
    again = {**row, "parked": case((Workspace.parked.is_not(None), RESUMING))}
    await session.execute(written.on_conflict_do_update(index_elements=["id"], set_=again))
    return await session.get_one(Workspace, facts.id, populate_existing=True)
