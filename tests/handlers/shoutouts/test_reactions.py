"""Tests of thanks by reaction: one note a day reports them, and removing a reaction withdraws its thanks."""

from datetime import timedelta

from bot.features.shoutouts.settings import Announce
from tests.handlers.drivers import turn_off_rituals
from tests.handlers.shoutouts.assertions import announces, card, credits, message, no_note, note
from tests.handlers.shoutouts.test_events import say
from tests.harness import Slack, World, eventually

ANA, BEN = "U0ANA00000", "U0BEN00000"
HANDS = "raised_hands"


async def react(slack: Slack, user: str, ts: str, name: str = HANDS, *, remove: bool = False) -> None:
    await slack.do("reactions", user=user, channel="harbour-support", ts=ts, name=name, remove=remove)


async def has(world: World, receiver: str, number: int) -> None:
    async def counted() -> bool:
        return await credits(world, receiver) == number

    await eventually(counted)


async def test_thanks_by_reaction_are_reported_in_one_note_a_day(slack: Slack, world: World) -> None:
    await turn_off_rituals(world)
    before = await credits(world, ANA)
    await announces(world, BEN, Announce.NONE)
    first, second = await say(slack, "ana", "The refund works"), await say(slack, "ana", "and the form too")
    other = await say(slack, "ben", "I closed the window")
    await react(slack, "maya", first)
    await world.sandbox.settled()  # two concurrent reactions may be stored in either order
    await react(slack, "dina", first, f"{HANDS}::skin-tone-3")
    await react(slack, "dina", second)
    await react(slack, "maya", other)
    await react(slack, "ana", second)
    await react(slack, "eli", second, "heart")
    await has(world, ANA, before + 3)
    await no_note(slack, "ana")
    await world.move(timedelta(hours=7))

    said = await note(slack, "ana", "<@U0MAYA0000> and <@U0DINA0000> thanked you with an emoji.")
    assert f"p{first.replace('.', '')}|a message> in <#C0HARBOURS>" in str(await slack.messages("bot", "ana"))
    await no_note(slack, "ben")
    await world.move(timedelta(hours=24))
    assert await slack.said("bot", "ana") == [said]
    assert "a message> in <#C0HARBOURS>" in str((await slack.command("ana", "mine")).ack)
    await slack.command("maya", "@dina for a line to stand above it")
    assert "given with :raised_hands:" in str((await slack.command("ana", "team")).ack)


async def test_reaction_to_a_shoutout_card_thanks_its_receivers_until_the_undo(slack: Slack, world: World) -> None:
    before = await credits(world, ANA)
    await slack.command("maya", "@ana @ben for the joined one")
    await card(slack, "joined one")
    ts = next(each["ts"] for each in await slack.messages("harbour-support", "maya") if "joined one" in each["text"])
    await react(slack, "dina", ts)
    await react(slack, "ana", ts)
    await has(world, ANA, before + 2)
    mine = (await slack.notes("maya"))[-1]
    await slack.press("maya", "shoutouts:undo", channel="harbour-support", ts=mine["ts"])

    await has(world, ANA, before)


async def test_repeatedly_added_and_redelivered_reactions_count_once(slack: Slack, world: World) -> None:
    before = await credits(world, ANA)
    await slack.do("faults", redeliver=True)
    ts = await say(slack, "ana", "The refund works")
    thanks = await say(slack, "ben", "kudos to @ana for the refund")
    for number in range(20):
        await react(slack, "dina", ts, remove=bool(number % 2))
    await react(slack, "dina", thanks)
    await world.sandbox.settled()

    await has(world, ANA, before + 2)
    await react(slack, "dina", ts)
    await has(world, ANA, before + 3)
    await slack.do("messages/delete", user="ben", channel="harbour-support", ts=thanks)
    await has(world, ANA, before + 1)
    await no_note(slack, "ana")
    assert (await message(slack, ts))["reactions"][0]["count"] == 1
