"""The shortcut *Save as an idea*, which saves another person's message only after that person agrees."""

import pytest
from sqlalchemy import select

from bot.followups.models import Followup
from bot.refusals import followups as refusals
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.harness import Json, World

WORDS = "we could have a macro for <small> refunds & co"
SHOWN = "we could have a macro"


@pytest.fixture
async def saying(tuesday: World) -> World:
    """Return a world on a Tuesday, with jobs of nudges only."""
    await keep_only_jobs(tuesday, "nudges")
    return tuesday


async def said(world: World, name: str, channel: str = "harbour-support") -> Json:
    await world.slack.do("messages", user=name, channel=channel, text=WORDS)
    await settled(world)
    return next(each for each in reversed(await world.slack.messages(channel, name)) if SHOWN in str(each))


async def save(world: World, name: str, message: Json, channel: str = "harbour-support") -> None:
    await world.slack.do("shortcuts", user=name, channel=channel, ts=message["ts"], callback_id="ideas:message")
    await settled(world)


async def raised(world: World) -> list[Followup]:
    async with world.database.reading() as session:
        return list((await session.scalars(select(Followup))).all())


async def test_saving_ones_own_message_as_an_idea_opens_the_form_with_its_text(saying: World) -> None:
    await save(saying, "ana", await said(saying, "ana"))
    await saying.slack.submit("ana")
    await settled(saying)
    (this,) = await raised(saying)
    assert (this.text, this.author_id, this.is_named) == (WORDS, "U0ANA00000", True)


async def test_another_persons_message_is_saved_as_their_idea_only_if_they_agree(saying: World) -> None:
    message = await said(saying, "ana")
    for _ in range(2):
        await save(saying, "ben", message)
    assert not await saying.slack.views("ben")
    assert await raised(saying) == []
    assert "I've asked @ana" in str(await saying.slack.notes("ben"))
    asked = [each for each in await saying.slack.messages("bot", "ana") if SHOWN in str(each)]
    assert len(asked) == 1

    await press(saying, "ana", asked[0], "ideas:accept")
    await saying.slack.submit("ana")
    await settled(saying)
    (this,) = await raised(saying)
    assert (this.text, this.author_id) == (WORDS, "U0ANA00000")
    assert "Saved as an idea" in str(await dm(saying, "ana", "Saved as an idea"))


async def test_message_is_not_saved_as_an_idea_if_its_writer_declines(saying: World) -> None:
    await save(saying, "ben", await said(saying, "ana"))
    await press(saying, "ana", await dm(saying, "ana", SHOWN), "ideas:refuse")
    await settled(saying)
    assert await raised(saying) == []
    assert "haven't saved anything" in str(await dm(saying, "ana", "haven't saved"))


async def test_message_in_the_bots_dm_can_be_saved_as_an_idea_only_by_its_writer(saying: World) -> None:
    message = await said(saying, "ana", "bot")
    await save(saying, "ana", message, "bot")
    assert SHOWN in str(await saying.slack.views("ana"))
    await saying.slack.command("ana", "", word="/idea", channel="bot")
    theirs = next(each for each in reversed(await saying.slack.messages("bot", "ana")) if each.get("bot_id"))
    await save(saying, "ana", theirs, "bot")
    assert refusals.PRIVATE_WORDS in str(await saying.slack.messages("bot", "ana"))
