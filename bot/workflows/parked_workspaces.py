"""What happens to a workspace after an uninstall: it resumes once the token works again, or is erased after 30 days."""

from collections.abc import Iterable, Sequence
from datetime import datetime, timedelta

import structlog
from sqlalchemy import delete, func, select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.models import Base
from bot.db.sessions import ERASURES_FILE, vault_of
from bot.db.sqlite_copies import delete_all_copies
from bot.followups.models import UNSETTLED, Followup, Kind
from bot.messages import installations as messages
from bot.nudges.models import NudgeCheck
from bot.org import erasure_log, workspaces
from bot.org.installations import Installation
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import RESUMING, Address, Workspace, WorkspaceFacts
from bot.scheduler import scheduler
from bot.slack.outbox import outbox, queries

log = structlog.get_logger()

KEPT_FOR = timedelta(days=30)
"""How long the data of a parked installation is kept."""


async def save(
    session: AsyncSession,
    covered: Iterable[WorkspaceFacts],
    installation_id: str,
    bot: tuple[str, str],
    *,
    installer: str | None = None,
    now: datetime,
) -> list[Workspace]:
    """Store workspaces that an installation covers; those that were parked resume."""
    covered = sorted(covered)
    stopped = await workspaces.lock_stopped(session, [each.id for each in covered])
    found = [await workspaces.save(session, each, installation_id, bot) for each in covered]
    await resume(session, [each for each in found if each.id in stopped], installer, now=now)
    return found


async def resume(session: AsyncSession, found: Sequence[Workspace], installer: str | None, *, now: datetime) -> None:
    """Plan the work of locked workspaces from now on, because their token works again, and tell the installer.

    What waited while they were parked is dropped. Nothing is sent until their people and channels are synced.
    """
    for workspace in found:
        workspace.parked, workspace.parked_at, workspace.looked_at, workspace.resumed_at = RESUMING, None, None, now
    await session.flush()
    if not found:
        return
    ids = [workspace.id for workspace in found]
    dropped = await queries.drop_parked(session, ids, now=now)
    await _check_tomorrow(session, ids, now)
    await scheduler.skip_overdue(session, ids, now=now)
    log.info("workspaces_resuming", workspaces=ids, dropped=dropped)
    if installer:
        await _tell(session, found, installer, now)


async def _check_tomorrow(session: AsyncSession, ids: Sequence[str], now: datetime) -> None:
    """Move overdue checks for nudges to tomorrow, when each waits for the person's working morning."""
    tomorrow = (now + timedelta(days=1)).replace(hour=0, minute=0, second=0, microsecond=0)
    overdue = update(NudgeCheck).where(NudgeCheck.workspace_id.in_(ids), NudgeCheck.at <= now)
    await session.execute(overdue.values(at=tomorrow))


async def _tell(session: AsyncSession, found: Sequence[Workspace], installer: str, now: datetime) -> None:
    ids = [each.id for each in found]
    teams = await session.scalar(select(func.count()).where(Team.workspace_id.in_(ids), Team.is_closed.is_(False)))
    open_ones = select(Followup.kind, func.count()).where(Followup.workspace_id.in_(ids), Followup.state.in_(UNSETTLED))
    counts = {Kind(kind): number for kind, number in await session.execute(open_ones.group_by(Followup.kind))}
    post = messages.resumed([each.name for each in found], teams or 0, counts)
    known = select(Person.workspace_id).where(Person.id == installer, Person.workspace_id.in_(ids))
    there = await session.scalar(known.order_by(Person.workspace_id).limit(1)) or ids[0]
    await outbox.put(session, post, to=Address(there, installer), not_before=now, key=f"resumed:{now.isoformat()}")


def is_over(parked: Installation | Workspace, now: datetime) -> bool:
    """Return whether an installation or a workspace has been parked for so long that its data is deleted."""
    return parked.parked_at is not None and parked.parked_at + KEPT_FOR <= now


async def erase(session: AsyncSession, installation: Installation, *, now: datetime) -> None:
    """Delete a locked installation, with everything that the database holds about its workspaces."""
    theirs = select(Workspace).where(Workspace.installation_id == installation.id).order_by(Workspace.id)
    found = (await session.scalars(locks.for_update(theirs, Workspace))).all()
    rows = sum([await erase_workspace(session, workspace, now=now) for workspace in found])
    await session.delete(installation)
    log.info("installation_erased", installation=installation.id, workspaces=[each.id for each in found], rows=rows)


async def erase_workspace(session: AsyncSession, workspace: Workspace, *, now: datetime) -> int:
    """Delete everything that the database holds about a locked workspace, and return how many rows.

    It is recorded in the file of erasures, so that a restored backup is erased again. Copies of the database go, too.
    """
    if file := session.info.get(ERASURES_FILE):
        erasure_log.append(file, vault_of(session), workspace.id, None, at=now)
    await _lock_teams(session, workspace.id)
    rows = 0
    for table in reversed(Base.metadata.sorted_tables):
        if "workspace_id" in table.c:
            deleted = await session.execute(delete(table).where(table.c.workspace_id == workspace.id))
            rows += deleted.rowcount  # type: ignore[attr-defined]
    await session.delete(workspace)
    await session.flush()
    await delete_all_copies(session)
    return rows


async def _lock_teams(session: AsyncSession, workspace_id: str) -> None:
    """Lock the workspace's teams, so that no other transaction locks their rows until this one ends."""
    teams = select(Team.id).where(Team.workspace_id == workspace_id).order_by(Team.id)
    await session.scalars(locks.for_update(teams, Team))
