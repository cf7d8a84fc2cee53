"""The Slack API call for each kind of outbox row, and the mapping of Slack's responses to outcomes."""

from collections.abc import Awaitable, Callable
from datetime import timedelta

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.slack.clients import TOKEN_IS_DEAD, retry_after
from bot.slack.outbox import attempts, files
from bot.slack.outbox.models import SENT_BLINDLY, Method
from bot.slack.post import Payload

EVENT_TYPE = "steward_delivery"
LOOK_BACK = timedelta(seconds=60)
PAGE = 200

MAY_HAVE_WORKED = {
    "internal_error",
    "fatal_error",
    "service_unavailable",
    "request_timeout",
    "update_failed",
    "file_update_failed",
}
CANNOT_EDIT = {"message_not_found", "edit_window_closed", "cant_update_message"}
IS_SO_ALREADY = {
    Method.POST: {"cannot_reply_to_message", "thread_not_found"},  # the parent message and its thread are deleted
    Method.DELETE: {"message_not_found", "channel_not_found"},
    Method.REACT: {"already_reacted", "message_not_found"},
    Method.UNREACT: {"no_reaction", "message_not_found"},
}


async def send(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    """Make one attempt to send. Errors from Slack or the network are never raised; they become outcomes."""
    try:
        return await _SENDERS[attempt.method](client, attempt)
    except SlackApiError as error:
        return _meaning(client, attempt, error)
    except aiohttp.ClientConnectorError as error:
        return attempts.NotSent(type(error).__name__)
    except (TimeoutError, aiohttp.ClientError, OSError, UnicodeDecodeError) as error:
        return attempts.Unknown(type(error).__name__)


def _meaning(client: AsyncWebClient, attempt: attempts.SendAttempt, error: SlackApiError) -> attempts.Outcome:
    answer = error.response
    status, reason = answer.status_code, str(answer.get("error") or "")
    if status == 429 or reason in ("ratelimited", "rate_limited"):
        seconds = retry_after(answer.headers)
        return attempts.Throttled(seconds) if str(answer.api_url).endswith(attempt.method) else attempts.Busy(seconds)
    if status >= 500 or not reason or reason in MAY_HAVE_WORKED:
        return attempts.Unknown(reason or f"http_{status}")
    if reason in TOKEN_IS_DEAD:
        return attempts.Parked(reason, client.token)
    if reason in IS_SO_ALREADY.get(attempt.method, ()):
        return attempts.NothingToDo(reason)
    if attempt.method is Method.UPDATE and reason in CANNOT_EDIT:
        return attempts.PostInstead(reason)
    return attempts.Refused(reason)


async def _post(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    channel = await attempts.channel_of(client, attempt)
    doubt = None
    if attempt.unsure_since:
        try:
            if ts := await _look_up(client, channel, attempt):
                return attempts.Sent(channel, ts)
        except attempts.HistoryUnreadable:
            doubt = SENT_BLINDLY
        if attempt.keeps_hours:
            return attempts.NotThere(doubt)
    attempt.must_be_in_time()
    answer = await client.chat_postMessage(
        channel=channel,
        metadata={"event_type": EVENT_TYPE, "event_payload": {"id": attempt.delivery}},
        unfurl_links=False,
        unfurl_media=False,
        **attempt.body,
    )
    return attempts.Sent(channel, answer["ts"], doubt)


async def _look_up(client: AsyncWebClient, channel: str, attempt: attempts.SendAttempt) -> str | None:
    """Return the timestamp of the post that an earlier attempt may have made, or None if it is not in the history.

    Raises `HistoryUnreadable` if the history cannot be read.
    """
    assert attempt.unsure_since  # noqa: S101
    oldest = f"{(attempt.unsure_since - LOOK_BACK).timestamp():.6f}"
    cursor: str | None = None
    while True:
        page = await _read(client, channel, attempt, oldest, cursor)
        for message in page["messages"]:
            payload = message.get("metadata", {}).get("event_payload", {})
            if payload.get("id") == attempt.delivery:
                return str(message["ts"])
        cursor = (page.get("response_metadata") or {}).get("next_cursor")
        if not cursor:
            return None


async def _read(
    client: AsyncWebClient, channel: str, attempt: attempts.SendAttempt, oldest: str, cursor: str | None
) -> AsyncSlackResponse:
    asked: Payload = {"channel": channel, "oldest": oldest, "limit": PAGE, "include_all_metadata": True}
    try:
        if thread := attempt.body.get("thread_ts"):
            return await client.conversations_replies(**asked, ts=thread, cursor=cursor)
        return await client.conversations_history(**asked, cursor=cursor)
    except SlackApiError as error:
        if error.response.get("error") in attempts.UNREADABLE:
            raise attempts.HistoryUnreadable from None
        raise


async def _update(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    if attempt.ts is None or attempt.channel is None:
        return attempts.NothingToDo("no_card")
    await client.chat_update(channel=attempt.channel, ts=attempt.ts, **attempt.body)
    return attempts.Sent(attempt.channel, attempt.ts)


async def _delete(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    if attempt.ts is None or attempt.channel is None:
        return attempts.NothingToDo("no_card")
    await client.chat_delete(channel=attempt.channel, ts=attempt.ts)
    return attempts.Sent()


async def _whisper(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    channel = await attempts.channel_of(client, attempt)
    await client.chat_postEphemeral(channel=channel, **attempt.body)
    return attempts.Sent(channel)


async def _react(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    channel = await attempts.channel_of(client, attempt)
    await client.reactions_add(channel=channel, **attempt.body)
    return attempts.Sent(channel)


async def _unreact(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    channel = await attempts.channel_of(client, attempt)
    await client.reactions_remove(channel=channel, **attempt.body)
    return attempts.Sent(channel)


async def _home(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    await client.views_publish(user_id=attempt.user_id or "", view=attempt.body["view"])
    return attempts.Sent()


async def _respond(client: AsyncWebClient, attempt: attempts.SendAttempt) -> attempts.Outcome:
    body = {name: value for name, value in attempt.body.items() if name != "url"}
    assert client.session  # noqa: S101
    async with client.session.post(attempt.body["url"], json=body) as answer:
        if answer.status == 429:
            return attempts.Throttled(retry_after(answer.headers))
        if answer.status >= 500:
            return attempts.Unknown(f"http_{answer.status}")
        return attempts.Sent() if answer.status == 200 else attempts.PostInstead(f"response_url_{answer.status}")


_SENDERS: dict[Method, Callable[[AsyncWebClient, attempts.SendAttempt], Awaitable[attempts.Outcome]]] = {
    Method.POST: _post,
    Method.UPDATE: _update,
    Method.DELETE: _delete,
    Method.EPHEMERAL: _whisper,
    Method.REACT: _react,
    Method.UNREACT: _unreact,
    Method.HOME: _home,
    Method.RESPOND: _respond,
    Method.FILE: files.send,
    Method.DELETE_FILE: files.delete,
}
