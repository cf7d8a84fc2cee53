"""Slack's OAuth: where people allow the app, and the exchange of a code or refresh token for a bot token."""

from collections.abc import AsyncIterator, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import urlencode

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot import manifest
from bot.org.installations import Grant
from bot.org.workspaces import WorkspaceFacts
from bot.settings import Settings

INSTALL, REDIRECT = "/slack/install", "/slack/oauth_redirect"
"""The paths of the install page and of the redirect URL, below the public address."""
PAGE = 100


class OAuthError(Exception):
    """Raised if Slack gives no token; the message is Slack's error, for the log."""


class OAuthUnknown(OAuthError):
    """Raised if Slack did not answer, so that it is unknown whether it has used up the code or refresh token."""


@dataclass(frozen=True)
class App:
    """The Slack app that people install."""

    client_id: str
    client_secret: str
    api_url: str
    public_url: str
    scopes: Sequence[str]

    @property
    def install_url(self) -> str:
        return self.public_url + INSTALL

    @property
    def redirect_url(self) -> str:
        return self.public_url + REDIRECT

    def authorize_url(self, state: str, team: str | None = None) -> str:
        """Return where people allow the app: next to the API, so that it also works with a sandbox.

        With `team`, Slack suggests that workspace or organization.
        """
        asked = {
            "client_id": self.client_id, "scope": ",".join(self.scopes), "user_scope": "", "state": state,
            "redirect_uri": self.redirect_url, **({"team": team} if team else {}),
        }  # fmt: skip
        return f"{self.api_url.removesuffix('/').removesuffix('/api')}/oauth/v2/authorize?{urlencode(asked)}"


def app_of(settings: Settings) -> App | None:
    """Return the app that people install, with the scopes of app.yaml; None if the bot has one workspace's token."""
    if not (settings.client_id and settings.client_secret and settings.public_url):
        return None
    scopes = manifest.load_manifest()["oauth_config"]["scopes"]["bot"]
    secret = settings.client_secret.get_secret_value()
    return App(settings.client_id, secret, settings.api_url, settings.public_url, scopes)


@dataclass(frozen=True)
class Tokens:
    """A bot token; `refresh_token` and `expires_at` are None if it never expires."""

    token: str
    refresh_token: str | None
    expires_at: datetime | None


class OAuth:
    """Calls Slack's OAuth methods for one app."""

    def __init__(self, app: App, with_token: Callable[[str | None], AsyncWebClient]) -> None:
        self.app = app
        self._with_token = with_token

    async def exchange_code(self, code: str, *, now: datetime) -> tuple[Grant, list[WorkspaceFacts], str]:
        """Exchange the code of an install.

        Returns what is granted, the workspaces that it covers, and the address of the workspace or organization. Raises
        `OAuthError`.
        """
        answer = await self._access(code=code, redirect_uri=self.app.redirect_url)
        tokens = _tokens(answer, now)
        client = self._with_token(tokens.token)
        me = await _ask(client.auth_test())
        is_org = bool(answer.get("is_enterprise_install"))
        team, org = answer.get("team") or {}, answer.get("enterprise") or {}
        grant = Grant(
            tokens.token, me["bot_id"], str(answer.get("bot_user_id") or me["user_id"]),
            workspace_id="" if is_org else str(team["id"]), enterprise_id=org.get("id"), is_org=is_org,
            app_id=answer.get("app_id"), client_id=self.app.client_id,
            installer_id=(answer.get("authed_user") or {}).get("id"), scopes=split_scopes(answer.get("scope")),
            refresh_token=tokens.refresh_token, expires_at=tokens.expires_at,
        )  # fmt: skip
        url = str(me["url"])
        if is_org:
            return grant, [each async for each in list_workspaces(client, url)], url
        return grant, [WorkspaceFacts(grant.workspace_id, str(team.get("name") or me["team"]), url)], url

    async def refresh(self, refresh_token: str, *, now: datetime) -> Tokens:
        """Exchange a refresh token, which Slack accepts once. Raises `OAuthError`."""
        return _tokens(await self._access(grant_type="refresh_token", refresh_token=refresh_token), now)

    async def _access(self, **asked: Any) -> AsyncSlackResponse:
        credentials = {"client_id": self.app.client_id, "client_secret": self.app.client_secret}
        return await _ask(self._with_token(None).oauth_v2_access(**credentials, **asked))


async def list_workspaces(client: AsyncWebClient, url: str) -> AsyncIterator[WorkspaceFacts]:
    """Yield the workspaces that an organization has granted to an org-wide install. Raises `OAuthError`.

    Slack tells their names but not their addresses, so links start at `url`, the organization's.
    """
    cursor: str | None = None
    while cursor != "":
        page = await _ask(client.auth_teams_list(limit=PAGE, cursor=cursor))
        for team in page["teams"]:
            yield WorkspaceFacts(team["id"], team["name"], url)
        cursor = (page.get("response_metadata") or {}).get("next_cursor") or ""


def split_scopes(listed: str | None) -> list[str]:
    return [scope.strip() for scope in (listed or "").split(",") if scope.strip()]


def _tokens(answer: AsyncSlackResponse, now: datetime) -> Tokens:
    token, refresh_token, seconds = (answer.get(name) for name in ("access_token", "refresh_token", "expires_in"))
    if not token or answer.get("token_type", "bot") != "bot":
        raise OAuthError("no bot token")
    return Tokens(str(token), refresh_token, now + timedelta(seconds=int(seconds)) if seconds else None)


async def _ask(call: Any) -> AsyncSlackResponse:
    try:
        answer: AsyncSlackResponse = await call
    except SlackApiError as error:
        reason = str(error.response.get("error") or f"http_{error.response.status_code}")
        is_unknown = error.response.status_code >= 429 or not error.response.get("error") or reason in PASSING
        raise (OAuthUnknown if is_unknown else OAuthError)(reason) from None
    except (TimeoutError, aiohttp.ClientError, OSError) as error:
        raise OAuthUnknown(type(error).__name__) from None
    return answer


PASSING = ("internal_error", "fatal_error", "service_unavailable", "request_timeout", "ratelimited")
