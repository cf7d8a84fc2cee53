"""A read-only Slack client for the doctor: one call per check, with short timeouts."""

import asyncio
import json
from dataclasses import dataclass
from typing import Any, NamedTuple

import aiohttp
from pydantic import SecretStr

from bot.doctor.findings import NoAnswer, NotChecked

ANSWER_SECONDS = 5.0
APPS = "https://api.slack.com/apps"
CLOSING = aiohttp.ClientWSTimeout(ws_close=1.0)
GONE = ("token_revoked", "token_expired", "account_inactive")
UNKNOWN = ("invalid_auth", "not_authed")


class Answer(NamedTuple):
    body: dict[str, Any]
    date: str | None
    scopes: str | None

    @property
    def error(self) -> str | None:
        return None if self.body.get("ok") else str(self.body.get("error", "no reason"))


@dataclass
class SlackProbe:
    """A client of Slack's Web API and Socket Mode that never retries.

    With `is_silent`, `ask` raises `NotChecked` without a call, because Slack did not answer before.
    """

    http: aiohttp.ClientSession
    api_url: str
    is_silent: bool = False
    proxy: str | None = None

    async def ask(
        self,
        method: str,
        token: SecretStr | None = None,
        *,
        client: aiohttp.BasicAuth | None = None,
        **asked: str,
    ) -> Answer:
        if self.is_silent:
            raise NotChecked("Not checked: Slack did not answer.")
        headers = {"Authorization": f"Bearer {token.get_secret_value()}"} if token else {}
        try:
            async with self.http.post(
                self.api_url + method, headers=headers, auth=client, data=asked or None, proxy=self.proxy
            ) as answer:
                return Answer(await _json(answer), answer.headers.get("Date"), answer.headers.get("x-oauth-scopes"))
        except (TimeoutError, aiohttp.ClientError, OSError) as error:
            raise NoAnswer(f"Slack did not answer at {self.api_url} ({type(error).__name__}).") from None

    async def listen(self, url: str, seconds: float) -> dict[str, Any]:
        """Open a socket, return its first message and close it at once, because nothing acks what Slack sends there."""
        async with asyncio.timeout(seconds), self.http.ws_connect(url, proxy=self.proxy, timeout=CLOSING) as socket:
            message = await socket.receive()
        said = json.loads(message.data) if message.type is aiohttp.WSMsgType.TEXT else None
        return said if isinstance(said, dict) else {}


async def _json(answer: aiohttp.ClientResponse) -> dict[str, Any]:
    try:
        body = await answer.json(content_type=None)
    except ValueError:
        body = None
    if not isinstance(body, dict):
        raise NoAnswer(f"{answer.url.host} did not answer like Slack's Web API (HTTP status {answer.status}).")
    return body
