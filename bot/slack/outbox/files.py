"""Upload files in Slack's three steps (request a URL, upload the bytes, share in a conversation), and delete them.

Only the last step of an upload is visible to people. When an outcome is unknown, only that step is looked up in Slack.
"""

from base64 import b64decode

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.clients import retry_after
from bot.slack.outbox import attempts
from bot.slack.outbox.models import SENT_BLINDLY

IS_GONE = {"file_not_found", "file_deleted"}


async def send(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    """Upload and share a file. A file that an earlier attempt has uploaded is only shared."""
    channel = await attempts.channel_of(client, attempt)
    doubt = None
    if attempt.unsure_since:
        try:
            if attempt.file_id and await _is_shared(client, channel, attempt.file_id):
                return attempts.Sent(channel)
        except attempts.HistoryUnreadable:
            doubt = SENT_BLINDLY
        if attempt.keeps_hours:
            return attempts.NotThere(doubt)
    file_id = attempt.file_id or await _upload(client, attempt)
    return await _share(client, channel, attempt, file_id, doubt) if isinstance(file_id, str) else file_id


async def delete(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    """Delete a file, unless somebody has done so before."""
    try:
        await client.files_delete(file=attempt.body["file"])
    except SlackApiError as error:
        if (reason := error.response.get("error")) in IS_GONE:
            return attempts.NothingToDo(str(reason))
        raise
    return attempts.Sent()


async def _is_shared(client: AsyncWebClient, channel: str, file_id: str) -> bool:
    """Return whether a file is shared in a conversation.

    Raises `HistoryUnreadable` if the bot may not read the file.
    """
    try:
        file = (await client.files_info(file=file_id))["file"]
    except SlackApiError as error:
        if error.response.get("error") in IS_GONE:
            return False
        if error.response.get("error") in attempts.UNREADABLE:
            raise attempts.HistoryUnreadable from None
        raise
    places = [place for shared in (file.get("shares") or {}).values() for place in shared]
    return channel in [*places, *(place for kind in ("channels", "groups", "ims") for place in file.get(kind) or ())]


async def _upload(client: AsyncWebClient, attempt: attempts.SendAttempt) -> str | attempts.Outcome:
    """Upload the file without sharing it. Return its id, or the outcome if that failed."""
    content = b64decode(attempt.body["content"])
    place = await client.files_getUploadURLExternal(filename=attempt.body["name"], length=len(content))
    if failure := await _put(client, str(place["upload_url"]), content):
        return failure
    await attempt.keep_file(str(place["file_id"]))
    return str(place["file_id"])


async def _put(client: AsyncWebClient, url: str, content: bytes) -> attempts.Outcome | None:
    assert client.session  # noqa: S101
    async with client.session.post(url, data=content) as answer:
        await answer.read()
        if answer.status == 429:
            return attempts.Busy(retry_after(answer.headers))
        if answer.status >= 500:
            return attempts.NotSent(f"upload_{answer.status}")
        return None if answer.status == 200 else attempts.Refused(f"upload_{answer.status}")


async def _share(
    client: AsyncWebClient, channel: str, attempt: attempts.SendAttempt, file_id: str, doubt: str | None
) -> attempts.Outcome:
    attempt.must_be_in_time()
    try:
        await client.files_completeUploadExternal(
            files=[{"id": file_id, "title": attempt.body["title"]}],
            channel_id=channel,
            initial_comment=attempt.body["comment"] or None,
            thread_ts=attempt.body.get("thread_ts"),
        )
    except SlackApiError as error:
        if (reason := error.response.get("error")) in IS_GONE:
            return attempts.StartOver(doubt or str(reason))
        raise
    return attempts.Sent(channel, doubt=doubt)
