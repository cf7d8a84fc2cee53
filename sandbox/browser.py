"""Endpoints for browsers, for local requests only: the page and its files, live updates, and uploaded files."""

from collections.abc import Awaitable, Callable
from contextlib import suppress
from pathlib import Path

from starlette.requests import Request
from starlette.responses import FileResponse, PlainTextResponse, Response
from starlette.websockets import WebSocket

from sandbox import files
from sandbox.controls.endpoints import Endpoint, is_local
from sandbox.slack import Slack
from sandbox.slack_types import SlackError
from sandbox.socket_mode import GONE

PAGE = Path(__file__).resolve().with_name("page")
TYPES = {".css": "text/css", ".html": "text/html", ".js": "text/javascript", ".svg": "image/svg+xml"}
HEADERS = {
    "Cache-Control": "no-cache",
    "Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data: blob:;"
    " connect-src 'self'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}
UPLOADED = {"Content-Security-Policy": "default-src 'none'; sandbox", "X-Content-Type-Options": "nosniff"}
NOT_LOCAL = "not_local"
CONSENT = "consent.js"


async def html(request: Request) -> Response:
    return _file(request, "index.html")


async def consent(request: Request) -> Response:
    return _file(request, "consent.html")


def _with_modules(page: bytes) -> bytes:
    """Add a `modulepreload` link for each module, so that the browser fetches all of them in parallel."""
    names = sorted(path.relative_to(PAGE).as_posix() for path in PAGE.rglob("*.js") if path.name != CONSENT)
    links = "".join(f'<link rel="modulepreload" href="/page/{name}">\n' for name in names)
    return page.replace(b"</head>", links.encode() + b"</head>")


async def file(request: Request) -> Response:
    return _file(request, request.path_params["name"])


def _file(request: Request, name: str) -> Response:
    if not is_local(request.headers):
        return PlainTextResponse(NOT_LOCAL, 403)
    path = (PAGE / name).resolve()
    if not path.is_relative_to(PAGE) or path.suffix not in TYPES or not path.is_file():
        return PlainTextResponse("not_found", 404)
    content = path.read_bytes()
    if name == "index.html":
        content = _with_modules(content)
    return Response(content, headers=HEADERS, media_type=TYPES[path.suffix])


def live(slack: Slack) -> Callable[[WebSocket], Awaitable[None]]:
    async def serve(socket: WebSocket) -> None:
        if not is_local(socket.headers):
            await socket.close()
            return
        await socket.accept()
        with suppress(*GONE):
            async for changes in slack.live.stream():
                await socket.send_json(changes)
            await socket.close()

    return serve


def download(slack: Slack) -> Endpoint:
    async def give(request: Request) -> Response:
        """Serve an uploaded file: images inline, other files as attachments, since they may contain scripts."""
        if not is_local(request.headers):
            return PlainTextResponse(NOT_LOCAL, 403)
        team, _, id = request.path_params["id"].rpartition("-")
        workspace = slack.workspaces.get(team, slack.first)
        try:
            found = files.find(workspace, id, files.UPLOADED, files.SHARED)
        except SlackError as refused:
            return PlainTextResponse(refused.error, 404)
        shown = "inline" if found["mimetype"] in files.PICTURES else "attachment"
        return FileResponse(
            files.place(workspace, found["id"]),
            headers=UPLOADED,
            media_type=found["mimetype"],
            filename=found["name"],
            content_disposition_type=shown,
        )

    return give
