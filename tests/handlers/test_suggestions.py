"""Tests of the bot's answers to messages: which messages it answers, where, and how often."""

from datetime import timedelta
from time import thread_time
from typing import Any

import pytest
from sqlalchemy import select

from bot.features.shoutouts.models import MessageRef
from bot.features.shoutouts.nudges import LISTEN
from bot.messages import suggestions
from bot.nudges.models import Nudge
from bot.org.teams.models import Team
from handlers.suggestions import PER_HOUR, MessageToBot, parse_message
from tests.harness import Json, Slack, World

BOT = "U0STEWARD0"
AT_ONCE = 5.0  # seconds of its own work; what takes the square of the length takes minutes
"""The limit for parsing, in seconds.

Parsing takes a hundredth of that; a quadratic search for the end of each mark would take minutes.
"""
DIRECT = {"channel": "D1", "channel_type": "im", "user": "UANA", "ts": "1.1", "text": "help"}
NAMED = {"channel": "C1", "channel_type": "channel", "user": "UANA", "ts": "1.1", "text": f"<@{BOT}> help"}


@pytest.mark.parametrize(
    ("event", "written"),
    [
        (DIRECT, MessageToBot(MessageRef("D1", "1.1"), "UANA", "help", "UANA", None)),
        ({**DIRECT, "text": ""}, MessageToBot(MessageRef("D1", "1.1"), "UANA", "", "UANA", None)),
        ({**DIRECT, "text": None}, MessageToBot(MessageRef("D1", "1.1"), "UANA", "", "UANA", None)),
        ({**DIRECT, "thread_ts": "0.9"}, MessageToBot(MessageRef("D1", "1.1"), "UANA", "help", "UANA", "0.9")),
        ({**DIRECT, "subtype": "file_share"}, MessageToBot(MessageRef("D1", "1.1"), "UANA", "help", "UANA", None)),
        (NAMED, MessageToBot(MessageRef("C1", "1.1"), "UANA", "  help", "C1", "1.1")),
        ({**NAMED, "channel_type": "group"}, MessageToBot(MessageRef("C1", "1.1"), "UANA", "  help", "C1", "1.1")),
        (
            {**NAMED, "text": f"hey <@{BOT}|steward>!"},
            MessageToBot(MessageRef("C1", "1.1"), "UANA", "hey  !", "C1", "1.1"),
        ),
        ({**NAMED, "thread_ts": "0.9"}, MessageToBot(MessageRef("C1", "1.1"), "UANA", "  help", "C1", "0.9")),
        ({**NAMED, "thread_ts": "0.9", "subtype": "thread_broadcast"},
         MessageToBot(MessageRef("C1", "1.1"), "UANA", "  help", "C1", "0.9")),
        # not to the bot
        ({**NAMED, "text": "help"}, None),
        ({**NAMED, "text": "<@UBEN> help"}, None),
        ({**NAMED, "text": "@steward help"}, None),
        # by a bot, or by the bot itself
        ({**DIRECT, "bot_id": "B1"}, None),
        ({**DIRECT, "user": BOT}, None),
        ({**DIRECT, "user": "USLACKBOT"}, None),
        ({**NAMED, "subtype": "bot_message", "user": None}, None),
        # no new message
        ({**NAMED, "subtype": "message_changed"}, None),
        ({**DIRECT, "subtype": "message_deleted"}, None),
        ({**NAMED, "subtype": "channel_join"}, None),
        ({**NAMED, "subtype": "channel_topic"}, None),
        ({**DIRECT, "user": None}, None),
    ],
)  # fmt: skip
def test_bot_answers_only_new_messages_by_people_that_are_addressed_to_it(
    event: dict[str, Any], written: MessageToBot | None
) -> None:
    assert parse_message(event, BOT) == written


@pytest.mark.parametrize("mark", [f"<@{BOT}|", "<@", f"<@{BOT}", "<http:", "`", "&lt;"])
def test_message_of_forty_thousand_characters_is_parsed_quickly(mark: str) -> None:
    text = f"<@{BOT}> shoutout " + mark * (40_000 // len(mark))
    began = thread_time()
    written = parse_message({**NAMED, "text": text}, BOT)
    assert written
    suggestions.answer(written.text)

    assert thread_time() - began < AT_ONCE


async def answers(world: World, channel: str, viewer: str) -> list[Json]:
    await world.sandbox.settled()
    await world.move(timedelta(seconds=PER_HOUR + 3))
    said = await world.slack.messages(channel, viewer)
    return [each for each in said if each.get("bot_id") and not each.get("subtype")]


async def write(slack: Slack, user: str, channel: str, text: str, **more: Any) -> str:
    return str((await slack.do("messages", user=user, channel=channel, text=text, **more))["ts"])


async def test_direct_messages_are_answered_at_most_a_few_times_an_hour(slack: Slack, world: World) -> None:
    before = len(await answers(world, "bot", "ana"))
    for number in range(PER_HOUR + 2):
        await write(slack, "ana", "bot", f"hello {number}")
    said = (await answers(world, "bot", "ana"))[before:]

    assert [each["text"] for each in said] == [
        *[suggestions.answer("hello").text] * (PER_HOUR - 1), suggestions.answer("hello", is_last=True).text
    ]  # fmt: skip
    await write(slack, "ben", "bot", "queue spkie phones 42")
    await world.move(timedelta(hours=1))
    await write(slack, "ana", "bot", "shoutout @ben and <@U0DINA0000|dina> for the calm voice")

    assert len(await answers(world, "bot", "ben")) == 1
    (again,) = (await answers(world, "bot", "ana"))[before + PER_HOUR :]
    assert "`/shoutout @ben and @dina for the calm voice`" in again["text"]


async def test_message_offered_as_a_shoutout_gets_no_other_answer(slack: Slack, world: World) -> None:
    async with world.database.begin() as session:
        (await session.scalars(select(Team))).one().settings = {"shoutouts": {"listens": True}}
    await write(slack, "ben", "harbour-support", "thanks @ana, and @steward for the reminder")
    await answers(world, "harbour-support", "ben")

    async with world.database.reading() as session:
        assert (await session.scalars(select(Nudge.person_id).where(Nudge.kind == LISTEN))).all() == ["U0BEN00000"]
    assert not [call for call in await slack.calls("chat.postMessage") if call["args"].get("thread_ts")]


async def test_mention_is_answered_exactly_once_in_its_thread(slack: Slack, world: World) -> None:
    ts = await write(slack, "ana", "harbour-support", "@steward how do I set my birthday?")
    await slack.do("messages/edit", user="ana", channel="harbour-support", ts=ts, text="@steward my birthday?")
    await write(slack, "ben", "harbour-support", "kudos to @ana for the calm voice, says @steward")
    await slack.do("messages", bot_id="grafana", channel="harbour-support", text=f"<@{BOT}> is down")
    await answers(world, "harbour-support", "ana")

    said = (await slack.look("messages", channel="harbour-support", thread_ts=ts, user="ana"))["messages"]
    assert [each["text"] for each in said if each.get("bot_id")] == [suggestions.answer("my birthday").text]
    posts = [call["args"] for call in await slack.calls("chat.postMessage")]
    assert [post["thread_ts"] for post in posts if post.get("thread_ts")] == [ts]
