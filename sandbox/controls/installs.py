"""Controls for installing the app with OAuth, as people do on the consent page."""

from sandbox import installs
from sandbox.controls.endpoints import allow_fields, user_of
from sandbox.scopes import in_words
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

ASKED = ("client_id", "scopes", "redirect", "state")


@allow_fields(*ASKED)
async def consent(workspace: Workspace, said: Json) -> Json:
    """Return what the consent page shows: the app, the scopes it asks for in words, and the workspace."""
    app = workspace.app
    scopes = _scopes(workspace, said)
    redirect = installs.redirect_of(app, said.get("redirect"))
    about = app.manifest.get("display_information", {})
    return {
        "app": {"name": about.get("name", app.name.capitalize()), "description": about.get("description", "")},
        "scopes": None if scopes is None else [{"scope": each, "words": in_words(each)} for each in scopes],
        "team": workspace.team,
        "workspaces": [{key: each.team[key] for key in ("id", "name")} for each in workspace.slack.owners],
        "redirect": redirect,
        "users": [
            {"id": user["id"], "name": user["name"], "real_name": user["real_name"]}
            for user in workspace.users()
            if not (user["is_bot"] or user["deleted"])
        ],
    }


@allow_fields("user", *ASKED, "cancel")
async def install(workspace: Workspace, said: Json) -> Json:
    """Allow the app, or with `cancel` refuse it, as a person; return the URL that their browser opens next.

    The app is installed once it has exchanged the code. `url` is None without `redirect` or one in the manifest.
    """
    scopes = _scopes(workspace, said)
    asked, state = said.get("redirect") or None, said.get("state")
    redirect = installs.redirect_of(workspace.app, asked)
    with workspace.change():
        user = user_of(workspace, said)
        if said.get("cancel"):
            return {"url": redirect and installs.redirect_with(redirect, error="access_denied", state=state)}
        code = installs.make_code(workspace, user["id"], scopes, asked)
    return {"code": code, "url": redirect and installs.redirect_with(redirect, code=code, state=state)}


def _scopes(workspace: Workspace, said: Json) -> list[str] | None:
    if said.get("client_id", workspace.app.client_id) != workspace.app.client_id:
        raise SlackError("invalid_client_id")
    return installs.scopes_of(workspace.app, said.get("scopes"))
