"""Refresh of bot tokens that expire, once for each installation: a lease in its row keeps other replicas from it.

A refresh token works once, so two refreshes at once would leave one of two replicas with a dead token.
"""

import asyncio
from datetime import datetime, timedelta
from uuid import uuid4

import structlog
from sqlalchemy import ColumnElement, and_, or_, select, true, update

from bot.clock import Clock
from bot.db import locks
from bot.db.sessions import Database, database_clock, vault_of
from bot.org import installations
from bot.org.installations import Installation
from bot.slack.oauth import OAuth, OAuthError, OAuthUnknown, Tokens

log = structlog.get_logger()

MARGIN = timedelta(hours=2)
"""How long before its end a token is refreshed. Until its end, the old token works beside the new one."""
LEASE_SECONDS = 45.0
MOST_TRIES = 3
"""How often a refresh of unknown outcome is tried again at once, with the same refresh token."""
PAUSE_SECONDS = 1.0
POLL_SECONDS = 0.2
DEAD = {"invalid_refresh_token", "token_revoked", "token_expired", "account_inactive", "invalid_auth"}
"""Errors after which a refresh token never works again. Others, such as a wrong client secret, are the operator's."""


class TokenRefresh:
    """Refreshes the tokens of installations; a live process has one."""

    def __init__(self, database: Database, clock: Clock, oauth: OAuth) -> None:
        self.name = uuid4().hex
        self._database = database
        self._clock = clock
        self._oauth = oauth

    async def refresh(self, installation_id: str, *, even_parked: bool = False) -> None:
        """Refresh a token that ends soon, and store the new one. If another process is doing so, do nothing.

        A refused refresh changes nothing until the old token has ended; then the installation is parked.
        """
        used = await self._claim(installation_id, even_parked=even_parked)
        if used is None:
            return
        try:
            tokens = await self._exchange(used)
        except OAuthUnknown as error:
            log.warning("token_refresh_unanswered", installation=installation_id, reason=str(error))
            await self._release(installation_id)
        except OAuthError as error:
            log.error("token_refresh_refused", installation=installation_id, reason=str(error))
            await self._record_refusal(installation_id, used, str(error))
        else:
            await self._store(installation_id, used, tokens)

    async def finish_interrupted(self) -> None:
        """Refresh again the tokens whose refresh a killed process has not finished.

        Slack has given that process a new pair, perhaps, and accepts the used refresh token only for a short while. So
        nobody waits until a token is needed.
        """
        left = select(Installation.id).where(
            Installation.lease_until < database_clock(), Installation.parked.is_(None), self._ends_soon()
        )
        async with self._database.reading() as session:
            found = (await session.scalars(left.order_by(Installation.id))).all()
        for installation_id in found:
            log.info("token_refresh_interrupted", installation=installation_id)
            await self.refresh(installation_id)

    async def free_leases(self) -> None:
        """End leases at start-up on SQLite, where this is the only process. Does nothing on PostgreSQL."""
        if self._database.is_sqlite:
            held = update(Installation).where(Installation.lease_until.is_not(None))
            async with self._database.begin() as session:
                await session.execute(held.values(lease_until=0.0))

    async def wait_for_others(self, installation_id: str) -> bool:
        """Wait until no process is refreshing the token any more. Return whether one was."""
        has_waited = False
        while await self._is_leased(installation_id):
            has_waited = True
            await asyncio.sleep(POLL_SECONDS)
        return has_waited

    async def _is_leased(self, installation_id: str) -> bool:
        leased = select(Installation.id).where(
            Installation.id == installation_id, Installation.lease_until >= database_clock()
        )
        async with self._database.reading() as session:
            return await session.scalar(leased) is not None

    async def _claim(self, installation_id: str, *, even_parked: bool) -> str | None:
        """Take the lease and return the refresh token, or None if another process has it or nothing is to be done."""
        due = update(Installation).where(
            Installation.id == installation_id,
            true() if even_parked else Installation.parked.is_(None),
            self._ends_soon(),
            or_(Installation.lease_until.is_(None), Installation.lease_until < database_clock()),
        )
        claimed = due.values(lease=self.name, lease_until=database_clock() + LEASE_SECONDS)
        async with self._database.begin() as session:
            sealed = await session.scalar(claimed.returning(Installation.refresh_token))
            return vault_of(session).read(sealed, otherwise="") if sealed else None

    def _ends_soon(self) -> ColumnElement[bool]:
        """Return the SQL condition for installations whose token ends soon and can be refreshed."""
        return and_(Installation.refresh_token.is_not(None), Installation.expires_at <= self._clock.now() + MARGIN)

    async def _exchange(self, refresh_token: str) -> Tokens:
        """Exchange a refresh token. If Slack does not answer, try again: it may not have seen the request."""
        for _ in range(MOST_TRIES - 1):
            try:
                return await self._oauth.refresh(refresh_token, now=self._clock.now())
            except OAuthUnknown:
                await asyncio.sleep(PAUSE_SECONDS)
        return await self._oauth.refresh(refresh_token, now=self._clock.now())

    async def _store(self, installation_id: str, used: str, tokens: Tokens) -> None:
        """Store new tokens, unless the app has been installed again in the meantime."""
        async with self._database.begin() as session:
            row = await locks.lock_row(session, Installation, installation_id, refresh=True)
            vault = vault_of(session)
            if row is None or not row.refresh_token or vault.read(row.refresh_token, otherwise="") != used:
                return
            row.token, row.expires_at = vault.encrypt(tokens.token), tokens.expires_at
            row.refresh_token = vault.encrypt(tokens.refresh_token) if tokens.refresh_token else None
            row.lease = row.lease_until = None
        log.info("token_refreshed", installation=installation_id)

    async def _record_refusal(self, installation_id: str, used: str, reason: str) -> None:
        now = self._clock.now()
        async with self._database.begin() as session:
            row = await locks.lock_row(session, Installation, installation_id, refresh=True)
            if row is None or not row.refresh_token or vault_of(session).read(row.refresh_token, otherwise="") != used:
                return
            row.lease = row.lease_until = None
            if reason in DEAD and has_ended(row.expires_at, now) and not row.parked:
                await installations.park(session, row, reason, now=now)

    async def _release(self, installation_id: str) -> None:
        mine = update(Installation).where(Installation.id == installation_id, Installation.lease == self.name)
        async with self._database.begin() as session:
            await session.execute(mine.values(lease=None, lease_until=None))


def has_ended(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at <= now


def ends_soon(expires_at: datetime | None, now: datetime) -> bool:
    return expires_at is not None and expires_at <= now + MARGIN
