"""Controls for channels: creating, renaming and archiving them, and their members."""

from functools import partial

from sandbox import conversations, events, messages, seed
from sandbox.clock import seconds
from sandbox.controls.endpoints import allow_fields, require_text
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace, new_id


@allow_fields("channel", "user", "name", "is_private", "archived", "add", "remove", "share")
async def channel(workspace: Workspace, said: Json) -> Json:
    """Change a channel (`name`, `archived`, `add`, `remove`), or create it if the name is unknown.

    `share` shares it with other workspaces, in which people and the app join it by `add`.
    """
    with workspace.change():
        actor = workspace.user(said.get("user", "grace"))
        try:
            known = workspace.channel(require_text(said, "channel"))
        except SlackError:
            known = _make(workspace, said["channel"], actor, bool(said.get("is_private")))
        if said.get("share"):
            _share(workspace, known, [workspace.slack.workspace(ref) for ref in said["share"]])
        if known["is_im"]:
            raise SlackError("method_not_supported_for_channel_type")
        if said.get("name", known["name"]) != known["name"]:
            _rename(workspace, known, said["name"], actor)
        for ref in said.get("add", []):
            conversations.join(workspace, known, workspace.user(ref)["id"])
        for ref in said.get("remove", []):
            conversations.leave(workspace, known, workspace.user(ref)["id"])
        if said.get("archived", known["is_archived"]) != known["is_archived"]:
            _archive(workspace, known, bool(said["archived"]), actor)
    return {"channel": known}


def _make(workspace: Workspace, name: str, actor: Json, is_private: bool) -> Json:
    made = seed.channel(new_id("C"), name, [actor["id"]], workspace.clock.now(), workspace.team)
    made |= {"creator": actor["id"], "is_private": is_private}
    workspace.store.put("channel", made["id"], made)
    if not is_private:
        about = {"id": made["id"], "name": name, "created": made["created"], "creator": actor["id"]}
        events.tell(workspace, {"type": "channel_created", "channel": about})
    return made


def _share(workspace: Workspace, channel: Json, others: list[Workspace]) -> None:
    """Share a channel, without its history, with workspaces that have no channel with its id."""
    if any(each.store.get("channel", channel["id"]) for each in others):
        why = "the other workspace has a channel with this id; share a new one"
        raise SlackError("invalid_arguments", f"[ERROR] {why} [json-pointer:/share]")
    joined = [workspace, *others]
    is_internal = all(each.organization and each.organization is workspace.organization for each in joined)
    ids = [each.team["id"] for each in joined]
    channel |= {
        "is_shared": True,
        "is_ext_shared": not is_internal,
        "is_org_shared": is_internal,
        "shared_team_ids": ids,
        "connected_team_ids": ids,
        "conversation_host_id": workspace.team["id"],
    }
    workspace.store.put("channel", channel["id"], channel)
    for other in others:
        there = channel | {"members": [], "context_team_id": other.team["id"]}
        workspace.echo(other, partial(other.store.put, "channel", channel["id"], there))
        event = {"type": "channel_shared", "channel": channel["id"], "connected_team_id": other.team["id"]}
        events.tell(workspace, event, channel=channel)


def _rename(workspace: Workspace, channel: Json, name: str, actor: Json) -> None:
    old = channel["name"]
    channel |= {"name": name, "name_normalized": name, "previous_names": [old, *channel["previous_names"]]}
    workspace.store.put("channel", channel["id"], channel)
    _say(workspace, channel, actor, "name", f'has renamed the channel from "{old}" to "{name}"')
    about = {"id": channel["id"], "name": name, "created": channel["created"]}
    _tell(workspace, channel, "rename", {"channel": about})


def _archive(workspace: Workspace, channel: Json, archived: bool, actor: Json) -> None:
    what = "archive" if archived else "unarchive"
    _say(workspace, channel, actor, what, f"{what}d the channel")
    channel |= {"is_archived": archived, "updated": seconds(workspace.clock.now()) * 1000}
    workspace.store.put("channel", channel["id"], channel)
    _tell(workspace, channel, what, {"channel": channel["id"], "user": actor["id"]})


def _say(workspace: Workspace, channel: Json, actor: Json, what: str, words: str) -> None:
    """Post Slack's system message about a change of the channel."""
    author = {"subtype": f"{_kind(channel)}_{what}", "user": actor["id"]}
    messages.post(workspace, channel, author, {"text": f"<@{actor['id']}> {words}"})


def _tell(workspace: Workspace, channel: Json, what: str, event: Json) -> None:
    events.tell(workspace, {"type": f"{_kind(channel)}_{what}"} | event, channel=channel)


def _kind(channel: Json) -> str:
    return "group" if channel["is_private"] else "channel"
