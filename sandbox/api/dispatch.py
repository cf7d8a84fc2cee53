"""Web API dispatch: checks token, method, scopes, rate limit and arguments, then calls the method."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import faults, installs
from sandbox.api import (
    arguments,
    basics,
    blocks,
    chat,
    conversations,
    files,
    oauth,
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

FAMILIES = (basics, blocks, chat, conversations, files, oauth, reactions, scheduled_messages, users, views)
APP_TOKEN_ONLY = "apps.connections.open"  # noqa: S105
LONGEST_NOTE = 20_000
OPEN_TO_ALL = ("api.test", "blocks.validate")
OF_THE_CLIENT = ("oauth.v2.access",)
"""Methods that the app calls with its client id and secret."""
SECRET = ("client_secret", "code", "code_verifier", "refresh_token")
MASKED = ("access_token", "refresh_token")
"""Fields of an answer that the log of calls shows without their values."""


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
            credentials = _credentials(request, said) if method in OF_THE_CLIENT else {}
            spoiled = faults.replaces_call(fault)
            answer = {"ok": False} if spoiled else self._answer(method, token, said, credentials)
        except SlackError as refused:
            answer = refused.answer()
            if isinstance(refused, RateLimitError):
                status, headers["Retry-After"] = 429, str(refused.after)
        answer |= request_bodies.warnings(request, answer)
        response = JSONResponse(answer, status, headers)
        noted = _masked(answer) if len(response.body) < LONGEST_NOTE else {"ok": answer["ok"]}
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

    def _answer(self, method: str, token: str | None, said: dict[str, Any], credentials: dict[str, Any]) -> Json:
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        self._must_know(method, token)
        facts = arguments.FACTS[method]
        if facts["scopes"] and installs.lacks(self.workspace, facts["scopes"]):
            raise installs.missing(self.workspace, facts["scopes"])
        self.workspace.rates.call(method, facts["tier"], self.workspace.clock.now())
        call = Call(self.workspace, method, arguments.parse_arguments(method, said | credentials), said)
        with self.workspace.change():
            return {"ok": True} | (METHODS[method](call) or {})

    def _must_know(self, method: str, token: str | None) -> None:
        app = self.workspace.app
        if method in (*OPEN_TO_ALL, *OF_THE_CLIENT):
            return
        if not token:
            raise SlackError("not_authed")
        if token != app.app_token:
            installs.check_token(self.workspace, token)
        if (token == app.app_token) != (method == APP_TOKEN_ONLY):
            raise SlackError("not_allowed_token_type")

    def _headers(self, method: str) -> dict[str, str]:
        needed = ",".join(arguments.FACTS.get(method, {}).get("scopes", []))
        scopes = ",".join(installs.granted(self.workspace))
        id = str(time.monotonic_ns())
        return {"x-oauth-scopes": scopes, "x-accepted-oauth-scopes": needed, "x-slack-req-id": id}


def _credentials(request: Request, said: dict[str, Any]) -> dict[str, Any]:
    """Return the app's credentials from the header and the arguments, and remove the secret ones from `said`."""
    among = {name: said.pop(name) for name in SECRET if name in said}
    return request_bodies.client(request) | among


def _masked(answer: Json) -> Json:
    return answer | {name: "…" for name in MASKED if name in answer}
