"""Tests of thanks with unclear names: an ephemeral message lists who was thanked, and a button adds the others."""

from datetime import timedelta

from sqlalchemy import select

from bot.features.shoutouts.models import Shoutout
from bot.messages.shoutouts.cards import TOO, USE
from tests.handlers.shoutouts.assertions import card, count, credits, filled, message, no_note, note, whisper
from tests.handlers.shoutouts.test_events import edit, has_reaction, say
from tests.harness import Json, Slack, World, eventually

A_MOMENT = timedelta(seconds=5)
ANA, BEN, DINA = "U0ANA00000", "U0BEN00000", "U0DINA0000"


async def asked(world: World, user: str) -> Json:
    """Wait for the latest ephemeral message to a person that has the button, and return it."""
    await world.move(A_MOMENT)

    async def found() -> Json | None:
        asks = [each for each in await world.slack.notes(user) if TOO in str(each)]
        return asks[-1] if asks else None

    ask: Json = await eventually(found)
    return ask


async def too(slack: Slack, user: str, ask: Json) -> None:
    await slack.press(user, TOO, channel="harbour-support", ts=ask["ts"])


async def latest(world: World) -> Shoutout:
    async with world.database.reading() as session:
        found = await session.scalar(select(Shoutout).order_by(Shoutout.id.desc()).limit(1))
    assert found
    return found


async def test_everybody_in_a_list_of_names_in_a_message_is_thanked(slack: Slack, world: World) -> None:
    for number, text in enumerate(
        (
            "Kudos to @ben for the phones and @dina for list {}",
            "> where is my order?\nKudos to\n• @ben\n• @dina\nfor list {}",
            "*Shout out* to *@ben* / @dina, list {}",
        )
    ):
        ts = await say(slack, "ana", text.format(number))
        for name in ("ben", "dina"):
            await note(slack, name, f"list {number}")
        await eventually(lambda ts=ts: has_reaction(slack, ts))
    assert not await slack.notes("ana")


async def test_giver_is_asked_about_a_possible_receiver_and_can_add_them_by_a_button(
    slack: Slack, world: World
) -> None:
    before = await credits(world, DINA)
    ts = await say(slack, "ana", "Kudos to @ben for the phones and @dina")
    ask = await asked(world, "ana")
    await no_note(slack, "dina")
    await edit(slack, "ana", ts, "Kudos to @ben for the phones, the mails and @dina")
    await note(slack, "ben", "the mails")
    for _ in range(2):
        await too(slack, "ana", ask)
    await note(slack, "dina", "the mails")
    await edit(slack, "ana", ts, "Kudos to @ben for everything and @dina")
    await note(slack, "dina", "everything")
    await world.sandbox.settled()

    assert await credits(world, DINA) == before + 1
    assert len(await slack.said("bot", "dina")) == 1
    assert (await message(slack, ts))["reactions"][0]["count"] == 1


async def test_answer_to_a_shoutout_command_asks_whether_a_possible_receiver_was_meant(
    slack: Slack, world: World
) -> None:
    answer = await slack.command("maya", "@ana for the late calls and @ben")
    assert TOO in str(answer.ack)
    assert await card(slack, "late calls")
    ask = await asked(world, "maya")
    for _ in range(2):
        await too(slack, "maya", ask)
    await note(slack, "ben", "late calls")

    assert (await latest(world)).receivers == [ANA, BEN]
    assert await card(slack, f"<@{ANA}> and <@{BEN}> for the late calls")


async def test_possible_receiver_who_has_left_cannot_be_added_and_the_question_remains(
    slack: Slack, world: World
) -> None:
    await say(slack, "ana", "Kudos to @ben for the last day and @dina")
    ask = await asked(world, "ana")
    await slack.do("users", user="dina", deleted=True)
    await world.sandbox.settled()
    await too(slack, "ana", ask)
    await world.move(A_MOMENT)

    async def refused() -> bool:
        return len(await slack.notes("ana")) == 2

    await eventually(refused)
    assert (await latest(world)).receivers == [BEN]
    assert TOO in str(await slack.notes("ana"))


async def test_giver_is_told_about_an_unknown_name_next_to_a_known_name(slack: Slack, world: World) -> None:
    await say(slack, "ana", "Kudos to @ben and @nobodyhere for it")
    await world.move(A_MOMENT)

    async def told() -> bool:
        return any("@nobodyhere" in each["text"] for each in await slack.notes("ana"))

    await eventually(told)


async def test_giver_is_told_once_that_the_only_name_in_a_message_is_unknown(slack: Slack, world: World) -> None:
    """Each set of names is reported once; broadcasts such as @channel, and words that are not names, are ignored."""
    for text in ("Kudos to @channel for it", "Kudos to ana@firm.example for it", "Kudos to `@nobodyhere` for it"):
        await say(slack, "ana", text)
    ts = await say(slack, "ana", "Kudos to @Nobodyhere for it")
    await whisper(slack, "ana", "@Nobodyhere")
    await edit(slack, "ana", ts, "Kudos to @Nobodyhere for all of it")
    await edit(slack, "ana", ts, "Kudos to @dina for all of it")
    await note(slack, "dina", "all of it")

    assert len(await slack.notes("ana")) == 1
    assert (await latest(world)).receivers == [DINA]


async def test_channels_and_groups_in_a_reason_are_displayed_with_their_names(slack: Slack, world: World) -> None:
    await say(slack, "ana", "Kudos to @ben for cleaning up #general and #queue-alerts and telling @night-shift")
    await note(slack, "ben", "<#C0GENERAL0")
    assert "|queue-alerts>" in (await latest(world)).reason
    assert "telling @night-shift" in (await latest(world)).reason
    answer = await slack.command("maya", "@ana for cleaning up #general and telling @night-shift")

    assert USE not in str(answer.ack)
    assert "`#general`" not in answer.text
    assert "|general>" in (await card(slack, "cleaning up <#C0GENERAL0"))[0]


async def test_giver_is_asked_which_person_a_shared_name_means(slack: Slack, world: World) -> None:
    for user, full_name in (("zoe.c", "Zoe Costa"), ("zoe.d", "Zoe Duarte")):
        await slack.do("users", user=user, real_name=full_name, display_name="Zoe")
    await world.sandbox.settled()
    before = await count(world)
    await slack.command("maya", "@Zoe and @ana for the swap")
    assert await filled(slack, "maya") == (True, [ANA], "for the swap", [])
    await say(slack, "ana", "Kudos to @Zoe for the swap")
    await world.move(A_MOMENT)

    async def asked_which() -> bool:
        return any("Zoe Duarte" in each["text"] for each in await slack.notes("ana"))

    await eventually(asked_which)
    await slack.command("maya", "@Zoe Duarte and @BEN for the swap")
    assert len((await latest(world)).receivers) == 2
    assert await count(world) == before + 2, "one that thanks nobody yet, and one that thanks two"
