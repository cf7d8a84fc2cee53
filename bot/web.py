"""The web server: webhooks from alert tools, Slack's requests in HTTP mode, health checks and metrics."""

import asyncio
from contextlib import AsyncExitStack
from typing import Any, Protocol

from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from slack_bolt.adapter.starlette.async_handler import to_starlette_response
from starlette.applications import Starlette
from starlette.requests import ClientDisconnect, Request
from starlette.responses import HTMLResponse, JSONResponse, RedirectResponse, Response
from starlette.routing import Route

from bot import metrics
from bot.clock import read_wall_clock
from bot.messages import installations as pages
from bot.org import install_states
from bot.slack import oauth, request_urls
from bot.slack.gauges import Gauges
from bot.slack.request_urls import RequestUrls
from handlers.oauth import COOKIE, Installer, Redirect, Shown, Visit
from handlers.webhooks import receiver as webhooks_receiver
from handlers.webhooks.delivery import Received
from handlers.webhooks.receiver import Answer, Receiver

REQUESTS = "/slack/events"
"""The path of Slack's request URL in HTTP mode."""
HOOKS = "/hooks/{sender}/{token}"
BEHIND = ("", "/v2/enqueue", "/v2/change/enqueue")
"""Paths that senders append to a webhook address: clients of PagerDuty's Events API expect the API's own paths."""
ARRIVES_WITHIN = 10.0
"""Timeout for the arrival of a whole request body, in seconds."""
LARGE, MOST_LARGE = 64 * 1024, 4
"""The size in bytes from which a body counts as large, and how many of those are read at once."""
END = {"connection": "close"}
"""Headers of a response to a request whose body was not read to its end."""


PRIVATE = {"cache-control": "no-store", "referrer-policy": "no-referrer", "x-content-type-options": "nosniff"}
"""Headers of the install pages, whose addresses hold a state or a code."""
COOKIE_PATH, COOKIE_SECONDS = "/slack", int(install_states.LIFETIME.total_seconds())


class Health(Protocol):
    """What the health endpoints need from the bot."""

    def describe_ended_tasks(self) -> str | None:
        """Describe the background tasks that have ended, or return None while all of them run."""

    def seconds_since_slack(self) -> dict[str, float | None]:
        """Return the seconds since Slack's last hello and its last delivery; None when there was none."""

    async def describe_outage(self) -> str | None:
        """Return which of the database and Slack is down, or None when both are up."""

    async def describe_parked(self) -> dict[str, str]:
        """Return, by workspace, why Steward cannot work there now and what to do."""

    async def gauges(self) -> Gauges: ...


class Refused(Exception):
    """Raised if a request body was not read to its end; `answer` is the response."""

    def __init__(self, answer: Answer) -> None:
        super().__init__(answer.outcome)
        self.answer = answer


def web(slack: RequestUrls | None, health: Health, receiver: Receiver, installer: Installer | None = None) -> Starlette:
    """Build the app: `/hooks`, `/healthz`, `/readyz` and `/metrics`.

    With `slack`, it has `/slack/events`; with `installer`, `/slack/install` and `/slack/oauth_redirect`.
    """
    large = asyncio.Semaphore(MOST_LARGE)

    async def hook(request: Request) -> Response:
        sender, token = request.path_params["sender"], request.path_params["token"]
        answer = await _answer_webhook(request, receiver, sender, token, large)
        webhooks_receiver.count_answer(sender, answer)
        return JSONResponse(dict(answer.body), status_code=answer.status, headers=END if answer.status >= 400 else None)

    async def healthz(request: Request) -> Response:
        return _health_response(health.describe_ended_tasks(), **health.seconds_since_slack())

    async def readyz(request: Request) -> Response:
        trouble = await health.describe_outage()
        return _health_response(trouble, parked={} if trouble else await health.describe_parked())

    async def read(request: Request) -> Response:
        gauges = await health.gauges()
        return Response(generate_latest(metrics.REGISTRY) + generate_latest(gauges), media_type=CONTENT_TYPE_LATEST)

    routes = [Route("/healthz", healthz), Route("/readyz", readyz), Route("/metrics", read)]
    for path in (f"{HOOKS}{behind}{slash}" for behind in BEHIND for slash in ("", "/")):
        routes.append(Route(path, hook, methods=["HEAD", "POST", "PUT"]))
    if slack:

        async def events(request: Request) -> Response:
            try:
                body = await _body(request, request_urls.MOST_BYTES, large)
            except Refused as refused:
                return JSONResponse(dict(refused.answer.body), status_code=refused.answer.status, headers=END)
            return to_starlette_response(await slack.answer(body, request.headers))

        routes.append(Route(REQUESTS, events, methods=["POST"]))
    if installer:
        routes += _install_routes(installer)
    return Starlette(routes=routes)


def _install_routes(installer: Installer) -> list[Route]:
    async def start(request: Request) -> Response:
        if request.method == "HEAD":
            return Response(headers=PRIVATE)
        return _response(installer, await installer.start(_visit(request)))

    async def finish(request: Request) -> Response:
        if request.method == "HEAD":
            return Response(headers=PRIVATE)
        return _response(installer, await installer.finish(_visit(request)))

    return [Route(oauth.INSTALL, start, methods=["GET"]), Route(oauth.REDIRECT, finish, methods=["GET"])]


def _visit(request: Request) -> Visit:
    return Visit(request.query_params, request.headers.get("host", ""), request.cookies.get(COOKIE, ""))


def _response(installer: Installer, answer: Redirect | Shown) -> Response:
    if isinstance(answer, Shown):
        headers = {**PRIVATE, "content-security-policy": pages.POLICY}
        return HTMLResponse(answer.page.html(), status_code=answer.status, headers=headers)
    response = RedirectResponse(answer.url, status_code=302, headers=PRIVATE)
    if answer.browser:
        response.set_cookie(
            COOKIE, answer.browser, max_age=COOKIE_SECONDS, path=COOKIE_PATH, secure=installer.is_secure, httponly=True,
            samesite="lax",
        )  # fmt: skip
    return response


async def _answer_webhook(
    request: Request, receiver: Receiver, sender: str, token: str, large: asyncio.Semaphore
) -> Answer:
    """Answer a webhook request. Some senders first check with HEAD whether the address exists."""
    if request.method == "HEAD":
        return await receiver.check_address(sender, token)
    try:
        body = await _body(request, webhooks_receiver.MOST_BYTES, large)
    except Refused as refused:
        if refused.answer is webhooks_receiver.TOO_LARGE:
            return await receiver.too_large(sender, token, int(request.headers.get("content-length", 0)))
        return refused.answer
    return await receiver.receive(sender, token, Received(body, dict(request.headers), read_wall_clock()))


async def _body(request: Request, most: int, large: asyncio.Semaphore) -> bytes:
    """Read and return the request body. Raises `Refused` if it is too large, too slow or cut off."""
    announced = int(
        request.headers.get("content-length", 0)
    )  # the server has already refused a value that is not a number
    if announced > most:
        raise Refused(webhooks_receiver.TOO_LARGE)
    try:
        async with asyncio.timeout(ARRIVES_WITHIN):
            return await _read(request, announced, most, large)
    except TimeoutError:
        raise Refused(webhooks_receiver.TOO_SLOW) from None
    except ClientDisconnect:
        raise Refused(webhooks_receiver.GONE) from None


async def _read(request: Request, announced: int, most: int, large: asyncio.Semaphore) -> bytes:
    """Read a request body. Only `MOST_LARGE` large bodies are read at a time, to limit memory use."""
    read = bytearray()
    async with AsyncExitStack() as turn:
        if is_large := announced > LARGE:
            await turn.enter_async_context(large)
        async for chunk in request.stream():
            read += chunk
            if len(read) > most:
                raise Refused(webhooks_receiver.TOO_LARGE)
            if len(read) > LARGE and not is_large:
                is_large = True
                await turn.enter_async_context(large)
    return bytes(read)


def _health_response(trouble: str | None, **more: Any) -> Response:
    return JSONResponse({"ok": trouble is None, "trouble": trouble, **more}, status_code=503 if trouble else 200)
