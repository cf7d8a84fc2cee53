"""Claims of full syncs: each workspace is synced by one process, and by another one if that is killed or stops."""

import asyncio
from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from bot.clock import Clock, monotonic_seconds
from bot.db.sessions import Database
from bot.org.workspaces import Workspace, can_be_synced

FULL_SYNC_INTERVAL = timedelta(days=1)
SYNC_LEASE = timedelta(minutes=3)
"""Lease of a full sync. If it is not renewed by then, its replica is presumed dead and another one starts over."""
RENEW_SECONDS = 30.0


class SyncClaims:
    """Claims workspaces whose full sync is due. `looked_at` marks a claim, as of when its lease ends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock
        self._held: dict[str, datetime] = {}
        """The `looked_at` of the workspaces that this process has claimed."""
        self._renewed_at = 0.0
        self._changing = asyncio.Lock()

    async def free_leases(self) -> None:
        """Let syncs that a killed process had claimed begin at once on SQLite, where this is the only process.

        Until a new workspace is synced, nobody there is known. Does nothing on PostgreSQL.
        """
        if self._database.is_sqlite:
            ends = self._clock.now() - FULL_SYNC_INTERVAL
            claimed = update(Workspace).where(Workspace.looked_at > ends, Workspace.looked_at <= ends + SYNC_LEASE)
            async with self._database.begin() as session:
                await session.execute(claimed.values(looked_at=ends))

    async def take(self) -> str | None:
        """Claim a workspace whose full sync is due, so that no other replica syncs it too. Return its id, or None."""
        now = self._clock.now()
        began = now - FULL_SYNC_INTERVAL + SYNC_LEASE
        due = or_(Workspace.looked_at.is_(None), Workspace.looked_at <= now - FULL_SYNC_INTERVAL)
        longest = (Workspace.looked_at.is_not(None), Workspace.looked_at)
        waiting = select(Workspace.id).where(due, can_be_synced()).order_by(*longest).limit(1)
        async with self._database.reading() as session:
            if await session.scalar(waiting) is None:
                return None
        async with self._database.begin() as session:
            claimed = update(Workspace).where(Workspace.id == waiting.scalar_subquery(), due).values(looked_at=began)
            workspace_id = await session.scalar(claimed.returning(Workspace.id))
        if workspace_id:
            self._held[workspace_id] = began
        return workspace_id

    async def renew(self) -> None:
        """Extend the leases of the syncs that go on, now and then."""
        if not self._held or monotonic_seconds() < self._renewed_at + RENEW_SECONDS:
            return
        self._renewed_at = monotonic_seconds()
        for workspace_id in sorted(self._held):
            later = self._clock.now() - FULL_SYNC_INTERVAL + SYNC_LEASE
            async with self._changing:
                if await self._set(workspace_id, self._held.get(workspace_id), later):
                    self._held[workspace_id] = later

    async def record(self, workspace_id: str) -> None:
        """Record the full sync as finished, unless another one has been requested in the meantime."""
        async with self._changing:
            await self._set(workspace_id, self._held.pop(workspace_id, None), self._clock.now())

    async def release(self, workspace_id: str) -> None:
        """Let another process begin a full sync that this one does not finish, because it stops."""
        async with self._changing:
            ends = self._clock.now() - FULL_SYNC_INTERVAL
            await self._set(workspace_id, self._held.pop(workspace_id, None), ends)

    def forget(self, workspace_id: str) -> None:
        """Forget a claim, whose sync has failed."""
        self._held.pop(workspace_id, None)

    async def _set(self, workspace_id: str, held: datetime | None, to: datetime) -> bool:
        """Change `looked_at` if it still marks this claim, and return whether it did."""
        if held is None:
            return False
        ours = update(Workspace).where(Workspace.id == workspace_id, Workspace.looked_at == held)
        async with self._database.begin() as session:
            return await session.scalar(ours.values(looked_at=to).returning(Workspace.id)) is not None
