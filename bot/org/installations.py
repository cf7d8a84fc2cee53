"""Installations of the app, each with a bot token: one for each workspace or, for org-wide installs, organization."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import structlog
from sqlalchemy import JSON, or_, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import Base
from bot.db.personal_data import Personal, Reader
from bot.db.sessions import insert, vault_of
from bot.org.workspaces import Workspace

log = structlog.get_logger()


EXPIRED = "token_expired"
RETRY_INTERVAL = timedelta(minutes=1)
"""After what time a check is repeated if Slack did not answer."""
NOT_GRANTED = "team_access_not_granted"
"""Slack's error for a workspace that its organization has taken from the app."""
RECHECK_INTERVAL = timedelta(days=1)
"""How often the token of a parked installation is checked, because it may work again."""


class Installation(Base):
    """The bot token of a workspace, or of an organization with any number of workspaces.

    There is one row each: whoever installs the app again replaces the token.
    """

    __tablename__ = "installations"

    id: Mapped[str] = mapped_column(primary_key=True)
    """The id of the workspace (`T…`) or, for an org-wide install, of the organization (`E…`)."""
    token: Mapped[bytes]
    """The bot token, encrypted."""
    bot_id: Mapped[str]
    bot_user_id: Mapped[str]
    installed_at: Mapped[datetime]
    enterprise_id: Mapped[str | None] = mapped_column(default=None)
    is_org: Mapped[bool] = mapped_column(default=False)
    app_id: Mapped[str | None] = mapped_column(default=None)
    client_id: Mapped[str | None] = mapped_column(default=None)
    """The client id that Slack's OAuth issued the token to; None for the token in SLACK_BOT_TOKEN."""
    installer_id: Mapped[str | None] = mapped_column(default=None)
    """The user id of whoever installed the app. A remark: nothing depends on this person."""
    scopes: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The scopes that Slack granted, sorted. Empty if they are unknown."""
    reported_scopes: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The missing scopes that an admin has been told of."""
    refresh_token: Mapped[bytes | None] = mapped_column(default=None)
    """The refresh token, encrypted; None if tokens do not expire. Slack accepts it once."""
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the bot token expires; None if it never does."""
    lease: Mapped[str | None] = mapped_column(default=None)
    """The process that is refreshing the token."""
    lease_until: Mapped[float | None] = mapped_column(default=None)
    """When the lease ends, by the database's clock."""
    check_at: Mapped[datetime | None] = mapped_column(default=None)
    """When to check with Slack whether the token still works; None if there is no doubt."""
    parked: Mapped[str | None] = mapped_column(default=None)
    """The Slack error, such as `token_revoked`, that blocks the bot until the app is installed again."""
    parked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was parked. After 30 days, its workspaces are erased."""


Personal(
    Installation,
    "installation",
    plain=(
        "id token bot_id bot_user_id enterprise_id app_id client_id installer_id scopes reported_scopes refresh_token "
        "lease parked"
    ),
    read_by=Reader.OPERATOR,
    keep="while it is installed",
)


async def installation_of(session: AsyncSession, workspace_id: str) -> Installation | None:
    """Return the installation of a known workspace, or None if the bot is not installed there."""
    mine = select(Installation).join(Workspace, Workspace.installation_id == Installation.id)
    return await session.scalar(mine.where(Workspace.id == workspace_id))


async def lock_installation(session: AsyncSession, workspace_id: str) -> Installation | None:
    """Lock and return the installation of a known workspace, or None if the bot is not installed there."""
    mine = select(Workspace.installation_id).where(Workspace.id == workspace_id)
    installation_id = await session.scalar(mine)
    return await locks.lock_row(session, Installation, installation_id, refresh=True) if installation_id else None


async def park(session: AsyncSession, installation: Installation, reason: str, *, now: datetime) -> None:
    """Park a locked installation with all its workspaces. The relay, the sync and the scheduler skip those."""
    await park_all(session, [installation], reason, now=now)


async def park_all(session: AsyncSession, found: Sequence[Installation], reason: str, *, now: datetime) -> None:
    """Park locked installations with all their workspaces.

    A workspace that an org-wide install covers too goes on with that one.
    """
    for each in found:
        log.error("installation_parked", installation=each.id, reason=reason)
        each.parked, each.parked_at, each.check_at = reason, each.parked_at or now, now + RECHECK_INTERVAL
    theirs = select(Workspace).where(Workspace.installation_id.in_([each.id for each in found])).order_by(Workspace.id)
    orgs = {each.id: await org_of(session, each) for each in found}
    for workspace in await session.scalars(locks.for_update(theirs, Workspace)):
        if org := orgs[workspace.installation_id or ""]:
            workspace.installation_id = org.id
        else:
            workspace.park(reason, now=now)


async def org_of(session: AsyncSession, installation: Installation) -> Installation | None:
    """Return the org-wide install that also covers the workspace of an installation and is not parked, or None."""
    if installation.is_org or not installation.enterprise_id:
        return None
    org = await find_org(session, installation.enterprise_id)
    return None if org is None or org.parked else org


async def find_org(session: AsyncSession, enterprise_id: str) -> Installation | None:
    """Return the org-wide install of an organization, or None."""
    return await session.scalar(select(Installation).where(Installation.id == enterprise_id, Installation.is_org))


async def list_covered(session: AsyncSession, enterprise_id: str) -> Sequence[str]:
    """Return the ids of the workspaces that an org-wide install covers and that are not parked."""
    theirs = select(Workspace.id).where(Workspace.installation_id == enterprise_id, Workspace.parked.is_(None))
    return (await session.scalars(theirs.order_by(Workspace.id))).all()


async def park_if_current(
    session: AsyncSession, workspace_id: str, reason: str, token: str | None, *, now: datetime
) -> None:
    """Park the installation whose token no longer works, unless a newer token has been stored in the meantime.

    A token that has only expired is refreshed at the next call, whatever its end should have been. A workspace that its
    organization has taken is parked alone.
    """
    installation = await lock_installation(session, workspace_id)
    if installation is None or installation.parked or vault_of(session).read(installation.token, otherwise="") != token:
        return
    if reason == NOT_GRANTED:
        workspace = await locks.lock_existing(session, Workspace, workspace_id)
        if not workspace.is_stopped:
            workspace.park(reason, now=now)
    elif reason == EXPIRED and installation.refresh_token:
        installation.expires_at = min(installation.expires_at or now, now)
    else:
        await park(session, installation, reason, now=now)


async def request_check(
    session: AsyncSession, workspace_id: str | None, enterprise_id: str | None, *, now: datetime
) -> None:
    """Have the token of a workspace or an organization checked, because Slack says that it was revoked."""
    here = select(Workspace.installation_id).where(Workspace.id == workspace_id)
    named = Installation.id.in_([id for id in (workspace_id, enterprise_id) if id])
    sooner = or_(Installation.check_at.is_(None), Installation.check_at > now)
    asked = update(Installation).where(or_(named, Installation.id.in_(here)), Installation.parked.is_(None), sooner)
    await session.execute(asked.values(check_at=now))


@dataclass(frozen=True)
class Grant:
    """What Slack grants when the app is installed: a bot token for a workspace or an organization."""

    token: str
    bot_id: str
    bot_user_id: str
    workspace_id: str = ""
    """Empty for an org-wide install, whose workspaces are granted afterwards."""
    enterprise_id: str | None = None
    is_org: bool = False
    app_id: str | None = None
    client_id: str | None = None
    installer_id: str | None = None
    scopes: Sequence[str] = ()
    refresh_token: str | None = None
    expires_at: datetime | None = None

    @property
    def id(self) -> str:
        return self.enterprise_id or "" if self.is_org else self.workspace_id

    @property
    def bot(self) -> tuple[str, str]:
        return self.bot_user_id, self.bot_id


async def save(session: AsyncSession, grant: Grant, *, now: datetime) -> None:
    """Store a new or renewed installation, which is no longer parked. An unfinished refresh of the old token is void.

    Admins are told again of a missing scope once it has been granted and is missing again.
    """
    vault = vault_of(session)
    known = await locks.lock_row(session, Installation, grant.id, refresh=True)
    reported = known.reported_scopes if known else []
    is_same = known is not None and vault.read(known.token, otherwise="") == grant.token
    row = {
        "token": vault.encrypt(grant.token), "bot_id": grant.bot_id, "bot_user_id": grant.bot_user_id,
        "installed_at": known.installed_at if known and is_same else now, "enterprise_id": grant.enterprise_id,
        "is_org": grant.is_org, "app_id": grant.app_id, "client_id": grant.client_id,
        "installer_id": grant.installer_id, "scopes": sorted(grant.scopes),
        "reported_scopes": [each for each in reported if each not in grant.scopes], "expires_at": grant.expires_at,
        "refresh_token": vault.encrypt(grant.refresh_token) if grant.refresh_token else None,
        "lease": None, "lease_until": None, "check_at": None, "parked": None, "parked_at": None,
    }  # fmt: skip
    written = insert(session, Installation).values(id=grant.id, **row)
    await session.execute(written.on_conflict_do_update(index_elements=["id"], set_=row))
    if known:
        session.expire(known)
