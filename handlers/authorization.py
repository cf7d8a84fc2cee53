"""Authorization of Slack's requests: with which token the bot answers, by the workspace that Slack names.

Bolt names the workspace of the first authorization, and for views the one where the app is installed; never the team in
an event, which is the writer's in a channel that several workspaces share.
"""

import structlog
from slack_bolt.authorization import AuthorizeResult
from slack_bolt.authorization.async_authorize import AsyncAuthorize

from bot.clock import Clock
from bot.db.sessions import Database
from bot.slack.clients import Clients, Credentials
from bot.workflows import organizations

log = structlog.get_logger()


class Authorizer(AsyncAuthorize):
    """Bolt's `authorize`, without the call of `auth.test` that Bolt's own makes for each request."""

    def __init__(self, database: Database, clients: Clients, clock: Clock) -> None:
        self._database = database
        self._clients = clients
        self._clock = clock

    async def __call__(
        self, *, team_id: str | None, enterprise_id: str | None, **request: object
    ) -> AuthorizeResult | None:
        """Return the credentials that a request is answered with, or None if the app is not installed there.

        An event without a workspace needs none, because it sends nothing.
        """
        if not team_id:
            return AuthorizeResult(enterprise_id=enterprise_id, team_id=None)
        try:
            found = await self._find(team_id, enterprise_id)
        except LookupError:
            log.warning("request_without_installation", workspace=team_id)
            return None
        return AuthorizeResult(
            enterprise_id=enterprise_id,
            team_id=team_id,
            bot_token=found.token,
            bot_id=found.bot_id,
            bot_user_id=found.bot_user_id,
        )

    async def _find(self, team_id: str, enterprise_id: str | None) -> Credentials:
        """Return the credentials of a workspace. Slack may send requests before it says that it was granted."""
        try:
            return await self._clients.credentials(team_id, waits=False)
        except LookupError:
            if not await organizations.cover_unknown(self._database, enterprise_id, team_id, now=self._clock.now()):
                raise
            return await self._clients.credentials(team_id, waits=False)
