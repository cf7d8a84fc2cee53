"""The web side: Slack's requests in HTTP mode, and health and metrics for whoever watches."""

from typing import Any, Protocol

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.gauges import Gauges

REQUESTS = "/slack/events"
"""Where Slack is told to send everything in HTTP mode."""


class Health(Protocol):
    """What whoever watches asks of the bot."""

    def broken(self) -> str | None:
        """None while the process is able to work, else the part that has stopped."""

    def ages(self) -> dict[str, float | None]:
        """Seconds since Slack's last hello and its last delivery; None when there was none."""

    async def trouble(self) -> str | None:
        """None when the database and Slack are well, else which is not."""

    async def gauges(self) -> Gauges: ...


def web(bolt: AsyncApp | None, health: Health) -> Starlette:
    """`/healthz`, `/readyz`, `/metrics` and, with `bolt`, `/slack/events`."""

    async def healthz(request: Request) -> Response:
        return _told(health.broken(), **health.ages())

    async def readyz(request: Request) -> Response:
        return _told(await health.trouble())

    async def read(request: Request) -> Response:
        gauges = await health.gauges()
        return Response(generate_latest(metrics.REGISTRY) + generate_latest(gauges), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", read)]
    if bolt:
        slack = AsyncSlackRequestHandler(bolt)

        async def events(request: Request) -> Response:
            return await slack.handle(request)

        routes.append(Route(REQUESTS, events, methods=["POST"]))
    return Starlette(routes=routes)


def _told(trouble: str | None, **more: Any) -> Response:
    return JSONResponse({"ok": trouble is None, "trouble": trouble, **more}, status_code=503 if trouble else 200)
