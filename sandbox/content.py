"""What a message says: text, blocks, attachments and metadata, checked and completed; and who signs it."""

from typing import Any

from sandbox.blocks import forms
from sandbox.blocks.complete import completed
from sandbox.people import TEAM
from sandbox.shapes import Json, SlackError
from sandbox.workspace import Workspace

LONGEST = 40_000
MOST_ATTACHMENTS = 100


def of_message(said: Json) -> Json:
    """The content of a message from the arguments of a call or an answer."""
    text, blocks, attachments = said.get("text"), said.get("blocks"), said.get("attachments")
    if not (text or blocks or attachments or said.get("markdown_text")):
        raise SlackError("no_text")
    if attachments and len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    given: Json = {"text": (text or said.get("markdown_text") or "")[:LONGEST]}
    if blocks:
        given["blocks"] = forms.with_action_ids(completed(blocks))
    if attachments:
        given["attachments"] = [_attachment(number, each) for number, each in enumerate(attachments, 1)]
    return given | _kept(said, "metadata", "thread_ts", "reply_broadcast")


def _attachment(number: int, attachment: Json) -> Json:
    inside = {"blocks": forms.with_action_ids(completed(attachment["blocks"]))} if "blocks" in attachment else {}
    return {"id": number, "fallback": attachment.get("text", "[no preview available]")} | attachment | inside


def _kept(said: Json, *keys: str) -> dict[str, Any]:
    return {key: said[key] for key in keys if said.get(key)}


def bot_author(workspace: Workspace, said: Json | None = None) -> Json:
    """The app's own signature, with another name or icon where it asked for one."""
    app = workspace.app
    bot = workspace.store.get("bot", app.bot_id) or {}
    profile = {key: bot[key] for key in ("id", "app_id", "name", "icons", "deleted", "updated")}
    author = {"user": app.bot_user_id, "bot_id": app.bot_id, "app_id": app.id}
    return author | {"bot_profile": profile | {"team_id": TEAM["id"]}} | _kept(said or {}, "username")
