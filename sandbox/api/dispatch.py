"""Web API dispatch: checks token, method, scopes, rate limit and arguments, then calls the method."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import faults
from sandbox.api import (
    arguments,
    basics,
    blocks,
    chat,
    conversations,
    files,
    reactions,
    request_bodies,
    scheduled_messages,
    users,
    views,
)
from sandbox.api.methods import METHODS, Call
from sandbox.rate_limits import RateLimitError
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

FAMILIES = (basics, blocks, chat, conversations, files, reactions, scheduled_messages, users, views)
APP_TOKEN_ONLY = "apps.connections.open"  # noqa: S105
LONGEST_NOTE = 20_000
OPEN_TO_ALL = ("api.test", "blocks.validate")


class WebApi:
    """HTTP endpoint of the Web API of one workspace."""

    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        fault = self.workspace.faults.take(method)
        await faults.wait(fault)
        said: dict[str, Any] = {}
        status, headers = 200, self._headers(method)
        try:
            wants_form = arguments.FACTS.get(method, {}).get("form", False)
            said = await request_bodies.said(request, takes_json=not wants_form)
            token = self._token(request, method, said)
            spoiled = faults.replaces_call(fault)
            answer = {"ok": False} if spoiled else self._answer(method, token, said)
        except SlackError as refused:
            answer = refused.answer()
            if isinstance(refused, RateLimitError):
                status, headers["Retry-After"] = 429, str(refused.after)
        answer |= request_bodies.warnings(request, answer)
        response = JSONResponse(answer, status, headers)
        noted = answer if len(response.body) < LONGEST_NOTE else {"ok": answer["ok"]}
        self.workspace.note_call(method, said, noted, fault)
        if fault and (faults.replaces_call(fault) or faults.replaces_answer(fault)):
            return faults.answer(fault)
        return response

    def _token(self, request: Request, method: str, said: dict[str, Any]) -> str | None:
        """Return the token from the header or the arguments; `apps.connections.open` accepts it in the header only."""
        among = said.pop("token", None)
        if among and method == APP_TOKEN_ONLY:
            raise SlackError("insecure_request")
        return request_bodies.bearer(request) or among

    def _answer(self, method: str, token: str | None, said: dict[str, Any]) -> Json:
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        self._must_know(method, token)
        facts = arguments.FACTS[method]
        if facts["scopes"] and self.workspace.app.lacks(facts["scopes"]):
            raise self.workspace.app.missing(facts["scopes"])
        self.workspace.rates.call(method, facts["tier"], self.workspace.clock.now())
        call = Call(self.workspace, method, arguments.parse_arguments(method, said), said)
        with self.workspace.change():
            return {"ok": True} | (METHODS[method](call) or {})

    def _must_know(self, method: str, token: str | None) -> None:
        app = self.workspace.app
        if method in OPEN_TO_ALL:
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if (token == app.app_token) != (method == APP_TOKEN_ONLY):
            raise SlackError("not_allowed_token_type")
        if self.workspace.setting("uninstalled"):
            raise SlackError("account_inactive")
        if self.workspace.setting("token_revoked"):
            raise SlackError("token_revoked")

    def _headers(self, method: str) -> dict[str, str]:
        needed = ",".join(arguments.FACTS.get(method, {}).get("scopes", []))
        scopes = ",".join(self.workspace.app.scopes)
        id = str(time.monotonic_ns())
        return {"x-oauth-scopes": scopes, "x-accepted-oauth-scopes": needed, "x-slack-req-id": id}
