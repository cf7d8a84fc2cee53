"""Methods of auth, api, apps, bots and team: identity of the app and the workspace, and Socket Mode URLs."""

from sandbox import installs, tokens
from sandbox.api.methods import Call, method
from sandbox.api.pages import page
from sandbox.organizations import teams_of
from sandbox.slack_types import Json, SlackError


@method("auth.test")
def auth_test(call: Call) -> Json:
    app, team, enterprise = call.workspace.app, call.workspace.team, call.workspace.enterprise
    return {
        "url": f"{call.workspace.address}/",
        "team": team["name"],
        "user": app.name,
        "team_id": team["id"],
        "user_id": call.workspace.bot_user_id,
        "bot_id": app.bot_id,
        **({"enterprise_id": enterprise["id"]} if enterprise else {}),
        "is_enterprise_install": call.workspace.is_organization,
    } | ({"expires_in": left} if (left := tokens.expires_in(call.workspace, call.token or "")) else {})


@method("auth.teams.list")
def auth_teams_list(call: Call) -> Json:
    icon = {"icon": {"image_default": True}} if call.args.get("include_icon") else {}
    found = [{"id": each.team["id"], "name": each.team["name"]} | icon for each in teams_of(call)]
    teams, onward = page(found, call.args, usual=100)
    return {"teams": teams, "response_metadata": onward}


@method("auth.revoke")
def auth_revoke(call: Call) -> Json:
    if call.args.get("test"):
        return {"revoked": False}
    installs.revoke(call.workspace, call.token or "")
    return {"revoked": True}


@method("apps.uninstall")
def apps_uninstall(call: Call) -> None:
    installs.check_client(call.workspace.app, call.args)
    installs.uninstall(call.workspace)


@method("api.test")
def api_test(call: Call) -> Json:
    if error := call.args.get("error"):
        raise SlackError(error, args=call.said)
    return {"args": call.said}


@method("apps.connections.open")
def connections_open(call: Call) -> Json:
    workspace = call.workspace
    address = workspace.url.replace("http://", "ws://")
    return {"url": f"{address}/link/?ticket={workspace.hub.ticket()}&app_id={workspace.app.id}"}


@method("bots.info")
def bots_info(call: Call) -> Json:
    id = call.args.get("bot", call.workspace.app.bot_id)
    bot = call.workspace.store.get("bot", id)
    if not bot:
        raise SlackError("bot_not_found")
    return {"bot": bot}


@method("team.info")
def team_info(call: Call) -> Json:
    team = call.workspace.team
    if call.args.get("team", team["id"]) != team["id"]:
        raise SlackError("team_not_found")
    icon = {"image_default": True, "image_68": "https://a.slack-edge.com/team_68.png"}
    about: Json = {"email_domain": f"{team['domain']}.example", "icon": icon, "url": f"{call.workspace.address}/"}
    if enterprise := call.workspace.enterprise:
        about |= {"enterprise_id": enterprise["id"], "enterprise_name": enterprise["name"]}
    return {"team": {**team, **about, "is_verified": False, "avatar_base_url": ""}}
