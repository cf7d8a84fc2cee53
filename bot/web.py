"""The web side: Slack's requests in HTTP mode, and health for whoever watches."""

from collections.abc import Awaitable, Callable

from slack_bolt.adapter.starlette.async_handler import AsyncSlackRequestHandler
from slack_bolt.async_app import AsyncApp
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

Check = Callable[[], Awaitable[str | None]]
"""None when well, else what is not."""


def web(bolt: AsyncApp | None, ready: Check) -> Starlette:
    """`/healthz`, `/readyz` and, with `bolt`, `/slack/events`."""

    async def healthz(request: Request) -> Response:
        return JSONResponse({"ok": True})

    async def readyz(request: Request) -> Response:
        trouble = await ready()
        return JSONResponse({"ok": trouble is None, "trouble": trouble}, status_code=503 if trouble else 200)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz)]
    if bolt:
        slack = AsyncSlackRequestHandler(bolt)

        async def events(request: Request) -> Response:
            return await slack.handle(request)

        routes.append(Route("/slack/events", events, methods=["POST"]))
    return Starlette(routes=routes)
