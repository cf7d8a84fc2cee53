"""Tests of file uploads and scheduled messages, which take effect later on the sandbox's clock."""

from datetime import timedelta
from typing import Any

import aiohttp
import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from sandbox.sandbox import Sandbox

from .conftest import Person

SUPPORT = "C0HARBOURS"


async def test_uploaded_file_can_be_used_in_a_block_only_when_it_is_ready(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    uploaded = await client.files_upload_v2(channel=SUPPORT, filename="week.png", content=b"png", title="Week")
    id = uploaded["files"][0]["id"]
    image = [{"type": "image", "slack_file": {"id": id}, "alt_text": "the week"}]
    with pytest.raises(SlackApiError) as too_early:
        await client.chat_postMessage(channel=SUPPORT, text="the week", blocks=image)
    unready = (await client.files_info(file=id))["file"]
    sandbox.clock.set(sandbox.clock.now() + timedelta(seconds=5))
    await sandbox.settled()
    ready = (await client.files_info(file=id))["file"]
    await client.chat_postMessage(channel=SUPPORT, text="the week", blocks=image)
    shared = (await person.reads("harbour-support", "ana"))[-2]

    reason = "[ERROR] invalid slack file [json-pointer:/blocks/0/slack_file]"
    assert too_early.value.response["error"] == "invalid_blocks"
    assert too_early.value.response["response_metadata"]["messages"] == [reason]
    assert (unready["mimetype"], ready["mimetype"], ready["title"]) == ("", "image/png", "Week")
    assert ready["shares"]["public"][SUPPORT][0]["ts"] == shared["ts"]
    assert shared["files"][0]["id"] == id


async def test_file_shared_in_a_thread_has_the_thread_in_its_shares(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    root = str((await client.chat_postMessage(channel=SUPPORT, text="Booked"))["ts"])
    uploaded = await client.files_upload_v2(channel=SUPPORT, filename="a.ics", content=b"ics", thread_ts=root)
    sandbox.clock.set(sandbox.clock.now() + timedelta(seconds=5))
    await sandbox.settled()
    file = (await client.files_info(file=uploaded["files"][0]["id"]))["file"]
    (_, reply) = (await client.conversations_replies(channel=SUPPORT, ts=root))["messages"]

    assert file["shares"]["public"][SUPPORT] == [{"ts": reply["ts"], "thread_ts": root}]
    assert (reply["thread_ts"], reply["files"][0]["id"]) == (root, file["id"])
    assert (await person.reads("harbour-support", "ana"))[-1]["ts"] == root


async def test_deleted_file_leaves_a_tombstone_in_its_message_and_cannot_be_deleted_again(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    uploaded = await client.files_upload_v2(channel=SUPPORT, filename="week.csv", content=b"a,b")
    id = uploaded["files"][0]["id"]
    sandbox.clock.set(sandbox.clock.now() + timedelta(seconds=5))
    await sandbox.settled()
    await client.files_delete(file=id)
    with pytest.raises(SlackApiError) as again:
        await client.files_delete(file=id)
    with pytest.raises(SlackApiError) as looked_up:
        await client.files_info(file=id)

    assert (await person.reads("harbour-support", "ana"))[-1]["files"] == [{"id": id, "mode": "tombstone"}]
    assert again.value.response["error"] == looked_up.value.response["error"] == "file_deleted"


async def test_file_can_be_uploaded_as_a_multipart_form(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    async with aiohttp.ClientSession() as session:
        form = aiohttp.FormData()
        form.add_field("file", b"hello", filename="a.txt")
        async with session.post(str(place["upload_url"]), data=form) as answer:
            said = await answer.text()

    assert said == "OK - 5"


async def test_scheduled_message_is_posted_at_its_time(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    at = int((sandbox.clock.now() + timedelta(hours=2)).timestamp())
    await client.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=at)
    waiting = (await client.chat_scheduledMessages_list())["scheduled_messages"]
    await person.does("clock", forward="PT8H")
    last = (await person.reads("harbour-support", "ana"))[-1]

    assert [each["text"] for each in waiting] == ["later"]
    assert last["text"] == "later"
    assert at <= float(last["ts"]) < at + 60
    assert (await client.chat_scheduledMessages_list())["scheduled_messages"] == []


async def test_deleted_scheduled_message_is_not_posted(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    at = int((sandbox.clock.now() + timedelta(hours=2)).timestamp())
    put = await client.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=at)
    id = str(put["scheduled_message_id"])
    await client.chat_deleteScheduledMessage(channel=SUPPORT, scheduled_message_id=id)
    await person.does("clock", forward="PT8H")

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] != "later"


async def test_scheduled_message_with_metadata_is_never_posted(
    sandbox: Sandbox, person: Person, client: AsyncWebClient
) -> None:
    said: dict[str, Any] = {"metadata": {"event_type": "x", "event_payload": {}}}
    at = int((sandbox.clock.now() + timedelta(hours=2)).timestamp())
    await client.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=at, **said)
    await person.does("clock", forward="PT8H")

    assert (await person.reads("harbour-support", "ana"))[-1]["text"] != "later"


async def test_more_than_thirty_scheduled_messages_in_five_minutes_are_rejected(
    sandbox: Sandbox, client: AsyncWebClient
) -> None:
    at = int((sandbox.clock.now() + timedelta(hours=2)).timestamp())
    for _ in range(30):
        await client.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=at)
    with pytest.raises(SlackApiError, match="restricted_too_many"):
        await client.chat_scheduleMessage(channel=SUPPORT, text="later", post_at=at)


async def test_injected_fault_can_cut_an_upload_before_or_after_it_takes_effect(
    person: Person, client: AsyncWebClient
) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    for is_after in (False, True):
        await person.does("faults", method="upload_url", cut=True, after_effect=is_after)
        async with aiohttp.ClientSession() as session:
            with pytest.raises(aiohttp.ClientError):
                async with session.post(str(place["upload_url"]), data=b"hello") as answer:
                    await answer.read()
        is_there = (
            await client.files_completeUploadExternal(files=[{"id": str(place["file_id"])}]) if is_after else None
        )

    assert is_there
    assert is_there["files"][0]["size"] == 5


async def test_upload_without_content_cannot_be_completed(client: AsyncWebClient) -> None:
    place = await client.files_getUploadURLExternal(filename="a.txt", length=5)
    with pytest.raises(SlackApiError, match="file_not_found"):
        await client.files_completeUploadExternal(files=[{"id": str(place["file_id"])}], channel_id=SUPPORT)
