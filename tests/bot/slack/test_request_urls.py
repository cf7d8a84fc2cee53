"""Slack's request URL in HTTP mode, over real sockets: requests without a valid signature are refused."""

import json
import time
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlencode

import aiohttp
import pytest
from slack_bolt.async_app import AsyncAck, AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.signature import SignatureVerifier
from structlog.testing import capture_logs

from bot.cli import service
from bot.slack import request_urls
from bot.slack.gauges import Gauges
from bot.slack.request_urls import RequestUrls, parse_body
from bot.web import REQUESTS, web
from handlers.webhooks.receiver import Receiver

SECRET = "a-signing-secret"
COMMAND = {"command": "/wave", "text": "hello", "team_id": "T1", "user_id": "U1", "trigger_id": "1.1"}
FORM = urlencode(COMMAND).encode()


class Healthy:
    """Health checks that always report success."""

    def describe_ended_tasks(self) -> str | None:
        return None

    def seconds_since_slack(self) -> dict[str, float | None]:
        return {}

    async def describe_parked(self) -> dict[str, str]:
        return {}

    async def describe_outage(self) -> str | None:
        return None

    async def gauges(self) -> Gauges:
        return Gauges()


@dataclass
class Served:
    """A running HTTP server with one command, and the texts that the command received."""

    url: str
    http: aiohttp.ClientSession
    heard: list[str] = field(default_factory=list)

    async def post(self, body: Any, headers: dict[str, str]) -> int:
        async with self.http.post(self.url + REQUESTS, data=body, headers=headers) as answer:
            await answer.read()
            return answer.status


def bolt(heard: list[str]) -> AsyncApp:
    async def authorize(team_id: str) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=None, team_id=team_id, bot_token="xoxb-1", bot_id="B1", bot_user_id="UBOT")

    app = AsyncApp(process_before_response=True, authorize=authorize, request_verification_enabled=False)

    @app.command("/wave")
    async def wave(ack: AsyncAck, command: dict[str, Any]) -> None:
        heard.append(command["text"])
        await ack()

    return app


@asynccontextmanager
async def serve(heard: list[str]) -> AsyncIterator[str]:
    app = web(RequestUrls(bolt(heard), SECRET), Healthy(), Receiver(None, None))  # type: ignore[arg-type]
    with service.bind("127.0.0.1", 0) as listening:
        async with service.serve_app(app, listening) as url:
            yield url


@pytest.fixture
async def served() -> AsyncIterator[Served]:
    heard: list[str] = []
    async with serve(heard) as url, aiohttp.ClientSession() as http:
        yield Served(url, http, heard)


def signed(body: bytes, *, secret: str = SECRET, at: float | None = None, **more: str) -> dict[str, str]:
    timestamp = str(int(time.time() if at is None else at))
    signature = SignatureVerifier(secret).generate_signature(timestamp=timestamp, body=body)
    proof = {"x-slack-request-timestamp": timestamp, "x-slack-signature": str(signature)}
    return {"content-type": "application/x-www-form-urlencoded", **proof, **more}


async def test_signed_request_reaches_the_command(served: Served) -> None:
    assert await served.post(FORM, signed(FORM)) == 200
    assert served.heard == ["hello"]


@pytest.mark.parametrize("text", ["the payload is late", "payload=", "a&payload=b", "payload={}", "über \U0001f642 %"])
async def test_command_text_may_contain_payload_syntax(served: Served, text: str) -> None:
    body = urlencode({**COMMAND, "text": text}).encode()

    assert await served.post(body, signed(body)) == 200
    assert served.heard == [text]


def timed(timestamp: str) -> dict[str, str]:
    return {**signed(FORM), "x-slack-request-timestamp": timestamp}


def now() -> str:
    return str(int(time.time()))


PROOFS: dict[str, Callable[[], dict[str, str]]] = {
    "none": dict,
    "no signature": lambda: {"x-slack-request-timestamp": now()},
    "no timestamp": lambda: {"x-slack-signature": "v0=1"},
    "an empty signature": lambda: {**signed(FORM), "x-slack-signature": ""},
    "another's secret": lambda: signed(FORM, secret="another"),
    "another body's": lambda: signed(FORM + b"&"),
    "ten minutes old": lambda: signed(FORM, at=time.time() - 600),
    "ten minutes ahead": lambda: signed(FORM, at=time.time() + 600),
    "a timestamp of words": lambda: timed("yesterday"),
    "a timestamp of nothing": lambda: timed(""),
    "a timestamp with a fraction": lambda: timed(f"{now()}.5"),
    "a timestamp without end": lambda: timed("9" * 400),
    "a timestamp too long to read": lambda: timed("9" * 5000),
    "a signature beyond ASCII": lambda: {**signed(FORM), "x-slack-signature": "v0=é"},
    "a look at certificates": lambda: {"content-type": "application/x-www-form-urlencoded"},
}


@pytest.mark.parametrize("proof", PROOFS)
async def test_unsigned_request_is_refused_without_an_exception(
    served: Served, proof: str, caplog: pytest.LogCaptureFixture
) -> None:
    body = b"ssl_check=1&" + FORM if "certificates" in proof else FORM
    with capture_logs() as logs:
        status = await served.post(body, PROOFS[proof]())

    assert status == 401
    assert (served.heard, logs, [each for each in caplog.records if each.exc_info]) == ([], [], [])


async def test_body_that_is_not_utf_8_is_refused(served: Served) -> None:
    headers = {**signed(b""), "content-type": "application/json"}

    assert await served.post(b"\xff\xfe{", headers) == 401


async def test_request_body_is_not_parsed_before_its_signature_is_verified(
    served: Served, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(request_urls, "parse_body", lambda _: pytest.fail("parsed"))

    assert await served.post(b"[" * 100_000, {"content-type": "application/json"}) == 401


@pytest.mark.parametrize(
    "body",
    [
        b"{", b"[]", b"null", b'"x"', b"payload={", b"payload=[]", b"payload=1", b"payload=", b"[" * 100_000,
        b"payload=" + b"[" * 100_000, b'{"team": 1, "user": []}',
    ],
)  # fmt: skip
async def test_signed_but_malformed_body_gets_a_4xx_response_without_an_exception(
    served: Served, body: bytes, caplog: pytest.LogCaptureFixture
) -> None:
    status = await served.post(body, signed(body))

    assert 400 <= status < 500
    assert not [each for each in caplog.records if each.exc_info]


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b'{"type": "event_callback"}', {"type": "event_callback"}),
        (b"payload=%7B%22type%22%3A%22shortcut%22%7D", {"type": "shortcut"}),
        (b"command=%2Fwave&text=", {"command": "/wave", "text": ""}),
        (b"text=payload&command=%2Fwave", {"command": "/wave", "text": "payload"}),
    ],
)
def test_request_body_may_be_json_or_a_form_or_json_in_a_form(body: bytes, expected: dict[str, str]) -> None:
    assert json.dumps(parse_body(body), sort_keys=True) == json.dumps(expected, sort_keys=True)
