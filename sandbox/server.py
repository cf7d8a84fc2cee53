"""The HTTP server: all routes of the sandbox, served on loopback by uvicorn inside the current process."""

import asyncio
import socket
from collections.abc import Iterator
from contextlib import contextmanager, suppress

import uvicorn
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, PlainTextResponse, Response
from starlette.routing import Route, WebSocketRoute

from sandbox import browser, consent, files, response_urls
from sandbox import faults as fault_injection
from sandbox.api import request_bodies
from sandbox.api.dispatch import WebApi
from sandbox.controls import (
    actions,
    channels,
    clock,
    faults,
    forms,
    installs,
    messages,
    people,
    queries,
    switches,
    workspaces,
)
from sandbox.controls.endpoints import Control, Endpoint, endpoint
from sandbox.front_page import front
from sandbox.slack import Slack
from sandbox.slack_types import Json, SlackError
from sandbox.websocket import DeafableWebSocket
from sandbox.workspace import Workspace

LOOPBACK = "127.0.0.1"
PING_EVERY = 10.0
IDLE_FOR = 30
"""Keep-alive timeout in seconds. Longer than aiohttp clients keep idle connections (15), so that the server never
closes a connection just as a client reuses it."""

LOOKS: dict[str, Control] = {
    "state": queries.state,
    "messages": queries.messages,
    "views": queries.open_views,
    "home": queries.home,
    "calls": queries.calls,
    "payloads": queries.payloads,
    "waiting": queries.waiting,
    "clock": clock.read,
    "install": installs.consent,
    "workspaces": workspaces.listed,
}
ACTS: dict[str, Control] = {
    "commands": actions.command,
    "messages": messages.message,
    "messages/edit": messages.edit,
    "messages/delete": messages.delete,
    "reactions": messages.reaction,
    "actions": actions.action,
    "views/submit": forms.submit,
    "views/close": forms.close,
    "shortcuts": actions.shortcut,
    "home/open": actions.open_home,
    "suggestions": actions.suggest,
    "users": people.user,
    "usergroups": people.usergroup,
    "channels": channels.channel,
    "settings": switches.settings,
    "install": installs.install,
    "uninstall": switches.uninstall,
    "workspaces": workspaces.create,
    "access": workspaces.access,
    "faults": faults.faults,
}
AT_ANY_TIME = ("settings", "install", "uninstall", "workspaces", "faults")
"""Controls that run at once while the clock is being moved; all others wait for the end of the move."""


def application(slack: Slack, advance: clock.Advance) -> Starlette:
    controls = [Route(f"/sandbox/{name}", endpoint(slack, control)) for name, control in LOOKS.items()]
    acts = {name: act if name in AT_ANY_TIME else _once_arrived(act) for name, act in ACTS.items()}
    acts["clock"] = clock.forward(advance)
    controls += [Route(f"/sandbox/{name}", endpoint(slack, act), methods=["POST"]) for name, act in acts.items()]
    return Starlette(
        routes=[
            Route("/", front(slack.first)),
            Route("/oauth/v2/authorize", consent.authorize(slack)),
            Route("/archives/{place:path}", browser.html),
            Route("/workspaces/{domain}/{place:path}", browser.html),
            Route("/page/{name:path}", browser.file),
            WebSocketRoute("/sandbox/live", browser.live(slack)),
            Route("/files-pri/{id}/{name}", browser.download(slack)),
            Route("/api/{method}", WebApi(slack).serve, methods=["GET", "POST"]),
            WebSocketRoute("/link/", slack.hub.serve),
            Route("/response/{id:path}", _response_url(slack), methods=["POST"]),
            Route("/upload/{id}", _upload(slack), methods=["POST"]),
            *controls,
        ]
    )


def _once_arrived(act: Control) -> Control:
    """Return a control that first waits until the workspace's clock has finished moving."""

    async def wait(workspace: Workspace, said: Json) -> Json:
        await workspace.slack.may_act.wait()
        return await act(workspace, said)

    return wait


def _with_faults(slack: Slack, name: str, do: Endpoint) -> Endpoint:
    """Wrap an endpoint outside the Web API, so that faults can be injected into it too."""

    async def answer(request: Request) -> Response:
        fault = slack.faults.take(name)
        await fault_injection.wait(fault)
        answered = fault_injection.answer(fault) if fault_injection.replaces_call(fault) else await do(request)
        return fault_injection.answer(fault) if fault_injection.replaces_answer(fault) else answered

    return answer


def _response_url(slack: Slack) -> Endpoint:
    async def show(request: Request) -> Response:
        body = await request.body()
        team = request.path_params["id"].partition("/")[0]
        workspace = slack.workspaces.get(team, slack.first)
        try:
            with workspace.change():
                response_urls.answer(workspace, request.path_params["id"], body)
        except SlackError as refused:
            return JSONResponse(refused.answer(), 404 if refused.error.endswith("_url") else 400)
        return PlainTextResponse("ok")

    return _with_faults(slack, "response_url", show)


def _upload(slack: Slack) -> Endpoint:
    async def take(request: Request) -> Response:
        workspace = slack.owner_of("file", request.path_params["id"]) or slack.first
        content = request_bodies.uploaded(request.headers.get("content-type", ""), await request.body())
        try:
            with workspace.change():
                files.upload(workspace, request.path_params["id"], content)
        except SlackError as refused:
            return PlainTextResponse(refused.error, 404)
        return PlainTextResponse(f"OK - {len(content)}")

    return _with_faults(slack, "upload_url", take)


class _Uvicorn(uvicorn.Server):
    def __init__(self, config: uvicorn.Config) -> None:
        super().__init__(config)
        self.is_up = asyncio.Event()

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        self.is_up.set()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Install no signal handlers, because they belong to the process in which the server runs."""
        yield


class Server:
    """A uvicorn server that runs in the current event loop."""

    def __init__(self) -> None:
        self._serving: asyncio.Task[None] | None = None
        self._socket = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)

    def listen(self, port: int) -> int:
        """Bind the port and return its number; raise an `OSError` with a clear message if it is in use.

        The socket is created with `IPPROTO_TCP`: only then does asyncio set TCP_NODELAY, which sends small
        responses without delay.
        """
        self._socket.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            self._socket.bind((LOOPBACK, port))
        except OSError as error:
            self._socket.close()
            raise OSError(
                error.errno,
                f"{LOOPBACK}:{port} is in use; choose another port",
            ) from error
        return int(self._socket.getsockname()[1])

    async def start(self, app: Starlette) -> None:
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            lifespan="off",
            loop="none",
            ws=DeafableWebSocket,
            ws_ping_interval=PING_EVERY,
            timeout_keep_alive=IDLE_FOR,
            timeout_graceful_shutdown=1,
        )
        self._uvicorn = _Uvicorn(config)
        self._serving = asyncio.get_running_loop().create_task(self._uvicorn.serve(sockets=[self._socket]))
        await self._uvicorn.is_up.wait()

    async def stop(self) -> None:
        if self._serving:
            self._uvicorn.should_exit = True
            with suppress(asyncio.CancelledError):
                await self._serving
        self._socket.close()
