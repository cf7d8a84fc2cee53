"""The web side: what tools tell, Slack's requests in HTTP mode, and health and metrics for whoever watches."""

import asyncio
from typing import Any, Protocol

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.clock import wall
from bot.gauges import Gauges
from handlers.alerts import Received, receiving
from handlers.alerts.receiving import MOST_BYTES, Answer, Receiver

REQUESTS = "/slack/events"
"""Where Slack is told to send everything in HTTP mode."""
HOOKS = "/hooks/{sender}/{token}"
BEHIND = ("", "/v2/enqueue", "/v2/change/enqueue")
"""What senders write behind a hook's address: clients of PagerDuty's Events API take it for that of the API."""
ARRIVES_WITHIN = 10.0
"""Seconds."""
END = {"connection": "close"}
"""Of a body that is not read to its end."""


class Health(Protocol):
    """What whoever watches asks of the bot."""

    def broken(self) -> str | None:
        """None while the process is able to work, else the part that has stopped."""

    def ages(self) -> dict[str, float | None]:
        """Seconds since Slack's last hello and its last delivery; None when there was none."""

    async def trouble(self) -> str | None:
        """None when the database and Slack are well, else which is not."""

    async def gauges(self) -> Gauges: ...


def web(bolt: AsyncApp | None, health: Health, receiver: Receiver) -> Starlette:
    """`/hooks`, `/healthz`, `/readyz`, `/metrics` and, with `bolt`, `/slack/events`."""

    async def hook(request: Request) -> Response:
        sender, token = request.path_params["sender"], request.path_params["token"]
        answer = await _heard(request, receiver, sender, token)
        receiving.count(sender, answer)
        return JSONResponse(dict(answer.body), status_code=answer.status, headers=END if answer.status >= 400 else None)

    async def healthz(request: Request) -> Response:
        return _told(health.broken(), **health.ages())

    async def readyz(request: Request) -> Response:
        return _told(await health.trouble())

    async def read(request: Request) -> Response:
        gauges = await health.gauges()
        return Response(generate_latest(metrics.REGISTRY) + generate_latest(gauges), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", read)]
    for path in (f"{HOOKS}{behind}{slash}" for behind in BEHIND for slash in ("", "/")):
        routes.append(Route(path, hook, methods=["HEAD", "POST", "PUT"]))
    if bolt:
        slack = AsyncSlackRequestHandler(bolt)

        async def events(request: Request) -> Response:
            return await slack.handle(request)

        routes.append(Route(REQUESTS, events, methods=["POST"]))
    return Starlette(routes=routes)


async def _heard(request: Request, receiver: Receiver, sender: str, token: str) -> Answer:
    """Some ask with HEAD whether there is such an address."""
    if request.method == "HEAD":
        return await receiver.knows(sender, token)
    try:
        async with asyncio.timeout(ARRIVES_WITHIN):
            body, size = await _body(request)
    except TimeoutError:
        return receiving.TOO_SLOW
    except ClientDisconnect:
        return receiving.GONE
    if body is None:
        return await receiver.too_large(sender, token, size)
    return await receiver.receive(sender, token, Received(body, dict(request.headers), wall()))


async def _body(request: Request) -> tuple[bytes | None, int]:
    """As it came, and its size as far as it is known; None when it is too large, of which no more is read."""
    size = int(request.headers.get("content-length", 0))  # the server has refused what is no number
    if size > MOST_BYTES:
        return None, size
    read = bytearray()
    async for chunk in request.stream():
        read += chunk
        if len(read) > MOST_BYTES:
            return None, size
    return bytes(read), size


def _told(trouble: str | None, **more: Any) -> Response:
    return JSONResponse({"ok": trouble is None, "trouble": trouble, **more}, status_code=503 if trouble else 200)
