"""Message content: validates and completes text, blocks, attachments and metadata, and builds the bot's author."""

import json
from typing import Any

from sandbox import image_blocks
from sandbox.blocks import forms, validation
from sandbox.blocks.defaults import completed
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

LONGEST, LONGEST_MARKDOWN = 40_000, 12_000
MOST_ATTACHMENTS = 100
LARGEST_METADATA = 16_000


def of_message(workspace: Workspace, said: Json) -> Json:
    """Build a message's content from the arguments of a call or response, truncating text to 40,000 characters."""
    text, markdown = said.get("text"), said.get("markdown_text")
    blocks, attachments = said.get("blocks"), said.get("attachments")
    if not (text or blocks or attachments or markdown):
        raise SlackError("no_text")
    if markdown:
        _must_stand_alone(said, markdown)
    given: Json = {"text": (text or markdown or "")[:LONGEST]}
    if blocks:
        validation.message(blocks)
        image_blocks.must_be_ready(workspace, blocks, "/blocks", "invalid_blocks")
        given["blocks"] = forms.with_action_ids(completed(blocks))
    if attachments:
        given["attachments"] = _attachments(attachments)
    if said.get("metadata"):
        given["metadata"] = _metadata(said["metadata"])
    return given | _kept(said, "thread_ts", "reply_broadcast")


def _must_stand_alone(said: Json, markdown: str) -> None:
    """Raise an error if `markdown_text` is combined with text or blocks, or is too long."""
    if said.get("text") or said.get("blocks"):
        raise SlackError("markdown_text_conflict")
    if len(markdown) > LONGEST_MARKDOWN:
        raise SlackError("msg_too_long")


def must_be_short(said: Json, most: int = LONGEST) -> None:
    """Raise `msg_too_long` if the text is too long, for methods that reject long text instead of truncating it."""
    if len(said.get("text") or "") > most:
        raise SlackError("msg_too_long")


def _attachments(attachments: list[Json]) -> list[Json]:
    if len(attachments) > MOST_ATTACHMENTS:
        raise SlackError("too_many_attachments")
    if not all(isinstance(each, dict) for each in attachments):
        raise SlackError("invalid_attachments")
    return [_attachment(number, each) for number, each in enumerate(attachments)]


def _attachment(number: int, attachment: Json) -> Json:
    inside = {}
    if "blocks" in attachment:
        validation.message(attachment["blocks"], f"/attachments/{number}/blocks")
        inside = {"blocks": forms.with_action_ids(completed(attachment["blocks"]))}
    fallback = attachment.get("text", "[no preview available]")
    return {"id": number + 1, "fallback": fallback} | attachment | inside


def _metadata(metadata: Json) -> Json:
    is_sound = isinstance(metadata.get("event_type"), str) and isinstance(metadata.get("event_payload"), dict)
    if not is_sound or metadata.keys() - {"event_type", "event_payload", "entities"}:
        raise SlackError("invalid_metadata_format")
    if len(json.dumps(metadata)) > LARGEST_METADATA:
        raise SlackError("metadata_too_large")
    return metadata


def _kept(said: Json, *keys: str) -> dict[str, Any]:
    return {key: said[key] for key in keys if said.get(key)}


def bot_author(workspace: Workspace, said: Json | None = None) -> Json:
    """Return the author fields of a message by the app's bot, with `username` if the call sets one."""
    app = workspace.app
    bot = workspace.store.get("bot", app.bot_id) or {}
    profile = {key: bot[key] for key in ("id", "app_id", "name", "icons", "deleted", "updated")}
    author = {"user": workspace.bot_user_id, "bot_id": app.bot_id, "app_id": app.id}
    return author | {"bot_profile": profile | {"team_id": workspace.team["id"]}} | _kept(said or {}, "username")
