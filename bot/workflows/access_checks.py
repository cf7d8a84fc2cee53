"""Checks of workspaces that were parked alone, because their organization is said to have taken them from the app."""

from datetime import datetime

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import and_, select

from bot.clock import Clock
from bot.db import locks
from bot.db.sessions import Database
from bot.org import installations
from bot.org.installations import NOT_GRANTED, RECHECK_INTERVAL, RETRY_INTERVAL, Installation
from bot.org.workspaces import RESUMING, Workspace
from bot.slack.clients import Clients, NoToken
from bot.workflows import installations as workflow
from bot.workflows import parked_workspaces

log = structlog.get_logger()

NO_ACCESS = {NOT_GRANTED, "team_not_found"}
IS_IN_DOUBT = and_(Workspace.parked_at.is_not(None), Workspace.parked != RESUMING, Installation.parked.is_(None))
"""The SQL condition for workspaces that are parked although their installation is not."""


class AccessChecker:
    """Asks whether the app still has no access to a workspace that was parked alone: at once, and then once a day.

    It resumes if the app does have access, because Slack promises no order of its events. After 30 days it is erased.
    """

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock
        self._ask_at: dict[str, datetime] = {}

    async def next_at(self) -> datetime | None:
        return min((await self._list_due()).values(), default=None)

    async def check_due(self) -> None:
        now = self._clock.now()
        for workspace_id, at in (await self._list_due()).items():
            if at <= now:
                await self._check(workspace_id, now)

    async def _list_due(self) -> dict[str, datetime]:
        """Return when to ask about each workspace that is parked although its installation is not."""
        alone = (
            select(Workspace.id, Workspace.parked_at)
            .join(Installation, Workspace.installation_id == Installation.id)
            .where(IS_IN_DOUBT)
        )
        async with self._database.reading() as session:
            found = [(row[0], row[1]) for row in await session.execute(alone.order_by(Workspace.id)) if row[1]]
        return {id: self._ask_at.get(id, at) for id, at in found}

    async def _check(self, workspace_id: str, now: datetime) -> None:
        try:
            has_access = await self._has_access(workspace_id)
        except (SlackApiError, aiohttp.ClientError, TimeoutError, OSError, NoToken, LookupError) as error:
            log.info("access_check_unanswered", workspace=workspace_id, error=type(error).__name__)
            self._ask_at[workspace_id] = now + RETRY_INTERVAL
            return
        self._ask_at[workspace_id] = now + RECHECK_INTERVAL
        async with self._database.begin() as session:
            installation = await installations.lock_installation(session, workspace_id)
            workspace = await locks.lock_row(session, Workspace, workspace_id, refresh=True)
            if not (workspace and installation and workspace.is_stopped) or installation.parked:
                return  # somebody has changed it in the meantime
            if has_access:
                await parked_workspaces.resume(session, [workspace], None, now=now)
                await workflow.plan_jobs(session, workspace, now=now)
            elif parked_workspaces.is_over(workspace, now):
                rows = await parked_workspaces.erase_workspace(session, workspace, now=now)
                log.info("workspace_erased", workspace=workspace_id, rows=rows)
            else:
                return
        self._ask_at.pop(workspace_id, None)
        self._clients.forget(workspace_id)

    async def _has_access(self, workspace_id: str) -> bool:
        """Ask Slack for a person of the workspace. Raises if Slack does not say whether the app has access."""
        client = await self._clients.of(workspace_id)
        try:
            await client.users_list(limit=1)
        except SlackApiError as error:
            if error.response.get("error") not in NO_ACCESS:
                raise
            return False
        return True
