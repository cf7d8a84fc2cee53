"""Org-wide installs: workspaces that an organization grants and takes, and facts that come without a workspace."""

from collections.abc import Callable, Iterable, Sequence
from datetime import datetime
from typing import Any

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import Database
from bot.org import installations, people, workspaces
from bot.org.installations import Installation
from bot.org.people import Person
from bot.org.workspaces import Workspace, WorkspaceFacts
from bot.workflows import installations as workflow
from bot.workflows import parked_workspaces

log = structlog.get_logger()

TAKEN = "team_access_revoked"
"""Why a workspace is parked that its organization has taken from the app."""


async def cover(
    session: AsyncSession, org: Installation, granted: Iterable[WorkspaceFacts], *, now: datetime
) -> list[Workspace]:
    """Let an org-wide install cover workspaces, and schedule their jobs.

    A workspace with a working installation of its own goes on with that one, and one that is covered already stays as
    it is. One that was taken resumes.
    """
    new = [each for each in granted if not await _is_covered(session, each.id)]
    covered = await parked_workspaces.save(session, new, org.id, (org.bot_user_id, org.bot_id), now=now)
    for workspace in covered:
        await workflow.plan_jobs(session, workspace, now=now)
        log.info("workspace_granted", installation=org.id, workspace=workspace.id)
    return covered


async def _is_covered(session: AsyncSession, workspace_id: str) -> bool:
    known = await session.get(Workspace, workspace_id)
    return known is not None and known.installation_id is not None and not known.is_stopped


async def grant(session: AsyncSession, enterprise_id: str, ids: Sequence[str], *, now: datetime) -> None:
    """Cover the workspaces that an organization grants. The sync learns their names.

    Does nothing if the app is not installed in the organization; the install that follows lists them too.
    """
    org = await installations.find_org(session, enterprise_id)
    if org and not org.parked:
        url = await session.scalar(select(Workspace.url).where(Workspace.installation_id == org.id).limit(1))
        facts = [WorkspaceFacts(id, id, url or workspaces.ANY_URL) for id in ids]
        await cover(session, org, facts, now=now)


async def take(session: AsyncSession, enterprise_id: str, ids: Sequence[str], *, now: datetime) -> None:
    """Park the workspaces that an organization has taken from the app. Granting them again ends that."""
    theirs = select(Workspace).where(Workspace.id.in_(ids), Workspace.installation_id == enterprise_id)
    for workspace in await session.scalars(locks.for_update(theirs.order_by(Workspace.id), Workspace)):
        workspace.park(workspace.parked if workspace.parked and workspace.is_stopped else TAKEN, now=now)
        log.info("workspace_taken", installation=enterprise_id, workspace=workspace.id)


async def cover_unknown(database: Database, enterprise_id: str | None, workspace_id: str, *, now: datetime) -> bool:
    """Cover a workspace that Slack sends requests from before it says that it was granted. Return whether it is."""
    if not enterprise_id:
        return False
    async with database.begin() as session:
        await grant(session, enterprise_id, [workspace_id], now=now)
        return await installations.installation_of(session, workspace_id) is not None


async def update_person(
    database: Database, enterprise_id: str, user_id: str, profile_in: Callable[[str], dict[str, Any]]
) -> None:
    """Store a profile in each workspace of an organization that knows the person, and say nothing to anybody.

    Whether somebody is an admin or a guest differs between workspaces, so that stays as it is.
    """
    for workspace_id in await _who_knows(database, enterprise_id, user_id):
        async with database.begin() as session:
            for known in (await people.fetch_people(session, workspace_id, [user_id])).values():
                roles = {"is_admin": known.is_admin, "is_guest": known.is_guest}
                await people.upsert_people(session, [profile_in(workspace_id) | roles])


async def update_quiet_hours(
    database: Database, enterprise_id: str, user_id: str, quiet: tuple[datetime, datetime] | None
) -> None:
    """Store when a person is not to be disturbed in each workspace of an organization that knows the person."""
    for workspace_id in await _who_knows(database, enterprise_id, user_id):
        async with database.begin() as session:
            for person in (await people.fetch_people(session, workspace_id, [user_id])).values():
                person.be_quiet(quiet)


async def _who_knows(database: Database, enterprise_id: str, user_id: str) -> Sequence[str]:
    async with database.reading() as session:
        covered = await installations.list_covered(session, enterprise_id)
        known = select(Person.workspace_id).where(Person.id == user_id, Person.workspace_id.in_(covered))
        return (await session.scalars(known.order_by(Person.workspace_id))).all()
