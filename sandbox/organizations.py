"""`Organization`: an enterprise that owns workspaces, on which the app can be installed once for all of them."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from sandbox import events
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

if TYPE_CHECKING:
    from sandbox.api.methods import Call

PLACES = {
    "channel": ("channel",),
    "channel_id": ("channel",),
    "channels": ("channel",),
    "user": ("user",),
    "user_id": ("user",),
    "users": ("user",),
    "file": ("file",),
    "files": ("file",),
    "view_id": ("view", "home"),
    "usergroup": ("usergroup",),
    "scheduled_message_id": ("due",),
}
"""The arguments that say which workspace a call with the organization's token is about, and the kinds of their ids."""


class Organization(Workspace):
    """An enterprise. Its install has one token, for the workspaces that were granted; it has no people of its own."""

    is_organization = True

    @property
    def workspaces(self) -> list[Workspace]:
        return [each for each in self.slack.workspaces.values() if each.organization is self]

    @property
    def granted(self) -> list[Workspace]:
        """The workspaces that the app's install on the organization may access."""
        ids = (self.store.get("meta", "granted") or {}).get("teams", [])
        return [each for each in self.workspaces if each.team["id"] in ids]

    def set_access(self, *, grant: list[Workspace], revoke: list[Workspace]) -> None:
        """Grant and take access to workspaces, and send the app the events about it."""
        before = {each.team["id"] for each in self.granted}
        given = [each.team["id"] for each in grant if each.team["id"] not in before]
        taken = [each.team["id"] for each in revoke if each.team["id"] in before]
        self.store.put("meta", "granted", {"teams": sorted((before | set(given)) - set(taken))})
        for what, ids in (("granted", given), ("revoked", taken)):
            if ids:
                events.tell(self, {"type": f"team_access_{what}", "team_ids": ids})

    def users(self) -> list[Json]:
        return list({user["id"]: user for each in self.workspaces for user in each.users()}.values())

    def user(self, ref: str) -> Json:
        for user in self.users():
            if ref.removeprefix("@") in (user["id"], user["name"]):
                return user
        raise SlackError("user_not_found")

    def target(self, args: Json, *, needs_team: bool) -> Workspace:
        """Return the workspace that a call with the organization's token is about.

        Raises `missing_argument` without a required `team_id`, `team_not_found`, or `team_access_not_granted`.
        """
        if team := args.get("team_id"):
            workspace = next((each for each in self.workspaces if each.team["id"] == team), None)
            if not workspace:
                raise SlackError("team_not_found")
            if workspace not in self.granted:
                raise SlackError("team_access_not_granted")
            return workspace
        if needs_team:
            raise SlackError("missing_argument")
        if not self.granted:
            raise SlackError("team_access_not_granted")
        return next(self._with(args), self.granted[0])

    def _with(self, args: Json) -> Iterator[Workspace]:
        """Yield the granted workspaces that have what the arguments of a call name."""
        for workspace in self.granted:
            if workspace.triggers.has(str(args.get("trigger_id"))):
                yield workspace
            for name, kinds in PLACES.items():
                if any(workspace.store.get(kind, id) for kind in kinds for id in _ids(args.get(name))):
                    yield workspace


def _ids(value: object) -> list[str]:
    if isinstance(value, list):
        return [str(each.get("id")) for each in value if isinstance(each, dict)]
    return value.split(",") if isinstance(value, str) else []


def teams_of(call: "Call") -> list[Workspace]:
    """Return the workspaces that a call's token may access."""
    owner = call.owner
    return owner.granted if isinstance(owner, Organization) else [owner]
