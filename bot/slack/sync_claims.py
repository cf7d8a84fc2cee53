"""Claims of full syncs: each workspace is synced by one process, and by another one if that is killed or stops."""

from datetime import datetime, timedelta

from sqlalchemy import or_, select, update

from bot.clock import Clock
from bot.db.sessions import Database
from bot.org.workspaces import Workspace, can_be_synced

FULL_SYNC_INTERVAL = timedelta(days=1)
SYNC_LEASE = timedelta(minutes=15)
"""Lease of a full sync. If it has not finished by then, its replica is presumed dead and another one starts over."""


class SyncClaims:
    """Claims workspaces whose full sync is due. `looked_at` marks a claim, as of when its lease ends."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self._database = database
        self._clock = clock

    async def free_leases(self) -> None:
        """Let syncs that a killed process had claimed begin at once on SQLite, where this is the only process.

        Until a new workspace is synced, nobody there is known. Does nothing on PostgreSQL.
        """
        if self._database.is_sqlite:
            ends = self._clock.now() - FULL_SYNC_INTERVAL
            claimed = update(Workspace).where(Workspace.looked_at > ends, Workspace.looked_at <= ends + SYNC_LEASE)
            async with self._database.begin() as session:
                await session.execute(claimed.values(looked_at=ends))

    async def take(self) -> tuple[str, datetime] | None:
        """Claim a workspace whose full sync is due, so that no other replica syncs it too.

        Returns the workspace's id and the `looked_at` that marks the claim, or None if no workspace is due.
        """
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
        return (workspace_id, began) if workspace_id else None

    async def record(self, workspace_id: str, began: datetime) -> None:
        """Record the full sync as finished, unless another one has been requested in the meantime."""
        ours = update(Workspace).where(Workspace.id == workspace_id, Workspace.looked_at == began)
        async with self._database.begin() as session:
            await session.execute(ours.values(looked_at=self._clock.now()))

    async def release(self, workspace_id: str, began: datetime) -> None:
        """Let another process begin a full sync that this one does not finish, because it stops."""
        ours = update(Workspace).where(Workspace.id == workspace_id, Workspace.looked_at == began)
        async with self._database.begin() as session:
            await session.execute(ours.values(looked_at=self._clock.now() - FULL_SYNC_INTERVAL))
