"""Slack Web API clients, one per workspace, which share one HTTP session. Tokens are cached and refreshed."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, NamedTuple

import aiohttp
import structlog
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.clock import Clock, monotonic_seconds
from bot.db.sessions import Database
from bot.org import installations
from bot.slack import token_refresh
from bot.slack.oauth import App, OAuth, split_scopes
from bot.slack.token_refresh import TokenRefresh

log = structlog.get_logger()

TIMEOUT_SECONDS = 10
RETRY_SECONDS, RETRY_ENDED_SECONDS = 60.0, 5.0
"""The pause after a refresh before the next one, while the old token works and after it has ended."""
CACHE_SECONDS = 60.0
"""How long a token is used before it is read again, because another replica may have stored a new install."""
TOKEN_IS_DEAD = {
    "token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed", installations.NOT_GRANTED,
}  # fmt: skip


class MissingScopes(NamedTuple):
    """What a call lacked: any one of the scopes that it needs would do."""

    workspace_id: str
    needed: frozenset[str]
    granted: frozenset[str]


class Client(AsyncWebClient):
    """The slack_sdk client, made tolerant of responses that are not a JSON object.

    slack_sdk crashes on those. This client turns them into an error response without a reason. It also notes which
    scopes a call lacked.
    """

    workspace_id = ""
    lacking: "set[MissingScopes] | None" = None

    async def _request(self, **request: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await super()._request(**request)
        except SlackApiError as error:  # the response is not JSON; `error.response` is aiohttp's own
            return {"data": {}, "headers": error.response.headers, "status_code": error.response.status}
        if not isinstance(answer["data"], dict):
            return {**answer, "data": {}}
        if answer["data"].get("error") == "missing_scope" and self.lacking is not None:
            needed, granted = (frozenset(split_scopes(answer["data"].get(name))) for name in ("needed", "provided"))
            self.lacking.add(MissingScopes(self.workspace_id, needed, granted))
        return answer


def retry_after(headers: Mapping[str, str]) -> int:
    """Return the seconds to wait from a `Retry-After` header: at least 1, and 1 if the header is not a number."""
    said = headers.get("Retry-After", "")
    return max(1, int(said)) if said.isdecimal() else 1


def granted_scopes(answer: AsyncSlackResponse) -> list[str]:
    """Return the scopes that Slack has granted to the token of a call, from the answer's headers."""
    return split_scopes(answer.headers.get("x-oauth-scopes"))


class NoToken(Exception):
    """Raised if a workspace's bot token has expired, and Slack gives no new one now."""


@dataclass(frozen=True)
class Credentials:
    """The bot's token and ids in a workspace."""

    installation_id: str
    token: str
    bot_id: str
    bot_user_id: str
    expires_at: datetime | None = None
    is_org: bool = False


class Clients:
    """The one door to bot tokens: a cache of clients by workspace, which refreshes tokens that expire.

    slack_sdk's own retries are off, because they can post a message twice.
    """

    def __init__(
        self,
        database: Database,
        api_url: str,
        session: aiohttp.ClientSession,
        app: App | None = None,
        clock: Clock | None = None,
    ) -> None:
        self._database = database
        self._api_url = api_url
        self._session = session
        self._clock = clock or Clock()
        self.oauth = OAuth(app, self.with_token) if app else None
        self._refresh = TokenRefresh(database, self._clock, self.oauth) if self.oauth else None
        self.lacking: set[MissingScopes] = set()
        """The scopes that calls lacked since somebody took them from here."""
        self._credentials: dict[str, Credentials] = {}
        self._read_at: dict[str, float] = {}
        """When a workspace's token was read last, by the machine's clock."""
        self._clients: dict[str, tuple[Credentials, Client]] = {}
        self._refreshing: dict[str, asyncio.Task[None]] = {}
        self._refreshed_at: dict[str, float] = {}
        """When the last refresh of an installation ended, by the machine's clock."""

    def with_token(self, token: str | None, workspace_id: str | None = None) -> Client:
        """Return a client. With `workspace_id`, it sends that along with calls, as an organization's token needs it."""
        return Client(
            token=token, base_url=self._api_url, session=self._session, timeout=TIMEOUT_SECONDS, retry_handlers=[],
            team_id=workspace_id,
        )  # fmt: skip

    async def of(self, workspace_id: str) -> AsyncWebClient:
        """Return the client of a workspace. Raises `LookupError` if the bot is not installed there, or `NoToken`."""
        credentials = await self.credentials(workspace_id)
        kept, client = self._clients.get(workspace_id, (None, None))
        if client is None or kept is not credentials:
            client = self.with_token(credentials.token, workspace_id if credentials.is_org else None)
            client.workspace_id, client.lacking = workspace_id, self.lacking
            self._clients[workspace_id] = credentials, client
        return client

    async def credentials(self, workspace_id: str, *, waits: bool = True) -> Credentials:
        """Return the bot's token and ids in a workspace. Raises `LookupError` or `NoToken`, like `of`.

        A token that ends soon is refreshed first. Without `waits`, for requests that must be acked in time, that is
        done in the background, and the old token is returned as long as it works.
        """
        found = self._cached(workspace_id) or await self._load(workspace_id)
        if not token_refresh.ends_soon(found.expires_at, self._clock.now()):
            return found
        if self._has_ended(found):
            return await self._renew(workspace_id, found)
        if self._is_due(found, RETRY_SECONDS):
            refreshing = self._begin_refresh(found.installation_id)
            if waits:
                await asyncio.shield(refreshing)
                return await self._load(workspace_id)
        return found

    async def refresh_parked(self, installation_id: str) -> None:
        """Try to refresh the token of an installation that may be parked."""
        if self._refresh:
            await self._refresh.refresh(installation_id, even_parked=True)

    async def finish_refreshes(self) -> None:
        """Finish the refreshes of tokens that a killed process has begun."""
        if self._refresh:
            await self._refresh.finish_interrupted()

    async def free_leases(self) -> None:
        """End the leases of refreshes that a killed process has begun, if this is the only process."""
        if self._refresh:
            await self._refresh.free_leases()

    def forget(self, workspace_id: str) -> None:
        """Drop the cached client and token of a workspace, so that the next call reads the token again."""
        self._credentials.pop(workspace_id, None)
        self._clients.pop(workspace_id, None)

    async def close(self) -> None:
        """Wait for the refreshes that are under way, because their new tokens would be lost."""
        if self._refreshing:
            await asyncio.wait(self._refreshing.values(), timeout=TIMEOUT_SECONDS)

    def _cached(self, workspace_id: str) -> Credentials | None:
        is_old = monotonic_seconds() > self._read_at.get(workspace_id, 0.0) + CACHE_SECONDS
        return None if is_old else self._credentials.get(workspace_id)

    async def _load(self, workspace_id: str) -> Credentials:
        async with self._database.reading() as session:
            found = await installations.installation_of(session, workspace_id)
        if found is None:
            raise LookupError(workspace_id)
        token = self._database.vault.read(found.token, otherwise="")
        loaded = Credentials(found.id, token, found.bot_id, found.bot_user_id, found.expires_at, found.is_org)
        if loaded != self._credentials.get(workspace_id):
            self._credentials[workspace_id] = loaded
        self._read_at[workspace_id] = monotonic_seconds()
        return self._credentials[workspace_id]

    async def _renew(self, workspace_id: str, ended: Credentials) -> Credentials:
        """Return the credentials that replace ended ones. Raises `NoToken` if there are none now."""
        if self._refresh:
            if self._is_due(ended, RETRY_ENDED_SECONDS):
                await asyncio.shield(self._begin_refresh(ended.installation_id))
            is_over = self._has_ended(await self._load(workspace_id))
            if is_over and await self._refresh.wait_for_others(ended.installation_id):
                # the other process may have been killed meanwhile; then its lease is free
                await asyncio.shield(self._begin_refresh(ended.installation_id))
        found = await self._load(workspace_id)
        if self._has_ended(found):
            raise NoToken(ended.installation_id)
        return found

    def _has_ended(self, found: Credentials) -> bool:
        return token_refresh.has_ended(found.expires_at, self._clock.now())

    def _is_due(self, found: Credentials, seconds: float) -> bool:
        last = self._refreshed_at.get(found.installation_id)
        return last is None or found.installation_id in self._refreshing or monotonic_seconds() > last + seconds

    def _begin_refresh(self, installation_id: str) -> "asyncio.Task[None]":
        """Start to refresh a token, or return the refresh that is under way."""
        if installation_id not in self._refreshing:
            self._refreshing[installation_id] = asyncio.create_task(self._do_refresh(installation_id))
        return self._refreshing[installation_id]

    async def _do_refresh(self, installation_id: str) -> None:
        try:
            if self._refresh:
                await self._refresh.refresh(installation_id)
        except Exception:
            log.exception("token_refresh_failed", installation=installation_id)
        finally:
            self._refreshed_at[installation_id] = monotonic_seconds()
            del self._refreshing[installation_id]
            for each in [id for id, known in self._credentials.items() if known.installation_id == installation_id]:
                self.forget(each)
