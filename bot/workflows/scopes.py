"""Telling admins, once for each scope, that the app was installed without a scope that a feature needs."""

import asyncio
from collections.abc import Collection
from datetime import datetime

import structlog
from sqlalchemy import select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import manifest
from bot.clock import Clock
from bot.db.sessions import Database
from bot.messages import installations as messages
from bot.org import installations, people
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.clients import Clients
from bot.slack.outbox import outbox

log = structlog.get_logger()

POLL_SECONDS = 2.0
RETRY_SECONDS = 60.0


class ScopeReporter:
    """Reports the missing scopes that calls to Slack have shown."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock
        self._reporting = asyncio.Lock()
        self._wanted = frozenset(manifest.load_manifest()["oauth_config"]["scopes"]["bot"])
        self._link = clients.oauth.app.install_url if clients.oauth else messages.APPS

    async def run(self) -> None:
        while True:
            try:
                await self.report_due()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("scope_reporter_failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def report_due(self) -> None:
        async with self._reporting:
            while self._clients.lacking:
                found = self._clients.lacking.pop()
                if missing := (found.needed & self._wanted) - found.granted:
                    async with self._database.begin() as session:
                        await report(session, found.workspace_id, missing, self._link, now=self._clock.now())


async def report(
    session: AsyncSession, workspace_id: str, missing: Collection[str], link: str, *, now: datetime
) -> None:
    """Tell the workspace's admins about missing scopes, once for each scope while it is missing."""
    installation = await installations.lock_installation(session, workspace_id)
    new = set(missing) - set(installation.reported_scopes) if installation else set()
    if not installation or not new or not (admins := await people.admins(session, workspace_id)):
        return
    log.warning("scopes_missing", installation=installation.id, scopes=sorted(new))
    installation.reported_scopes = sorted({*installation.reported_scopes, *new})
    team = await session.scalar(select(Team).where(Team.workspace_id == workspace_id).order_by(Team.id).limit(1))
    for admin in sorted(admins, key=lambda each: each.id):
        to = Address(workspace_id, admin.id)
        await outbox.put(session, messages.missing_scopes(new, link), to=to, not_before=now, hours_of=team)
