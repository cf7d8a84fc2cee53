"""Slack clients, one a workspace, over one HTTP session; tokens are read once and remembered."""

from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.database import Database
from bot.directory import Workspace

TIMEOUT_SECONDS = 10


@dataclass(frozen=True)
class Installation:
    token: str
    bot_id: str
    bot_user_id: str


class Clients:
    """Clients that send each call once: slack_sdk's own re-sending doubles posts, so it is off."""

    def __init__(self, database: Database, api_url: str, session: aiohttp.ClientSession) -> None:
        self._database = database
        self._api_url = api_url
        self._session = session
        self._installations: dict[str, Installation] = {}
        self._clients: dict[str, AsyncWebClient] = {}

    def with_token(self, token: str | None) -> AsyncWebClient:
        return AsyncWebClient(
            token=token,
            base_url=self._api_url,
            session=self._session,
            timeout=TIMEOUT_SECONDS,
            retry_handlers=[],
        )

    async def of(self, workspace_id: str) -> AsyncWebClient:
        """The client of a workspace; `LookupError` when the bot is not installed there."""
        if workspace_id not in self._clients:
            installation = await self.installation(workspace_id)
            self._clients[workspace_id] = self.with_token(installation.token)
        return self._clients[workspace_id]

    async def installation(self, workspace_id: str) -> Installation:
        """The bot's token and ids in a workspace; `LookupError` when it is not installed there."""
        if workspace_id not in self._installations:
            async with self._database.reading() as session:
                workspace = await session.get(Workspace, workspace_id)
            if workspace is None:
                raise LookupError(workspace_id)
            token = self._database.vault.decrypt(workspace.token)
            self._installations[workspace_id] = Installation(token, workspace.bot_id, workspace.bot_user_id)
        return self._installations[workspace_id]

    def forget(self, workspace_id: str) -> None:
        """Read the token anew at the next call."""
        self._installations.pop(workspace_id, None)
        self._clients.pop(workspace_id, None)
