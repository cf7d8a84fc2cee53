"""Installing the app: the token, its workspaces and their jobs; and whose installations a process may work for."""

from collections.abc import Iterable, Sequence
from datetime import datetime

import structlog
from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import Database, vault_of
from bot.errors import OperatorError
from bot.org import installations
from bot.org.availability import working_hours
from bot.org.installations import Grant, Installation
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace, WorkspaceFacts
from bot.workflows import parked_workspaces, recurring_jobs
from bot.workflows.scrub import SCRUBBED

log = structlog.get_logger()

REPLACED = "replaced"
"""Why a workspace is parked whose database has been adopted for another one."""


async def install(
    session: AsyncSession, grant: Grant, covered: Iterable[WorkspaceFacts], *, now: datetime
) -> list[Workspace]:
    """Store an installation with the workspaces that it covers, and schedule their jobs.

    A workspace with a working installation of its own goes on with that one when its organization installs the app.
    Those that were parked resume: nothing that fell due meanwhile is sent.
    """
    await installations.save(session, grant, now=now)
    theirs = [each for each in covered if not (grant.is_org and await _has_its_own(session, each.id))]
    found = await parked_workspaces.save(session, theirs, grant.id, grant.bot, installer=grant.installer_id, now=now)
    for workspace in found:
        await plan_jobs(session, workspace, now=now)
    log.info("installed", installation=grant.id, workspaces=[each.id for each in found])
    return found


async def _has_its_own(session: AsyncSession, workspace_id: str) -> bool:
    known = await session.get(Workspace, workspace_id)
    return known is not None and known.installation_id == workspace_id and not known.is_stopped


async def plan_jobs(session: AsyncSession, workspace: Workspace, *, now: datetime) -> None:
    """Schedule the jobs of a workspace and of its teams; jobs already scheduled are left alone."""
    await recurring_jobs.plan_workspace_jobs(session, workspace, now=now)
    teams = (await session.scalars(select(Team).where(Team.workspace_id == workspace.id))).all()
    await recurring_jobs.plan_jobs(session, teams, now=now)
    workspace.planned_jobs = recurring_jobs.version()


async def plan_all_jobs(database: Database, *, now: datetime) -> None:
    """Schedule the jobs that this release added to every workspace that is not parked, each in its own transaction."""
    is_old = func.coalesce(Workspace.planned_jobs, "") != recurring_jobs.version()
    async with database.reading() as session:
        ids = (await session.scalars(select(Workspace.id).where(Workspace.parked.is_(None), is_old))).all()
    for id in ids:
        async with database.begin() as session:
            await plan_jobs(session, await session.get_one(Workspace, id), now=now)


async def has_holidays(database: Database) -> bool:
    """Return whether a team observes the public holidays of a country, which take a while to load."""
    async with database.reading() as session:
        async for team in await session.stream_scalars(select(Team)):
            if working_hours.team_hours(team).country:
                return True
    return False


async def claim_for_token(
    session: AsyncSession,
    workspace: WorkspaceFacts,
    adopted: str | None,
    *,
    client_id: str | None = None,
    now: datetime,
) -> None:
    """Make sure that the database belongs to the workspace of the bot token and to no other.

    In a sandbox, others may have installed the app with `client_id` beside it.

    A copy of a production database would otherwise let another process post in production. Raises `OperatorError`,
    unless `adopted` names the workspace; the tokens of the others are then deleted.
    """
    known = await _list_all(session)
    is_known = workspace.id in {each.id for each, _ in known}
    ours = {installation.id for _, installation in known if installation and client_id == installation.client_id}
    others = [
        each
        for each, _ in known
        if each.id != workspace.id
        and not (each.parked and is_known)
        and each.parked != SCRUBBED
        and not (client_id and each.installation_id in ours)
    ]
    if others and adopted != workspace.id:
        raise OperatorError(
            f"This database belongs to {_names(others)}, but SLACK_BOT_TOKEN is for {workspace.name} ({workspace.id}). "
            f"Use that workspace's token, or an empty database. To go on with {workspace.name} in this database, set "
            f"STEWARD_ADOPT_WORKSPACE={workspace.id}; Steward then deletes the other tokens, and after 30 days the "
            "other workspaces' data."
        )
    await _replace(session, {each.installation_id for each in others}, now=now)


async def claim_for_app(session: AsyncSession, client_id: str, adopted: str | None, *, now: datetime) -> None:
    """Make sure that all installations in the database are of the app with this client id.

    Raises `OperatorError` if some are not, unless `adopted` names the one workspace of those to go on with; the tokens
    of the others are then deleted.
    """
    strange = [
        (workspace, installation)
        for workspace, installation in await _list_all(session)
        if not workspace.parked and installation and installation.client_id != client_id
    ]
    kept = next((installation for workspace, installation in strange if workspace.id == adopted), None)
    if strange and kept is None:
        raise OperatorError(
            f"This database has workspaces that installed another Slack app: {_names(each for each, _ in strange)}. "
            "Set STEWARD_CLIENT_ID to that app's, or use an empty database. To go on with one of them, set "
            "STEWARD_ADOPT_WORKSPACE to its id; Steward then deletes the tokens of the others, and after 30 days their "
            "data."
        )
    if kept:
        kept.client_id = client_id
        await _replace(session, {each.id for _, each in strange if each is not kept}, now=now)


async def _list_all(session: AsyncSession) -> Sequence[tuple[Workspace, Installation | None]]:
    theirs = select(Workspace, Installation).outerjoin(Installation, Workspace.installation_id == Installation.id)
    return [(row[0], row[1]) for row in await session.execute(theirs.order_by(Workspace.id))]


def _names(found: Iterable[Workspace]) -> str:
    return ", ".join(f"{each.name} ({each.id})" for each in found)


async def _replace(session: AsyncSession, ids: Iterable[str | None], *, now: datetime) -> None:
    replaced = [await locks.lock_existing(session, Installation, id) for id in sorted(filter(None, ids))]
    for each in replaced:
        each.token, each.refresh_token = vault_of(session).encrypt(""), None
    await installations.park_all(session, replaced, REPLACED, now=now)
