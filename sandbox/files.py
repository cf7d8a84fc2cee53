"""File uploads: reserving an upload URL, storing the content, and sharing it in a message a moment later."""

import mimetypes
from datetime import timedelta
from pathlib import Path

from sandbox import events, messages, timers
from sandbox.clock import seconds
from sandbox.message_content import bot_author
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace, new_id

READY_AFTER = timedelta(seconds=1)
READY_LATE = timedelta(minutes=1)
PICTURES = ("image/png", "image/jpeg", "image/gif", "image/webp")
RESERVED, UPLOADED, SHARED, DELETED = "reserved", "uploaded", "shared", "deleted"


def reserve(workspace: Workspace, name: str, length: int, alt_text: str | None, user: str | None = None) -> Json:
    """Create the record of a file that will be uploaded, owned by `user` or by the app's bot."""
    file = _file(workspace, name, length, user or workspace.bot_user_id)
    if alt_text:
        file["alt_txt"] = alt_text
    store(workspace, file, RESERVED)
    return file


def _file(workspace: Workspace, name: str, length: int, user: str) -> Json:
    id = new_id("F")
    mimetype = mimetypes.guess_type(name)[0] or "application/octet-stream"
    now = seconds(workspace.clock.now())
    private = f"{workspace.url}/files-pri/{workspace.team['id']}-{id}/{name}"
    return {
        "id": id,
        "created": now,
        "timestamp": now,
        "name": name,
        "title": name,
        "mimetype": mimetype,
        "filetype": Path(name).suffix.removeprefix(".") or "binary",
        "pretty_type": mimetype,
        "user": user,
        "user_team": workspace.team["id"],
        "size": length,
        "mode": "hosted",
        "is_external": False,
        "is_public": False,
        "url_private": private,
        "url_private_download": private,
        "permalink": f"{workspace.address}/files/{id}",
        "channels": [],
        "groups": [],
        "ims": [],
        "shares": {},
        "comments_count": 0,
    }


def store(workspace: Workspace, file: Json, state: str) -> None:
    workspace.store.put("file", file["id"], {"file": file, "state": state})


def find(workspace: Workspace, id: str, *states: str) -> Json:
    """Return a file by id if its state is one of `states`. Raises `file_not_found`."""
    kept = workspace.store.get("file", id)
    if not kept or kept["state"] not in states:
        raise SlackError("file_not_found")
    file: Json = kept["file"]
    return file


def place(workspace: Workspace, id: str) -> Path:
    folder = workspace.data / "files"
    folder.mkdir(exist_ok=True)
    return folder / id


def upload(workspace: Workspace, id: str, content: bytes) -> None:
    file = find(workspace, id, RESERVED, UPLOADED)
    place(workspace, id).write_bytes(content)
    store(workspace, file | {"size": len(content)}, UPLOADED)


def share_later(workspace: Workspace, ids: list[str], channels: list[str], content: Json) -> None:
    """Schedule the message that shares uploaded files, after 1 second, or 1 minute with `late_files` on."""
    what = {"files": ids, "channels": channels, "content": content}
    wait = READY_LATE if workspace.setting("late_files") else READY_AFTER
    timers.put(workspace, "share_files", new_id("Q"), workspace.clock.now() + wait, what)


@timers.action("share_files")
def share(workspace: Workspace, what: Json) -> None:
    shared = [find(workspace, id, UPLOADED, SHARED) for id in what["files"]]
    for file in shared:
        store(workspace, file, SHARED)
    for id in what["channels"]:
        post(workspace, workspace.channel(id), bot_author(workspace), what["content"], shared)


def post(workspace: Workspace, channel: Json, author: Json, content: Json, shared: list[Json]) -> Json:
    """Post a message with files, and record it as a share in each file."""
    signed = author | {"subtype": "file_share", "upload": True}
    message = messages.post(workspace, channel, signed, content | {"files": shared})
    for file in shared:
        _note_share(workspace, file, channel, message)
        _tell_of(workspace, file, channel)
    return message


def _tell_of(workspace: Workspace, file: Json, channel: Json) -> None:
    event = {"type": "file_shared", "file_id": file["id"], "file": {"id": file["id"]}, "user_id": file["user"]}
    events.tell(workspace, event | {"channel_id": channel["id"]}, channel=channel)


def _note_share(workspace: Workspace, file: Json, channel: Json, message: Json) -> None:
    kind = "ims" if channel["is_im"] else "groups" if channel["is_private"] else "channels"
    visibility = "public" if kind == "channels" else "private"
    file[kind].append(channel["id"])
    file["is_public"] = file["is_public"] or kind == "channels"
    share = {key: message[key] for key in ("ts", "thread_ts") if key in message}
    file["shares"].setdefault(visibility, {}).setdefault(channel["id"], []).append(share)
    store(workspace, file, SHARED)


def delete(workspace: Workspace, file: Json) -> None:
    """Delete a file and its content. The messages that share it keep a tombstone in its place."""
    place(workspace, file["id"]).unlink(missing_ok=True)
    store(workspace, file, DELETED)
    for shares in file["shares"].values():
        for channel_id, places in shares.items():
            for shared in places:
                _bury(workspace, workspace.channel(channel_id), shared["ts"], file["id"])


def _bury(workspace: Workspace, channel: Json, ts: str, file_id: str) -> None:
    """Replace a file in a message with its tombstone, unless the message has been deleted."""
    if message := workspace.store.message(channel["id"], ts):
        tombstone = {"id": file_id, "mode": "tombstone"}
        left = [tombstone if each["id"] == file_id else each for each in message.get("files", [])]
        workspace.put_message(channel, message | {"files": left})
        event = {"type": "file_deleted", "file_id": file_id, "channel_ids": [channel["id"]]}
        events.tell(workspace, event, channel=channel)
