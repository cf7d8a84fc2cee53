"""Slack Web API clients, one per workspace, which share one HTTP session. Tokens are cached."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.db.sessions import Database
from bot.org import installations

TIMEOUT_SECONDS = 10
TOKEN_IS_DEAD = {"token_revoked", "token_expired", "account_inactive", "invalid_auth", "not_authed"}


class Client(AsyncWebClient):
    """The slack_sdk client, made tolerant of responses that are not a JSON object.

    slack_sdk crashes on those. This client turns them into an error response without a reason.
    """

    async def _request(self, **request: Any) -> dict[str, Any]:
        try:
            answer: dict[str, Any] = await super()._request(**request)
        except SlackApiError as error:  # the response is not JSON; `error.response` is aiohttp's own
            return {"data": {}, "headers": error.response.headers, "status_code": error.response.status}
        return answer if isinstance(answer["data"], dict) else {**answer, "data": {}}


def retry_after(headers: Mapping[str, str]) -> int:
    """Return the seconds to wait from a `Retry-After` header: at least 1, and 1 if the header is not a number."""
    said = headers.get("Retry-After", "")
    return max(1, int(said)) if said.isdecimal() else 1


def granted_scopes(answer: AsyncSlackResponse) -> list[str]:
    """Return the scopes that Slack has granted to the token of a call, from the answer's headers."""
    listed = str(answer.headers.get("x-oauth-scopes") or "")
    return [scope.strip() for scope in listed.split(",") if scope.strip()]


@dataclass(frozen=True)
class Credentials:
    """The bot's token and ids in a workspace."""

    token: str
    bot_id: str
    bot_user_id: str


class Clients:
    """A cache of clients by workspace. slack_sdk's own retries are off, because they can post a message twice."""

    def __init__(self, database: Database, api_url: str, session: aiohttp.ClientSession) -> None:
        self._database = database
        self._api_url = api_url
        self._session = session
        self._credentials: dict[str, Credentials] = {}
        self._clients: dict[str, AsyncWebClient] = {}

    def with_token(self, token: str | None) -> AsyncWebClient:
        return Client(
            token=token, base_url=self._api_url, session=self._session, timeout=TIMEOUT_SECONDS, retry_handlers=[]
        )

    async def of(self, workspace_id: str) -> AsyncWebClient:
        """Return the client of a workspace. Raises `LookupError` if the bot is not installed there."""
        if workspace_id not in self._clients:
            credentials = await self.credentials(workspace_id)
            self._clients[workspace_id] = self.with_token(credentials.token)
        return self._clients[workspace_id]

    async def credentials(self, workspace_id: str) -> Credentials:
        """Return the bot's token and ids in a workspace. Raises `LookupError` if it is not installed there."""
        if workspace_id not in self._credentials:
            async with self._database.reading() as session:
                found = await installations.installation_of(session, workspace_id)
            if found is None:
                raise LookupError(workspace_id)
            token = self._database.vault.decrypt(found.token)
            self._credentials[workspace_id] = Credentials(token, found.bot_id, found.bot_user_id)
        return self._credentials[workspace_id]

    def forget(self, workspace_id: str) -> None:
        """Drop the cached client and token of a workspace, so that the next call reads the token again."""
        self._credentials.pop(workspace_id, None)
        self._clients.pop(workspace_id, None)
