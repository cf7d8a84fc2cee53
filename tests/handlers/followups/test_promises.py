"""Promises from a typed line to their end, told once to each person concerned."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.followups.models import Followup, State
from bot.refusals import followups as refusals
from tests.handlers.drivers import button, dm, only, press, settled
from tests.harness import Answer, Json, World

TEXT = "ask IT about the voucher tool"
DAY = timedelta(days=1)


@pytest.fixture
async def promising(tuesday: World) -> World:
    """Tuesday at ten, without any other reminders."""
    await only(tuesday, "nudges")
    return tuesday


async def promise(world: World, name: str, words: str) -> Answer:
    answer = await world.slack.command(name, words, word="/promise")
    await settled(world)
    return answer


async def stored(world: World) -> Followup:
    async with world.database.reading() as session:
        return (await session.scalars(select(Followup).order_by(Followup.id.desc()).limit(1))).one()


async def press_note(world: World, name: str, action_id: str) -> None:
    """Press a button of the latest answer that only this person sees."""
    note = (await world.slack.notes(name))[-1]
    pressed = button(note, action_id)
    await world.slack.do("actions", user=name, channel="harbour-support", ts=note["ts"], **pressed)
    await settled(world)


async def how_often(world: World, name: str, words: str) -> int:
    return len([each for each in await world.slack.messages("bot", name) if words in str(each)])


async def card_of(world: World, name: str) -> Json:
    return await dm(world, name, TEXT)


async def test_promise_from_a_typed_line_to_thanks(promising: World) -> None:
    answer = await promise(promising, "maya", f"@ana {TEXT} by Friday")
    assert "by *Friday, 7 March*" in str(answer.ack)
    this = await stored(promising)
    assert (this.text, this.state, this.recipient_id, str(this.due_on)) == (
        TEXT,
        State.OWNED,
        "U0ANA00000",
        "2031-03-07",
    )
    assert "@maya promised you this by *Friday, 7 March*" in str(await card_of(promising, "ana"))

    await promising.move(this.raised_at + 2 * DAY + timedelta(hours=1))
    reminder = await dm(promising, "maya", "You promised <@U0ANA00000> this by Friday, 7 March")
    assert TEXT in str(reminder)
    await press(promising, "maya", reminder, "followups:answer")
    await settled(promising)
    told = await card_of(promising, "ana")
    assert "@maya says this is done" in str(told)
    assert await how_often(promising, "ana", TEXT) == 1

    await press(promising, "ana", told, "followups:confirm")
    await settled(promising)
    assert ((await stored(promising)).state, (await stored(promising)).reason) == (State.CLOSED, "done")
    assert "@ana says thanks" in str(await card_of(promising, "maya"))
    assert "actions" not in str((await card_of(promising, "ana"))["blocks"])


async def test_promise_that_is_not_done_is_reopened_once(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by Friday")
    await promise(promising, "maya", "")
    await press_note(promising, "maya", "followups:answer")
    told = await card_of(promising, "ana")
    await press(promising, "ana", told, "followups:reopen")
    await settled(promising)
    assert (await stored(promising)).state == State.OWNED
    await press(promising, "maya", await dm(promising, "maya", "says this isn't done yet"), "followups:answer")
    await settled(promising)
    told = await card_of(promising, "ana")
    assert "followups:reopen" not in str(told)
    assert "Talk to @maya" in str(told)


async def test_promise_moved_tells_the_other_side_why(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    await press(promising, "maya", await dm(promising, "maya", "You promised"), "followups:move")
    answer = await promising.slack.submit("maya", day="2031-03-11", why="IT is away")
    assert not answer.errors
    await settled(promising)
    assert "moved this promise to *Tuesday, 11 March* (IT is away)" in str(await card_of(promising, "ana"))
    assert (await stored(promising)).moves == 1


async def test_promise_let_go_tells_the_other_side_why(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    reminder = await dm(promising, "maya", "You promised")
    await press(promising, "maya", reminder, "followups:close")
    assert (await promising.slack.submit("maya", why="")).errors == {"why": refusals.NO_REASON}
    await promising.slack.submit("maya", why="there's no budget")
    await settled(promising)
    assert "can't keep this promise (there's no budget)" in str(await card_of(promising, "ana"))
    assert (await stored(promising)).reason == "let_go"


async def test_promise_to_the_team_has_a_card_in_the_channel(promising: World) -> None:
    await promise(promising, "maya", TEXT)
    said = await promising.slack.said("harbour-support", "ana")
    assert any("@maya promised the team this by" in each for each in said)


async def test_promise_taken_back_is_gone_for_the_other_side(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT}")
    await press_note(promising, "maya", "followups:withdraw")
    assert (await stored(promising)).reason == "withdrawn"
    assert await how_often(promising, "ana", TEXT) == 0


@pytest.mark.parametrize(
    ("name", "words", "refusal"),
    [
        ("ana", f"@ben {TEXT}", refusals.FOR_PROMISES),
        ("maya", f"@maya {TEXT}", refusals.TO_ONESELF),
        ("maya", f"@steward {TEXT}", refusals.TO_BOT),
    ],
)
async def test_promise_that_cannot_be_made_is_refused_and_what_was_typed_is_kept(
    promising: World, name: str, words: str, refusal: str
) -> None:
    answer = await promise(promising, name, words)
    shown = str(answer.ack) + str(await promising.slack.views(name))
    assert refusal in shown
    assert TEXT in shown


async def test_nobody_else_can_press_the_buttons(promising: World) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    await promising.move((await stored(promising)).raised_at + DAY)
    pressed = button(await dm(promising, "maya", "You promised"), "followups:answer")
    await promising.slack.do("actions", user="tom", channel="harbour-support", ts="1.0", **pressed)
    await settled(promising)
    assert (await stored(promising)).state == State.OWNED
