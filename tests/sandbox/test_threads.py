"""Tests of threads: replies and their counts, broadcast replies, tombstones, and ephemeral messages."""

from typing import Any

from slack_sdk.web.async_client import AsyncWebClient

from .conftest import Person

SUPPORT = "C0HARBOURS"
PLACE = {"user": "ana", "channel": "harbour-support"}
Json = dict[str, Any]


async def told(client: AsyncWebClient) -> Json:
    found: Json = (await client.conversations_history(channel=SUPPORT, limit=1))["messages"][0]
    return found


async def test_thread_root_counts_its_replies(person: Person, client: AsyncWebClient) -> None:
    ts = (await person.does("messages", **PLACE, text="who is in?"))["ts"]
    await person.does("messages", user="ben", channel="harbour-support", text="me", thread_ts=ts)
    reply = await client.chat_postMessage(channel=SUPPORT, text="I too", thread_ts=ts)
    root = await told(client)
    thread = (await client.conversations_replies(channel=SUPPORT, ts=ts))["messages"]
    by_reply = (await client.conversations_replies(channel=SUPPORT, ts=str(reply["ts"])))["messages"]

    assert (root["ts"], root["reply_count"], root["latest_reply"]) == (ts, 2, reply["ts"])
    assert root["reply_users"] == ["U0BEN00000", "U0STEWARD0"]
    assert [message["text"] for message in thread] == ["who is in?", "me", "I too"]
    assert thread[1]["parent_user_id"] == "U0ANA00000"
    assert by_reply == thread
    assert await person.reads("harbour-support", "eli", thread_ts=ts) == thread


async def test_reply_can_be_broadcast_to_the_channel(person: Person, client: AsyncWebClient) -> None:
    ts = (await person.does("messages", **PLACE, text="who is in?"))["ts"]
    await client.chat_postMessage(channel=SUPPORT, text="Ana asks", thread_ts=ts, reply_broadcast=True)
    shown = await told(client)

    assert (shown["text"], shown["subtype"], shown["root"]["ts"]) == ("Ana asks", "thread_broadcast", ts)


async def test_deleted_thread_root_leaves_a_tombstone(person: Person, client: AsyncWebClient) -> None:
    ts = (await person.does("messages", **PLACE, text="who is in?"))["ts"]
    reply = (await person.does("messages", **PLACE, text="me", thread_ts=ts))["ts"]
    await person.does("messages/delete", **PLACE, ts=ts)
    tombstone = await told(client)
    await person.does("messages/delete", **PLACE, ts=reply)
    empty = await told(client)

    assert (tombstone["subtype"], tombstone["user"], tombstone["reply_count"]) == ("tombstone", "USLACKBOT", 1)
    assert empty["reply_count"] == 0


async def test_ephemeral_message_can_be_in_a_thread(person: Person, client: AsyncWebClient) -> None:
    ts = (await person.does("messages", **PLACE, text="who is in?"))["ts"]
    await client.chat_postEphemeral(channel=SUPPORT, user="U0ANA00000", text="only you", thread_ts=ts)
    anas, bens = [await person.reads("harbour-support", user, thread_ts=ts) for user in ("ana", "ben")]

    assert [message["text"] for message in anas] == ["who is in?", "only you"]
    assert [message["text"] for message in bens] == ["who is in?"]


async def test_permalink_of_a_reply_contains_its_thread(person: Person, client: AsyncWebClient) -> None:
    ts = (await person.does("messages", **PLACE, text="who is in?"))["ts"]
    reply = (await person.does("messages", **PLACE, text="me", thread_ts=ts))["ts"]
    link = (await client.chat_getPermalink(channel=SUPPORT, message_ts=reply))["permalink"]

    assert str(link).endswith(f"/archives/{SUPPORT}/p{reply.replace('.', '')}?thread_ts={ts}&cid={SUPPORT}")
