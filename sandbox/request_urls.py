"""HTTP mode: sends each signed request to any one of the app's request URLs, and reads its ack."""

import asyncio
import hashlib
import hmac
import json
import secrets
import time
from collections import deque
from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import urlencode

import aiohttp

from sandbox import socket_mode
from sandbox.app import App
from sandbox.slack_types import Json, SlackError
from sandbox.socket_mode import Ack, Missed

AGENT = "Slackbot 1.0 (+https://api.slack.com/robots)"
FORM, JSON = "application/x-www-form-urlencoded", "application/json"


class Answer(NamedTuple):
    """The app's HTTP response to a request."""

    status: int
    text: str
    wants_no_retry: bool


class NotVerifiedError(SlackError):
    """Raised for a request URL that does not pass Slack's URL verification."""

    def __init__(self, url: str, why: str) -> None:
        super().__init__("url_not_verified", f"[ERROR] {url}: {why}")

    def __str__(self) -> str:
        return self.messages[0].removeprefix("[ERROR] ")


class RequestUrls:
    """The HTTP transport, with the same interface as `Hub`: requests wait until there is a URL."""

    def __init__(self, app: App) -> None:
        self._app = app
        self._urls: deque[str] = deque()
        self._verified = asyncio.Event()
        self._waiting: set[asyncio.Future[Any]] = set()
        self._session: aiohttp.ClientSession | None = None
        self.on_connect: Callable[[], None] = lambda: None
        self.on_asked: Callable[[str, Json, Ack | Missed], None] = lambda kind, payload, answer: None

    @property
    def connections(self) -> int:
        return len(self._urls)

    def in_flight(self) -> list[asyncio.Future[Any]]:
        return list(self._waiting)

    def clear(self) -> None:
        self._urls.clear()
        self._verified.clear()

    async def add(self, url: str) -> None:
        """Add a URL after Slack's URL verification; raise `NotVerifiedError` with the reason if it fails."""
        await self._verify(url)
        self._urls.append(url)
        self._verified.set()
        self.on_connect()

    async def ask(self, kind: str, payload: Json, *, retry_attempt: int = 0, retry_reason: str = "") -> Ack | Missed:
        """Send a request and return its ack; within `ACK_WITHIN` seconds, wait for a URL if there is none."""
        retry = {"X-Slack-Retry-Num": str(retry_attempt), "X-Slack-Retry-Reason": retry_reason} if retry_attempt else {}
        waiting = asyncio.get_running_loop().create_future()
        self._waiting.add(waiting)
        try:
            answer = await self._ask(kind, *_body(kind, payload), retry)
        finally:
            waiting.cancel()
            self._waiting.discard(waiting)
        self.on_asked(kind, payload, answer)
        return answer

    async def _ask(self, kind: str, content_type: str, body: bytes, retry: dict[str, str]) -> Ack | Missed:
        began = time.monotonic()
        try:
            async with asyncio.timeout(socket_mode.ACK_WITHIN):
                await self._verified.wait()
                answer = await self._to_any(content_type, body, retry)
        except TimeoutError:
            return Missed("http_timeout")
        except (aiohttp.ClientError, OSError):
            return Missed("connection_failed")
        if not _is_acked(kind, answer.status):
            return Missed("http_error", is_final=answer.wants_no_retry)
        return Ack(_payload(kind, answer.text), round((time.monotonic() - began) * 1000, 3))

    async def _to_any(self, content_type: str, body: bytes, headers: dict[str, str]) -> Answer:
        """Post to the next URL in turn, skipping those that refuse the connection, as a load balancer does."""
        refused: OSError = ConnectionRefusedError()
        self._urls.rotate(-1)
        for url in list(self._urls):
            try:
                return await self._post(url, content_type, body, headers)
            except aiohttp.ClientConnectorError as error:
                refused = error
        raise refused

    async def _post(self, url: str, content_type: str, body: bytes, headers: dict[str, str]) -> Answer:
        sent = {"Content-Type": content_type, "User-Agent": AGENT, "Accept": "application/json,*/*"}
        signed = _signature(self._app.signing_secret, body)
        posted = self._http().post(url, data=body, headers=sent | signed | headers, allow_redirects=False)
        async with posted as answer:
            wants_no_retry = answer.headers.get("X-Slack-No-Retry") == "1"
            return Answer(answer.status, await answer.text(errors="replace"), wants_no_retry)

    async def _verify(self, url: str) -> None:
        challenge = secrets.token_urlsafe(32)
        asked = {"token": self._app.verification, "challenge": challenge, "type": "url_verification"}
        try:
            async with asyncio.timeout(socket_mode.ACK_WITHIN):
                answer = await self._post(url, JSON, json.dumps(asked).encode(), {})
        except TimeoutError:
            raise NotVerifiedError(url, "it did not answer within three seconds") from None
        except (aiohttp.ClientError, OSError, ValueError) as error:
            raise NotVerifiedError(url, f"it cannot be reached ({error})") from None
        if answer.status != 200:
            raise NotVerifiedError(url, f"it answered HTTP {answer.status} to the challenge")
        if _challenge(answer.text) != challenge:
            raise NotVerifiedError(url, "it did not answer with the value of the challenge parameter")

    def _http(self) -> aiohttp.ClientSession:
        """Return the HTTP session, which opens a connection per request, since the app may close an idle one."""
        if self._session is None:
            connector = aiohttp.TCPConnector(force_close=True, limit=0)
            self._session = aiohttp.ClientSession(connector=connector, cookie_jar=aiohttp.DummyCookieJar())
        return self._session

    async def close(self) -> None:
        if self._session:
            await self._session.close()


def _body(kind: str, payload: Json) -> tuple[str, bytes]:
    """Encode a payload: commands as a form, interactions as a form with one `payload` field, events as JSON."""
    if kind == "slash_commands":
        return FORM, urlencode(payload).encode()
    if kind == "interactive":
        return FORM, urlencode({"payload": json.dumps(payload)}).encode()
    return JSON, json.dumps(payload).encode()


def _signature(secret: str, body: bytes) -> dict[str, str]:
    """Return Slack's signature headers, with a timestamp from the machine's clock, not the workspace's.

    Apps compare the timestamp with their own clock, to reject replayed requests.
    """
    at = str(int(time.time()))
    signed = hmac.new(secret.encode(), f"v0:{at}:".encode() + body, hashlib.sha256).hexdigest()
    return {"X-Slack-Signature": f"v0={signed}", "X-Slack-Request-Timestamp": at}


def _is_acked(kind: str, status: int) -> bool:
    return 200 <= status < 300 if kind == "events_api" else status == 200


def _payload(kind: str, text: str) -> Any:
    """Parse an ack's body, which may be plain text for a command."""
    said = _json(text)
    if isinstance(said, dict):
        return said
    return {"text": text} if text and kind == "slash_commands" else {}


def _challenge(text: str) -> str:
    said = _json(text)
    return str(said.get("challenge")) if isinstance(said, dict) else text.strip().removeprefix("challenge=")


def _json(text: str) -> Any:
    try:
        return json.loads(text)
    except ValueError:
        return None
