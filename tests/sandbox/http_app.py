"""A Slack app over HTTP without a Slack library, which records requests and returns configurable responses."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qs

from aiohttp import web
from slack_sdk.signature import SignatureVerifier

Json = dict[str, Any]


@dataclass
class Heard:
    """A request that the app received."""

    headers: dict[str, str]
    body: bytes

    def is_signed_with(self, secret: str) -> bool:
        return SignatureVerifier(secret).is_valid_request(self.body, {k.lower(): v for k, v in self.headers.items()})

    @property
    def form(self) -> dict[str, str]:
        return {name: values[0] for name, values in parse_qs(self.body.decode(), keep_blank_values=True).items()}


@dataclass
class HttpApp:
    """An app that handles URL verification, and answers all other requests with `answer` after `delay` seconds."""

    url: str = ""
    heard: list[Heard] = field(default_factory=list)
    answer: Callable[[Heard], web.Response] = lambda heard: web.Response()
    handshake: Callable[[Json], web.Response] = lambda asked: web.Response(text=asked["challenge"])
    delay: float = 0.0

    async def serve(self, request: web.Request) -> web.Response:
        heard = Heard(dict(request.headers), await request.read())
        if request.content_type == "application/json" and b"url_verification" in heard.body:
            return self.handshake(await request.json())
        self.heard.append(heard)
        await asyncio.sleep(self.delay)
        return self.answer(heard)


@asynccontextmanager
async def served(app: web.Application) -> AsyncIterator[str]:
    """Serve an HTTP app on loopback, and yield its request URL."""
    runner = web.AppRunner(app, shutdown_timeout=0.1)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    host, port = runner.addresses[0][:2]
    try:
        yield f"http://{host}:{port}/slack/events"
    finally:
        await runner.cleanup()


@asynccontextmanager
async def http_app() -> AsyncIterator[HttpApp]:
    app, server = HttpApp(), web.Application()
    server.router.add_post("/slack/events", app.serve)
    async with served(server) as app.url:
        yield app
