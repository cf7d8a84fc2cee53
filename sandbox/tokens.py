"""Bot tokens: long-lived ones, and with token rotation the ones that expire, and their refresh tokens.

Source: https://docs.slack.dev/authentication/using-token-rotation
"""

import secrets
from datetime import datetime, timedelta

from sandbox.app import new_bot_token
from sandbox.clock import instant, seconds, timestamp
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

LIFE = timedelta(hours=12)
GRACE = timedelta(minutes=1)
"""How long a refresh token works after its first use. Slack says "a short grace period", without its length."""
MOST_LIVE = 2
"""How many access tokens that expire may be alive at once; a further one revokes the oldest."""


def issue(workspace: Workspace) -> Json:
    """Create a token for a new install, as fields of the answer; with token rotation, a pair that expires."""
    if workspace.app.rotates:
        return _pair(workspace)
    return {"access_token": _keep(workspace, new_bot_token())}


def _keep(workspace: Workspace, token: str, expires: datetime | None = None) -> str:
    at = timestamp(expires) if expires else None
    workspace.store.put("token", token, {"token": token, "is_dead": False, "expires": at})
    workspace.store.put("meta", "install", workspace.installed | {"token": token})
    return token


def _pair(workspace: Workspace) -> Json:
    access, refresh = f"xoxe.xoxb-1-{secrets.token_urlsafe(48)}", f"xoxe-1-{secrets.token_urlsafe(48)}"
    _keep(workspace, access, workspace.clock.now() + LIFE)
    workspace.store.put("refresh", refresh, {"token": refresh, "is_dead": False, "used": None})
    live = [kept for kept in workspace.store.all("token") if kept.get("expires") and is_live(workspace, kept)]
    for kept in live[:-MOST_LIVE]:
        _change(workspace, kept, is_dead=True)
    return {"access_token": access, "expires_in": seconds_of(LIFE), "refresh_token": refresh}


def seconds_of(duration: timedelta) -> int:
    return int(duration.total_seconds())


def _change(workspace: Workspace, kept: Json, **change: object) -> None:
    workspace.store.put("token", kept["token"], kept | change)


def is_live(workspace: Workspace, kept: Json) -> bool:
    return not kept["is_dead"] and not _has_expired(workspace, kept)


def _has_expired(workspace: Workspace, kept: Json) -> bool:
    expires = kept.get("expires")
    return expires is not None and workspace.clock.now() >= instant(expires)


def has_live(workspace: Workspace) -> bool:
    return any(is_live(workspace, kept) for kept in workspace.store.all("token"))


def check(workspace: Workspace, token: str) -> None:
    """Raise Slack's error unless this access token is valid now."""
    kept = workspace.store.get("token", token)
    if not kept:
        raise SlackError("invalid_auth")
    if kept["is_dead"]:
        raise SlackError("token_revoked")
    if workspace.setting("uninstalled"):
        raise SlackError("account_inactive")
    if workspace.setting("token_revoked"):
        raise SlackError("token_revoked")
    if _has_expired(workspace, kept):
        raise SlackError("token_expired")


def expires_in(workspace: Workspace, token: str) -> int | None:
    """Return the seconds until an access token expires, or None if it is a long-lived one."""
    expires = (workspace.store.get("token", token) or {}).get("expires")
    return int(expires.partition(".")[0]) - seconds(workspace.clock.now()) if expires else None


def refresh(workspace: Workspace, token: str) -> Json:
    """Use a refresh token, and return the new pair; from then on, the long-lived token has expired.

    Within `GRACE` after its first use, for an answer that was lost, it works again.
    """
    kept = workspace.store.get("refresh", token)
    if not kept or kept["is_dead"] or workspace.setting("uninstalled"):
        raise SlackError("invalid_refresh_token")
    now = workspace.clock.now()
    if kept["used"] and now - instant(kept["used"]) > GRACE:
        raise SlackError("invalid_refresh_token")
    workspace.store.put("refresh", token, kept | {"used": kept["used"] or timestamp(now)})
    for each in workspace.store.all("token"):
        if not each.get("expires"):
            _change(workspace, each, expires=timestamp(now))
    return _pair(workspace)


def exchange(workspace: Workspace, token: str | None) -> Json:
    """Exchange a long-lived token for a pair that expires, once."""
    if not workspace.app.rotates:
        raise SlackError("token_rotation_not_enabled")
    kept = workspace.store.get("token", token) if token else None
    if not kept or kept.get("expires"):
        raise SlackError("invalid_token")
    if kept.get("is_exchanged"):
        raise SlackError("token_already_exchanged")
    if kept["is_dead"] or workspace.setting("uninstalled"):
        raise SlackError("authorization_not_found")
    _change(workspace, kept, is_exchanged=True)
    return _pair(workspace)


def revoke(workspace: Workspace, token: str) -> None:
    """Revoke one access token or refresh token."""
    for kind in ("token", "refresh"):
        if kept := workspace.store.get(kind, token):
            workspace.store.put(kind, token, kept | {"is_dead": True})


def revoke_all(workspace: Workspace) -> None:
    for kind in ("token", "refresh"):
        for kept in workspace.store.all(kind):
            workspace.store.put(kind, kept["token"], kept | {"is_dead": True})
