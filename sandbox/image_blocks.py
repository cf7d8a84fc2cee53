"""Validation of image blocks that reference an uploaded file."""

from sandbox.slack_types import Json, SlackError
from sandbox.workspace import Workspace


def must_be_ready(workspace: Workspace, blocks: list[Json], at: str, error: str) -> None:
    """Raise `error` if an image block references a file that is missing, not ready, or not an image."""
    for number, block in enumerate(blocks):
        shown = block.get("slack_file") if block["type"] == "image" else None
        if shown and not _is_ready(workspace, shown):
            said = f"invalid slack file [json-pointer:{at}/{number}/slack_file]"
            raise SlackError(error, f"[ERROR] {said}", errors=[said])


def _is_ready(workspace: Workspace, shown: Json) -> bool:
    for kept in workspace.store.all("file"):
        file = kept["file"]
        if shown.get("id") == file["id"] or shown.get("url") in (file["url_private"], file["permalink"]):
            return bool(kept["state"] == "shared" and file["mimetype"].startswith("image/"))
    return False
