"""Web API dispatch: checks token, method, scopes, rate limit and arguments, then calls the method."""

import time
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from sandbox import faults, installs, tokens
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
from sandbox.organizations import Organization
from sandbox.rate_limits import RateLimitError
from sandbox.slack import Slack
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

FAMILIES = (basics, blocks, chat, conversations, files, oauth, reactions, scheduled_messages, users, views)
APP_TOKEN_ONLY = "apps.connections.open"  # noqa: S105
LONGEST_NOTE = 20_000
OPEN_TO_ALL = ("api.test", "blocks.validate")
OF_THE_CLIENT = ("oauth.v2.access", "oauth.v2.exchange")
"""Methods that need no valid token, because the app calls them with its client id and secret."""
OF_THE_OWNER = ("api.test", "apps.uninstall", "auth.revoke", "auth.teams.list", "auth.test", "blocks.validate")
"""Methods that are about the owner of the token, which may be an organization."""
NEED_TEAM = ("bots.info", "conversations.list", "usergroups.list", "usergroups.users.list", "users.list")
"""Methods that need `team_id` when they are called with the token of an organization."""
WITH_CREDENTIALS = (*OF_THE_CLIENT, "apps.uninstall")
SECRET = ("client_secret", "code", "code_verifier", "refresh_token")
MASKED = ("access_token", "refresh_token")
"""Fields of an answer that the log of calls shows without their values."""


class WebApi:
    """HTTP endpoint of the Web API. The token of a call, or its OAuth code, says which workspace it is about."""

    def __init__(self, slack: Slack) -> None:
        self.slack = slack

    async def serve(self, request: Request) -> Response:
        method = request.path_params["method"]
        fault = self.slack.faults.take(method)
        await faults.wait(fault)
        said: dict[str, Any] = {}
        status, headers, workspace, team = 200, dict[str, str](), self.slack.first, None
        try:
            wants_form = arguments.FACTS.get(method, {}).get("form", False)
            said = await request_bodies.said(request, takes_json=not wants_form)
            token = self._token(request, method, said)
            credentials = _credentials(request, said) if method in WITH_CREDENTIALS else {}
            if owner := self._owner(token, credentials):
                workspace, team = owner, owner.team["id"]
            spoiled = faults.replaces_call(fault)
            answer = {"ok": False} if spoiled else self._answer(workspace, method, token, said, credentials)
        except SlackError as refused:
            answer = refused.answer()
            if isinstance(refused, RateLimitError):
                status, headers["Retry-After"] = 429, str(refused.after)
        answer |= request_bodies.warnings(request, answer)
        response = JSONResponse(answer, status, _headers(workspace, method) | headers)
        noted = _masked(answer) if len(response.body) < LONGEST_NOTE else {"ok": answer["ok"]}
        self.slack.note_call(method, said, noted, fault, team)
        if fault and (faults.replaces_call(fault) or faults.replaces_answer(fault)):
            return faults.answer(fault)
        return response

    def _token(self, request: Request, method: str, said: dict[str, Any]) -> str | None:
        """Return the token from the header or the arguments; `apps.connections.open` accepts it in the header only."""
        among = said.pop("token", None)
        if among and method == APP_TOKEN_ONLY:
            raise SlackError("insecure_request")
        return request_bodies.bearer(request) or among

    def _owner(self, token: str | None, credentials: dict[str, Any]) -> Workspace | None:
        """Return the workspace that a token or a code belongs to; None for the app's own token, or an unknown one."""
        ids: Json = {"token": token, "refresh": token} if token and token != self.slack.app.app_token else {}
        ids |= {} if ids else {"code": credentials.get("code"), "refresh": credentials.get("refresh_token")}
        owners = (self.slack.owner_of(kind, id) for kind, id in ids.items() if isinstance(id, str))
        return next(filter(None, owners), None)

    def _answer(
        self, workspace: Workspace, method: str, token: str | None, said: dict[str, Any], credentials: dict[str, Any]
    ) -> Json:
        if method not in METHODS:
            raise SlackError("unknown_method", req_method=method)
        self._must_know(workspace, method, token)
        facts = arguments.FACTS[method]
        if facts["scopes"] and installs.lacks(workspace, facts["scopes"]):
            raise installs.missing(workspace, facts["scopes"])
        target = self._target(workspace, method, said)
        target.rates.call(method, facts["tier"], workspace.clock.now())
        args = arguments.parse_arguments(method, said | credentials)
        call = Call(target, method, args, said, workspace, token)
        with target.change():
            return {"ok": True} | (METHODS[method](call) or {})

    def _target(self, owner: Workspace, method: str, said: dict[str, Any]) -> Workspace:
        """Return the workspace that a call is about."""
        if not isinstance(owner, Organization) or method in (*OF_THE_OWNER, *OF_THE_CLIENT):
            return owner
        return owner.target(said, needs_team=method in NEED_TEAM)

    def _must_know(self, workspace: Workspace, method: str, token: str | None) -> None:
        app = self.slack.app
        if method in (*OPEN_TO_ALL, *OF_THE_CLIENT):
            return
        if not token:
            raise SlackError("not_authed")
        is_refresh = method == "auth.revoke" and workspace.store.get("refresh", token)
        if token != app.app_token and not is_refresh:
            tokens.check(workspace, token)
        if (token == app.app_token) != (method == APP_TOKEN_ONLY):
            raise SlackError("not_allowed_token_type")


def _headers(workspace: Workspace, method: str) -> dict[str, str]:
    needed = ",".join(arguments.FACTS.get(method, {}).get("scopes", []))
    scopes = ",".join(installs.granted(workspace))
    id = str(time.monotonic_ns())
    return {"x-oauth-scopes": scopes, "x-accepted-oauth-scopes": needed, "x-slack-req-id": id}


def _credentials(request: Request, said: dict[str, Any]) -> dict[str, Any]:
    """Return the app's credentials from the header and the arguments, and remove the secret ones from `said`."""
    among = {name: said.pop(name) for name in SECRET if name in said}
    return request_bodies.client(request) | among


def _masked(answer: Json) -> Json:
    return answer | {name: "…" for name in MASKED if name in answer}
