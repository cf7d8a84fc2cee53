"""Methods of files: uploading in two steps, file info, and deletion."""

from sandbox import files, message_content
from sandbox.api.conversations import visible
from sandbox.api.methods import Call, method
from sandbox.conversations import must_be_in
from sandbox.slack_types import Json, SlackError

MOST_CHANNELS = 100
LONGEST_ALT_TEXT = 1000


@method("files.getUploadURLExternal")
def get_upload_url(call: Call) -> Json:
    length, alt_text = call.args["length"], call.args.get("alt_txt")
    if length <= 0 or not call.args["filename"]:
        raise SlackError("missing_argument")
    if alt_text and len(alt_text) > LONGEST_ALT_TEXT:
        raise SlackError("alt_txt_too_large")
    file = files.reserve(call.workspace, call.args["filename"], length, alt_text)
    return {"upload_url": f"{call.workspace.url}/upload/{file['id']}", "file_id": file["id"]}


@method("files.completeUploadExternal")
def complete_upload(call: Call) -> Json:
    """Complete an upload: respond at once, and post the message with the files when they are ready."""
    given = call.args["files"]
    if not given or not all(isinstance(each, dict) and each.get("id") for each in given):
        raise SlackError("invalid_arguments", "[ERROR] missing required field: id [json-pointer:/files/0]")
    channels = _channels(call)
    for channel in channels:
        must_be_in(call.workspace, channel)
    said = {"text": call.args.get("initial_comment"), "blocks": call.args.get("blocks")}
    shown = message_content.of_message(call.workspace, said) if any(said.values()) else {"text": ""}
    if thread := call.args.get("thread_ts"):
        shown["thread_ts"] = thread
    found = [_titled(call, each) for each in given]
    files.share_later(call.workspace, [file["id"] for file in found], [each["id"] for each in channels], shown)
    return {"files": found}


def _titled(call: Call, given: Json) -> Json:
    file = files.find(call.workspace, given["id"], files.UPLOADED)
    file["title"] = given.get("title") or file["name"]
    files.store(call.workspace, file, files.UPLOADED)
    return file


def _channels(call: Call) -> list[Json]:
    ids = [id for id in call.args.get("channels", "").split(",") if id]
    if id := call.args.get("channel_id"):
        ids = [id]
    if len(ids) > MOST_CHANNELS:
        raise SlackError("channels_limit_exceeded")
    return [visible(call, id=id) for id in ids]


@method("files.info")
def files_info(call: Call) -> Json:
    """Return a file; as in Slack, a file that is still being processed has no type and no URL."""
    kept = call.workspace.store.get("file", call.args["file"])
    if not kept or kept["state"] == files.RESERVED:
        raise SlackError("file_not_found")
    if kept["state"] == files.DELETED:
        raise SlackError("file_deleted")
    file = kept["file"]
    if kept["state"] != files.SHARED:
        file = file | {"mimetype": "", "filetype": "", "url_private": "", "url_private_download": ""}
    return {"file": file, "comments": [], "response_metadata": {"next_cursor": ""}}


@method("files.delete")
def files_delete(call: Call) -> None:
    """Delete a file of the app; in the messages that share it, only a tombstone is left."""
    kept = call.workspace.store.get("file", call.args["file"])
    if not kept or kept["state"] == files.RESERVED:
        raise SlackError("file_not_found")
    if kept["state"] == files.DELETED:
        raise SlackError("file_deleted")
    if kept["file"]["user"] != call.workspace.bot_user_id:
        raise SlackError("cant_delete_file")
    files.delete(call.workspace, kept["file"])
