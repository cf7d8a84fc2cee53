"""Every Web API call on its way: token, method, faults, rate, scopes, arguments, then the method itself."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox.api import arguments, basics, chat, conversations, reactions, users, views, wire
from sandbox.api.methods import METHODS, Call
from sandbox.rates import RateLimitError
from sandbox.shapes import Json, SlackError
from sandbox.workspace import Workspace

FAMILIES = (basics, chat, conversations, reactions, users, views)
APP_TOKEN_ONLY = "apps.connections.open"  # noqa: S105
OPEN_TO_ALL = "api.test"


class WebApi:
    def __init__(self, workspace: Workspace) -> None:
        self.workspace = workspace

    async def serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        said: dict[str, Any] = {}
        headers, status = self._headers(method), 200
        try:
            said = await wire.said(request)
            token = wire.bearer(request) or said.pop("token", None)
            answer = self._answer(method, token, said)
        except RateLimitError as limited:
            answer, status = limited.answer(), 429
            headers["Retry-After"] = str(limited.after)
        except SlackError as refused:
            answer = refused.answer()
        at = self.workspace.clock.now().isoformat()
        self.workspace.calls.append({"method": method, "args": said, "answer": answer, "at": at})
        return JSONResponse(answer, status, headers)

    def _answer(self, method: str, token: str | None, said: dict[str, Any]) -> Json:
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        self._must_know(method, token)
        self._must_be_allowed(method)
        tier = arguments.FACTS[method]["tier"]
        self.workspace.rates.call(method, tier, self.workspace.clock.now())
        call = Call(self.workspace, method, arguments.read(method, said), said)
        with self.workspace.change():
            return {"ok": True} | (METHODS[method](call) or {})

    def _must_know(self, method: str, token: str | None) -> None:
        app = self.workspace.app
        if method == OPEN_TO_ALL:
            return
        if not token:
            raise SlackError("not_authed")
        if token not in (app.bot_token, app.app_token):
            raise SlackError("invalid_auth")
        if (token == app.app_token) != (method == APP_TOKEN_ONLY):
            raise SlackError("not_allowed_token_type")

    def _must_be_allowed(self, method: str) -> None:
        needed = arguments.FACTS[method]["scopes"]
        app = self.workspace.app
        if needed and app.lacks(needed):
            raise SlackError("missing_scope", needed=",".join(needed), provided=",".join(app.scopes))

    def _headers(self, method: str) -> dict[str, str]:
        needed = ",".join(arguments.FACTS.get(method, {}).get("scopes", []))
        scopes = ",".join(self.workspace.app.scopes)
        return {
            "x-oauth-scopes": scopes,
            "x-accepted-oauth-scopes": needed,
            "x-slack-req-id": str(time.monotonic_ns()),
        }
