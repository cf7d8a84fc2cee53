"""Erase again, in a restored database, whose data was erased after the backup was made."""

from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.db.sessions import Database, vault_of
from bot.org.erasure_log import Entry
from bot.org.erasures import Erasure, hash_person
from bot.org.people import Person
from bot.org.teams.models import Member, Team
from bot.org.workspaces import Workspace
from bot.workflows import parked_workspaces
from bot.workflows.erasures import requests


async def replay(database: Database, entries: Iterable[Entry], *, now: datetime) -> int:
    """Begin the erasures of a file again that a database lacks, and return how many. Workspaces are deleted at once.

    What the database has from after an erasure stays: an erasure that is done in it is not repeated, nor is that of a
    workspace whose teams are all newer. The people get no second receipt. The erasures go on when Steward runs; call
    `by_operator.run` to complete them before.
    """
    async with database.reading() as session:
        workspaces = (await session.scalars(select(Workspace.id).order_by(Workspace.id))).all()
    known, begun = [*entries], 0
    for workspace_id in workspaces:
        async with database.begin() as session:
            begun += await _replay_in(session, workspace_id, known, now)
    return begun


async def _replay_in(session: AsyncSession, workspace_id: str, entries: list[Entry], now: datetime) -> int:
    vault = vault_of(session)
    here = [each for each in entries if each.is_of_workspace(vault, workspace_id)]
    whole = max((each.at for each in here if each.person is None), default=None)
    if whole and not await _is_newer(session, workspace_id, whole):
        workspace = await locks.lock_existing(session, Workspace, workspace_id)
        await parked_workspaces.erase_workspace(session, workspace, now=now)
        return 1
    done = await _find_done(session, workspace_id)
    begun = 0
    for person_id in await _list_people(session, workspace_id) if here else []:
        hashes = hash_person(vault, workspace_id, person_id)
        latest = max((each.at for each in here if each.person in hashes), default=None)
        if latest and not any(each in done and done[each] >= latest for each in hashes):
            begun += await requests.begin(session, workspace_id, person_id, is_told=False, now=now)
    return begun


async def _is_newer(session: AsyncSession, workspace_id: str, erased_at: datetime) -> bool:
    """Return whether a workspace was set up again after it was erased."""
    first = await session.scalar(select(func.min(Team.created_at)).where(Team.workspace_id == workspace_id))
    return first is not None and first > erased_at


async def _find_done(session: AsyncSession, workspace_id: str) -> dict[str, datetime]:
    """Return when each erasure that the database has was done, by the hash of its person."""
    these = select(Erasure.person_hash, Erasure.erased_at).where(
        Erasure.workspace_id == workspace_id, Erasure.erased_at.is_not(None)
    )
    return {person_hash: at for person_hash, at in await session.execute(these) if at}


async def _list_people(session: AsyncSession, workspace_id: str) -> list[str]:
    """Return everybody whom the database knows in a workspace, also those who have left it."""
    people = select(Person.id).where(Person.workspace_id == workspace_id)
    members = select(Member.user_id).where(Member.workspace_id == workspace_id)
    return sorted({*await session.scalars(people), *await session.scalars(members)})
