"""Checks of bot tokens: Slack is asked whether a token works before an uninstall or a revocation is believed.

Slack promises no order of its events, so an `app_uninstalled` may arrive after the app was installed again.
"""

import asyncio
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from sqlalchemy import select, update
from sqlalchemy.ext.asyncio import AsyncSession

from bot.clock import Clock
from bot.db import locks
from bot.db.sessions import Database, vault_of
from bot.org import installations
from bot.org.installations import EXPIRED, NOT_GRANTED, RECHECK_INTERVAL, RETRY_INTERVAL, Installation
from bot.org.workspaces import Workspace
from bot.slack import token_refresh
from bot.slack.clients import TOKEN_IS_DEAD, Clients, NoToken, retry_after
from bot.workflows import installations as workflow
from bot.workflows import parked_workspaces
from bot.workflows.access_checks import AccessChecker

log = structlog.get_logger()

POLL_SECONDS = 2.0
RETRY_SECONDS = 60.0
LEASE = timedelta(minutes=5)
"""After this time, a check that has not ended is presumed dead and is repeated."""


@dataclass(frozen=True)
class Check:
    """A claimed check: the token to ask about, and the `check_at` that marks the claim."""

    installation_id: str
    token: str
    claim: datetime
    expires_at: datetime | None


class TokenChecker:
    """Checks the tokens that are in doubt, and once a day those of parked installations."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock
        self._access = AccessChecker(database, clients, clock)
        self._checking = asyncio.Lock()

    async def run(self) -> None:
        while True:
            try:
                await self.check_due()
                await asyncio.sleep(POLL_SECONDS)
            except Exception:
                log.exception("token_check_failed")
                await asyncio.sleep(RETRY_SECONDS)

    async def next_access_check_at(self) -> datetime | None:
        """Return when the next check is due of a workspace that was parked alone."""
        return await self._access.next_at()

    async def check_due(self) -> None:
        """Check every token that is due. A check that Slack does not answer is repeated after a minute.

        Refreshes of tokens that a killed process has begun are finished first.
        """
        async with self._checking:
            await self._clients.finish_refreshes()
            while check := await self._claim():
                try:
                    await self._check(check)
                except Exception:
                    log.exception("token_check_failed", installation=check.installation_id)
            await self._access.check_due()

    async def _claim(self) -> Check | None:
        """Claim a check that is due, so that no other replica asks too."""
        now = self._clock.now()
        due = Installation.check_at <= now
        waiting = select(Installation.id).where(due).order_by(Installation.check_at).limit(1)
        async with self._database.reading() as session:
            if await session.scalar(waiting) is None:
                return None
        claim = now + LEASE
        claimed = update(Installation).where(Installation.id == waiting.scalar_subquery(), due).values(check_at=claim)
        async with self._database.begin() as session:
            columns = Installation.id, Installation.token, Installation.expires_at
            row = (await session.execute(claimed.returning(*columns))).first()
        # decrypted after the commit, so that a token whose key is lost keeps nobody else waiting
        return Check(row[0], self._database.vault.read(row[1], otherwise=""), claim, row[2]) if row else None

    async def _check(self, check: Check) -> None:
        try:
            check = await self._refresh(check)
            reason = await self._ask(check.token)
        except SlackApiError as error:
            log.info("token_check_unanswered", installation=check.installation_id, status=error.response.status_code)
            asked = timedelta(seconds=retry_after(error.response.headers))
            await self._postpone(check, max(RETRY_INTERVAL, asked))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            log.info("token_check_unanswered", installation=check.installation_id, error=type(error).__name__)
            await self._postpone(check, RETRY_INTERVAL)
        else:
            await self._record(check, reason)

    async def _refresh(self, check: Check) -> Check:
        """Refresh a token that has expired, and return the check with the token that is stored then."""
        if not token_refresh.has_ended(check.expires_at, self._clock.now()):
            return check
        await self._clients.refresh_parked(check.installation_id)
        async with self._database.reading() as session:
            row = await session.get_one(Installation, check.installation_id)
            return replace(check, token=vault_of(session).read(row.token, otherwise=""))

    async def _ask(self, token: str) -> str | None:
        """Ask Slack about a token. Return why it is dead, or None if it works.

        An empty token was deleted. Raises if Slack does not say, as with a rate limit or a fault of its own.
        """
        if not token:
            return "not_authed"
        try:
            await self._clients.with_token(token).auth_test()
        except SlackApiError as error:
            if error.response.get("error") not in TOKEN_IS_DEAD - {NOT_GRANTED}:
                raise
            return str(error.response["error"])
        return None

    async def _record(self, check: Check, reason: str | None) -> None:
        """Record an answer, unless the token has been replaced since Slack was asked."""
        now = self._clock.now()
        async with self._database.begin() as session:
            row = await locks.lock_row(session, Installation, check.installation_id, refresh=True)
            if row is None or vault_of(session).read(row.token, otherwise="") != check.token:
                return
            if row.check_at == check.claim:
                row.check_at = now + RECHECK_INTERVAL if row.parked else None
            covered = await _lock_workspaces(session, row.id)
            if reason is None and row.parked:
                await self._unpark(session, row, covered, now)
            elif reason and row.parked and parked_workspaces.is_over(row, now):
                await parked_workspaces.erase(session, row, now=now)
            elif reason == EXPIRED and row.refresh_token and not row.parked:
                row.expires_at = min(row.expires_at or now, now)
            elif reason and not row.parked:
                await installations.park(session, row, reason, now=now)
        for workspace in covered:
            self._clients.forget(workspace.id)
        if reason == EXPIRED and covered:
            with suppress(NoToken, LookupError):
                await self._clients.credentials(covered[0].id)  # refreshes the token, or parks

    async def _unpark(self, session: AsyncSession, row: Installation, covered: list[Workspace], now: datetime) -> None:
        """Let an installation resume, except the workspaces that its organization has taken."""
        stopped = [each for each in covered if each.parked_at and row.parked_at and each.parked_at >= row.parked_at]
        row.parked = row.parked_at = row.check_at = None
        await parked_workspaces.resume(session, stopped, row.installer_id, now=now)
        for each in stopped:
            await workflow.plan_jobs(session, each, now=now)

    async def _postpone(self, check: Check, by: timedelta) -> None:
        later = update(Installation).where(
            Installation.id == check.installation_id, Installation.check_at == check.claim
        )
        async with self._database.begin() as session:
            await session.execute(later.values(check_at=self._clock.now() + by))


async def _lock_workspaces(session: AsyncSession, installation_id: str) -> list[Workspace]:
    theirs = select(Workspace).where(Workspace.installation_id == installation_id).order_by(Workspace.id)
    return list(await session.scalars(locks.for_update(theirs, Workspace)))
