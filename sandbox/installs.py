"""Installs of the app: OAuth codes, tokens, and the scopes that were granted."""

import re
import secrets
from datetime import timedelta
from typing import Any
from urllib.parse import urlencode, urlsplit

from sandbox import events, tokens
from sandbox.app import App
from sandbox.clock import instant, timestamp
from sandbox.scopes import ALL
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

CODE_LIFE = timedelta(minutes=10)
SCOPE = re.compile(r"[a-z_]+([.:][a-z_]+)*")
LOOPBACK = ("127.0.0.1", "localhost", "[::1]", "::1")


def scopes_of(app: App, asked: Any) -> list[str] | None:
    """Return the scopes to ask for, from a list or a text with commas; by default the manifest's.

    None means every scope, for an app without a manifest. Raises `invalid_scope`.
    """
    if asked is None:
        return None if app.is_free else list(app.scopes)
    scopes = [each.strip() for each in (asked.split(",") if isinstance(asked, str) else asked)]
    if not scopes or not all(SCOPE.fullmatch(scope) for scope in scopes):
        raise SlackError("invalid_scope")
    return scopes


def redirect_of(app: App, asked: str | None) -> str | None:
    """Return the URL to redirect to after an install: the given one if the app may use it, or the manifest's first.

    A URL on this machine is always allowed, because an app under development listens on any port. Raises
    `bad_redirect_uri`.
    """
    if not asked:
        return app.redirect_urls[0] if app.redirect_urls else None
    try:
        address = urlsplit(asked)
    except ValueError:
        raise SlackError("bad_redirect_uri") from None
    is_url = address.scheme in ("http", "https") and bool(address.netloc) and not address.fragment
    is_known = address.hostname in LOOPBACK or not app.redirect_urls or any(map(asked.startswith, app.redirect_urls))
    if not (is_url and is_known):
        raise SlackError("bad_redirect_uri")
    return asked


def redirect_with(redirect: str, **answer: str | None) -> str:
    """Return the URL that the installer's browser opens next: `redirect` with the code or the error."""
    query = urlencode({name: value for name, value in answer.items() if value is not None})
    return f"{redirect}{'&' if urlsplit(redirect).query else '?'}{query}"


def make_code(workspace: Workspace, user: str, scopes: list[str] | None, redirect_uri: str | None) -> str:
    """Create the code that a person's consent gives the app; `redirect_uri` is the one that was sent, if any."""
    code = f"{secrets.randbelow(10**12):012}.{secrets.randbelow(10**13):013}.{secrets.token_hex(32)}"
    kept = {"user": user, "scopes": scopes, "redirect_uri": redirect_uri, "is_used": False}
    workspace.store.put("code", code, kept | {"made": timestamp(workspace.clock.now())})
    return code


def exchange_code(workspace: Workspace, code: str, redirect_uri: str | None) -> Json:
    """Install the app with a code, once within ten minutes, and return the answer of `oauth.v2.access`."""
    kept = workspace.store.get("code", code)
    if not kept:
        raise SlackError("invalid_code")
    if kept["is_used"]:
        raise SlackError("code_already_used")
    if workspace.clock.now() - instant(kept["made"]) > CODE_LIFE:
        raise SlackError("invalid_code")
    if redirect_uri != kept["redirect_uri"]:
        raise SlackError("bad_redirect_uri")
    workspace.store.put("code", code, kept | {"is_used": True})
    token = install(workspace, kept["user"], kept["scopes"])
    return answer(workspace) | {"authed_user": {"id": kept["user"]}} | token


def install(workspace: Workspace, user: str, scopes: list[str] | None) -> Json:
    """Install the app in the workspace, and return the fields of the answer that are about the token.

    While it is installed, it keeps its token, and its scopes only grow. After it has been uninstalled, or its token
    revoked, it gets a new token with the new scopes, and the old token stays dead.
    """
    was_live = not (workspace.setting("uninstalled") or workspace.setting("token_revoked"))
    was_live = was_live and tokens.has_live(workspace)
    if not was_live:
        tokens.revoke_all(workspace)
        workspace.set_settings(uninstalled=False, token_revoked=False)
    elif scopes is None or has_all_scopes(workspace):
        scopes = None
    else:
        scopes = list(dict.fromkeys([*granted(workspace), *scopes]))
    workspace.store.put("meta", "install", workspace.installed | {"user": user, "scopes": scopes})
    if was_live and not workspace.app.rotates:
        return {"access_token": workspace.installed["token"]}
    return tokens.issue(workspace)


def uninstall(workspace: Workspace, first: str = "tokens_revoked", **delivery: bool) -> None:
    """Uninstall the app, and send the two events about it, in the given order, because Slack promises none.

    `delivery` may have `double` and `hold`, as in `Deliveries.send`.
    """
    revoked = {"type": "tokens_revoked", "tokens": {"oauth": [], "bot": [workspace.bot_user_id]}}
    both: list[Json] = [revoked, {"type": "app_uninstalled"}]
    for event in both if first == "tokens_revoked" else reversed(both):
        events.tell(workspace, event, delivery=dict(delivery))
    workspace.set_settings(uninstalled=True)


def revoke(workspace: Workspace, token: str) -> None:
    """Revoke a token. Without token rotation it is the last one, so that the app is uninstalled too.

    With token rotation the install stays, and no event is sent.
    """
    tokens.revoke(workspace, token)
    if not workspace.app.rotates:
        uninstall(workspace)


def answer(workspace: Workspace) -> Json:
    """Return the fields that all answers of `oauth.v2.access` and `oauth.v2.exchange` have."""
    team = workspace.team
    return {
        "app_id": workspace.app.id,
        "scope": ",".join(granted(workspace) or ALL),
        "token_type": "bot",
        "bot_user_id": workspace.bot_user_id,
        "team": None if workspace.is_organization else {"id": team["id"], "name": team["name"]},
        "enterprise": workspace.enterprise,
        "is_enterprise_install": workspace.is_organization,
    }


def granted(workspace: Workspace) -> list[str]:
    """Return the granted scopes; without a manifest it is empty until an install names some, as all are allowed."""
    scopes: list[str] | None = (workspace.holder or workspace).installed["scopes"]
    return workspace.app.scopes if scopes is None else scopes


def has_all_scopes(workspace: Workspace) -> bool:
    return workspace.app.is_free and (workspace.holder or workspace).installed["scopes"] is None


def lacks(workspace: Workspace, scopes: list[str]) -> bool:
    """Return whether the app was granted none of these scopes."""
    return not has_all_scopes(workspace) and not set(scopes) & set(granted(workspace))


def missing(workspace: Workspace, scopes: list[str]) -> SlackError:
    return SlackError("missing_scope", needed=",".join(scopes), provided=",".join(granted(workspace)))


def check_client(app: App, args: Json) -> None:
    """Raise Slack's error unless a call has the app's client id and secret."""
    if args.get("client_id") != app.client_id:
        raise SlackError("invalid_client_id")
    if args.get("client_secret") != app.client_secret:
        raise SlackError("bad_client_secret")
