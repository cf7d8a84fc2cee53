"""Methods of users, usergroups and dnd (Do Not Disturb)."""

from sandbox import do_not_disturb, installs
from sandbox.api.methods import Call, method
from sandbox.api.pages import page
from sandbox.clock import seconds
from sandbox.seed import LOCALE
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

EMAIL = "users:read.email"
OURS = ("dnd", "locale", "presence")
"""Stored fields that `users.info` omits, because other methods return them or the call must ask for them."""


def by_id(call: Call, id: str) -> Json:
    user = call.workspace.store.get("user", id)
    if not user:
        raise SlackError("user_not_found")
    return user


def shown(call: Call, user: Json) -> Json:
    """Return a user as the app may see it: `email` needs its own scope, and `locale` needs `include_locale`."""
    profile = dict(user["profile"])
    if installs.lacks(call.workspace, [EMAIL]):
        profile.pop("email", None)
    seen = {key: value for key, value in user.items() if key not in OURS}
    locale = {"locale": user.get("locale", LOCALE)} if call.args.get("include_locale") else {}
    return {**seen, "profile": profile, **locale, **_of_the_enterprise(call.workspace, user)}


def _of_the_enterprise(workspace: Workspace, user: Json) -> Json:
    """Return the field that people of an organization have, with all their workspaces there."""
    above = workspace.organization
    if not above:
        return {}
    teams = [each.team["id"] for each in above.workspaces if each.store.get("user", user["id"])]
    about = {"enterprise_id": above.team["id"], "enterprise_name": above.team["name"], "teams": teams}
    return {"enterprise_user": {"id": user["id"], **about, "is_admin": user["is_admin"], "is_owner": user["is_owner"]}}


@method("users.info")
def users_info(call: Call) -> Json:
    return {"user": shown(call, by_id(call, call.args["user"]))}


@method("users.list")
def users_list(call: Call) -> Json:
    people, onward = page(call.workspace.users(), call.args)
    now = seconds(call.workspace.clock.now())
    return {"members": [shown(call, user) for user in people], "cache_ts": now, "response_metadata": onward}


@method("users.lookupByEmail")
def users_lookup_by_email(call: Call) -> Json:
    for user in call.workspace.users():
        if user["profile"].get("email") == call.args["email"] and not user["deleted"]:
            return {"user": shown(call, user)}
    raise SlackError("users_not_found")


@method("users.profile.get")
def users_profile_get(call: Call) -> Json:
    user = by_id(call, call.args.get("user", call.workspace.bot_user_id))
    return {"profile": shown(call, user)["profile"]}


@method("users.getPresence")
def users_get_presence(call: Call) -> Json:
    user = by_id(call, call.args.get("user", call.workspace.bot_user_id))
    return {"presence": user.get("presence", "active")}


@method("usergroups.list")
def usergroups_list(call: Call) -> Json:
    _must_be_paid(call)
    groups = call.workspace.store.all("usergroup")
    if not call.args.get("include_disabled"):
        groups = [group for group in groups if not group["date_delete"]]
    hidden = {
        key for key, wish in (("users", "include_users"), ("user_count", "include_count")) if not call.args.get(wish)
    }
    return {"usergroups": [{key: group[key] for key in group if key not in hidden} for group in groups]}


@method("usergroups.users.list")
def usergroups_users_list(call: Call) -> Json:
    _must_be_paid(call)
    group = call.workspace.store.get("usergroup", call.args["usergroup"])
    if not group or (group["date_delete"] and not call.args.get("include_disabled")):
        raise SlackError("no_such_subteam")
    return {"users": group["users"]}


def _must_be_paid(call: Call) -> None:
    if call.workspace.setting("free_plan"):
        raise SlackError("plan_upgrade_required")


@method("dnd.info")
def dnd_info(call: Call) -> Json:
    user = by_id(call, call.args.get("user", call.workspace.bot_user_id))
    return do_not_disturb.status(call.workspace, user)


@method("dnd.teamInfo")
def dnd_team_info(call: Call) -> Json:
    people = [by_id(call, id) for id in call.args["users"].split(",") if id]
    if not people:
        raise SlackError("no_users_provided")
    return {"users": {user["id"]: do_not_disturb.status(call.workspace, user, team=True) for user in people}}
