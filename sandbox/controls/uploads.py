"""Uploads of the files that a person attaches to a message, in a control's request."""

import base64
import binascii
from typing import Any

from sandbox import files
from sandbox.controls.endpoints import must_know, require_text
from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace

FIELDS = ("name", "text", "base64", "title", "alt_text")


def uploaded(workspace: Workspace, user: Json, said: Any) -> list[Json]:
    """Store the files that a person attaches; they are ready at once, because Slack's clients wait for that."""
    if not isinstance(said, list) or not all(isinstance(each, dict) for each in said):
        raise SlackError("invalid_arguments", "[ERROR] must provide an array of objects [json-pointer:/files]")
    return [_upload(workspace, user, each) for each in said]


def _upload(workspace: Workspace, user: Json, said: Json) -> Json:
    must_know(said, FIELDS)
    content = _content(said)
    file = files.reserve(workspace, require_text(said, "name"), len(content), said.get("alt_text"), user["id"])
    files.upload(workspace, file["id"], content)
    file["title"] = said.get("title") or file["name"]
    files.store(workspace, file, files.SHARED)
    return file


def _content(said: Json) -> bytes:
    """Return a file's content from `text`, or from `base64` for binary data."""
    given = said.get("base64", said.get("text"))
    if not isinstance(given, str):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: text")
    try:
        return base64.b64decode(given, validate=True) if "base64" in said else given.encode()
    except (binascii.Error, ValueError):
        raise SlackError("invalid_arguments", "[ERROR] must be base64 [json-pointer:/files]") from None
