"""Endpoint `response_url`, which accepts up to five responses within 30 minutes, ephemeral by default."""

import json
import secrets
from datetime import timedelta

from sandbox import message_content, messages
from sandbox.clock import instant, timestamp
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace, new_id

USES = 5
REMEMBERED = 5000
LIFE = timedelta(minutes=30)


def make(
    workspace: Workspace, user: Json, channel: Json, message_ts: str | None = None, home: Workspace | None = None
) -> str:
    """Create a URL for the app's install in a workspace to answer a person, whose own workspace is `home`."""
    id = f"{workspace.team['id']}/{new_id('R')}/{secrets.token_urlsafe(18)}"
    kept = {"user": user["id"], "channel": channel["id"], "ts": message_ts, "uses": 0}
    kept["home"] = (home or workspace).team["id"]
    workspace.store.put("response_url", id, kept | {"made": timestamp(workspace.clock.now())})
    workspace.store.keep_newest("response_url", REMEMBERED)
    return f"{workspace.url}/response/{id}"


def answer(workspace: Workspace, id: str, body: bytes) -> None:
    """Process a body that was posted to a `response_url`.

    Raises `SlackError` for an unknown, expired or used-up URL, and for a body that is not a JSON object.
    """
    kept = workspace.store.get("response_url", id)
    if not kept or workspace.clock.now() - instant(kept["made"]) > LIFE:
        raise SlackError("expired_url" if kept else "invalid_url")
    if kept["uses"] >= USES:
        raise SlackError("used_url")
    try:
        said = json.loads(body)
    except ValueError:
        raise SlackError("invalid_payload") from None
    if not isinstance(said, dict):
        raise SlackError("invalid_payload")
    _show(workspace, kept, said)
    workspace.store.put("response_url", id, kept | {"uses": kept["uses"] + 1})


def _show(workspace: Workspace, kept: Json, said: Json) -> None:
    channel = workspace.channel(kept["channel"])
    original = workspace.store.message(channel["id"], kept["ts"]) if kept["ts"] else None
    if said.get("delete_original"):
        if original:
            _remove(workspace, channel, original)
        return
    given = message_content.of_message(workspace, said)
    if said.get("replace_original") and original:
        _replace(workspace, channel, original, given)
    elif said.get("response_type") == "in_channel":
        messages.post(workspace, channel, message_content.bot_author(workspace), given)
    else:
        home = workspace.slack.workspaces.get(kept.get("home", ""), workspace)
        messages.post_ephemeral(home, channel, kept["user"], message_content.bot_author(workspace), given)


def _remove(workspace: Workspace, channel: Json, original: Json) -> None:
    if "ephemeral_to" in original:
        workspace.store.drop_message(channel["id"], original["ts"])
    else:
        messages.delete(workspace, channel, original)


def _replace(workspace: Workspace, channel: Json, original: Json, given: Json) -> None:
    given = {"blocks": None, "attachments": None} | given
    if "ephemeral_to" in original:
        kept = {key: value for key, value in (original | given).items() if value is not None}
        workspace.store.put_message(channel["id"], kept)
    else:
        messages.edit(workspace, channel, original, given, workspace.bot_user_id)
