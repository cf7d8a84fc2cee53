"""Tests of thanks in ordinary channel messages, and of their edits and deletion."""

from datetime import timedelta

from bot.messages.shoutouts.cards import KEEP
from tests.handlers.shoutouts.assertions import count, credits, message, no_card, no_note, note, whisper
from tests.harness import Slack, World, eventually


async def say(slack: Slack, user: str, text: str) -> str:
    return str((await slack.do("messages", user=user, channel="harbour-support", text=text))["ts"])


async def edit(slack: Slack, user: str, ts: str, text: str) -> None:
    await slack.do("messages/edit", user=user, channel="harbour-support", ts=ts, text=text)


async def has_reaction(slack: Slack, ts: str) -> bool:
    return "raised_hands" in str((await message(slack, ts)).get("reactions"))


async def test_thanks_in_a_channel_message_send_notes_but_no_card(slack: Slack, world: World) -> None:
    ts = await say(slack, "ben", "Kudos to @ana and @night-shift for helping @chidi with 4711")

    for name in ("ana", "fay"):
        assert "thanked you in <#C0HARBOURS>" in await note(slack, name, "4711")
    assert f"p{ts.replace('.', '')}|See the message>" in str(await slack.messages("bot", "ana"))
    await eventually(lambda: has_reaction(slack, ts))
    assert await no_card(slack, "4711")
    await no_note(slack, "chidi")
    assert "for helping" in str((await slack.command("ana", "team")).ack)


async def test_message_edit_changes_who_is_thanked_and_deletion_withdraws_the_thanks(
    slack: Slack, world: World
) -> None:
    ts = await say(slack, "ben", "What a morning, @ana")
    await edit(slack, "ben", ts, "What a morning! Props @ana")
    await note(slack, "ana", "What a morning!")
    await edit(slack, "ben", ts, "What a morning! Props @dina")
    await note(slack, "dina", "Props")
    await no_note(slack, "ana")
    await edit(slack, "ben", ts, "What a morning! Dear @dina")
    await no_note(slack, "dina")
    await world.move(timedelta(seconds=5))
    assert not await has_reaction(slack, ts)
    await edit(slack, "ben", ts, "Hats off to @dina, once more")
    await note(slack, "dina", "once more")
    before = await credits(world, "U0DINA0000")
    await slack.do("messages/delete", user="ben", channel="harbour-support", ts=ts)
    await no_note(slack, "dina")
    assert await credits(world, "U0DINA0000") == before - 1


async def test_sixth_thanks_of_a_day_in_a_message_can_be_postponed(slack: Slack, world: World) -> None:
    for number in range(5):
        await slack.command("ben", f"@ana for thing {number} of today")
    ts = await say(slack, "ben", "shoutout to @dina for the sixth thing")
    await world.move(timedelta(seconds=10))
    offered = await whisper(slack, "ben", "That's your limit for today")
    await slack.press("ben", KEEP, channel="harbour-support", ts=offered["ts"])
    await world.move(timedelta(seconds=10))
    await whisper(slack, "ben", "OK, I'll send it on")
    await no_note(slack, "dina")
    await world.move(timedelta(hours=24))

    await note(slack, "dina", "sixth thing")
    assert await has_reaction(slack, ts)


async def test_message_that_thanks_nobody_creates_no_shoutout(slack: Slack, world: World) -> None:
    before = await count(world)
    for text in ("kudos to all of you", "props @ben", "kudos to @steward", "good morning @ana", "> kudos @ana"):
        await say(slack, "ben", text)
    await slack.do("messages", bot_id="queuewatch", channel="harbour-support", text="kudos to <@U0ANA00000>")
    await world.move(timedelta(seconds=5))

    assert not await slack.notes("ben")
    marks = await count(world) - before
    assert marks == 2, "those that thank only oneself or a bot leave a mark for what comes late"
