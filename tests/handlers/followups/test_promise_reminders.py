"""Reminders of promises on their day and before an absence, and what else is promised below the answer to a promise."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.features.promises import DUE
from bot.followups.models import Followup, State
from bot.nudges.models import Nudge
from bot.slack.dispatcher import Actor
from bot.workflows import nudges
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.handlers.followups.drivers import how_often, press_note, stored
from tests.harness import Answer, Json, World

TEXT = "ask IT about the voucher tool"
DAY = timedelta(days=1)


@pytest.fixture
async def promising(tuesday: World) -> World:
    """Tuesday at ten, without any other reminders."""
    await keep_only_jobs(tuesday, "nudges")
    return tuesday


async def promise(world: World, name: str, words: str) -> Answer:
    answer = await world.slack.command(name, words, word="/promise")
    await settled(world)
    return answer


async def asked(world: World, name: str) -> list[Json]:
    """Return the cards of one's own that ask on a promise's afternoon; reminders have *Why this?*."""
    messages = await world.slack.messages("bot", name)
    return [each for each in messages if "Is it done?" in str(each) and "nudges:why" not in str(each)]


async def test_promise_for_the_same_day_is_asked_about_three_hours_before_the_working_day_ends(
    promising: World,
) -> None:
    answer = await promise(promising, "maya", f"@ana {TEXT} by today")
    assert "I'll ask you at 14:00" in answer.text
    first = await dm(promising, "maya", TEXT)
    await promising.move(promising.now.replace(hour=13, minute=59))
    assert await asked(promising, "maya") == []

    await promising.move(promising.now.replace(hour=14, minute=1))
    (card,) = await asked(promising, "maya")
    assert card["ts"] != first["ts"]
    assert await how_often(promising, "maya", TEXT) == 1
    await press(promising, "maya", card, "followups:answer")
    await settled(promising)
    assert (await stored(promising)).state == State.ANSWERED
    assert await asked(promising, "maya") == []


async def test_owner_is_reminded_on_the_morning_before_and_asked_on_the_afternoon_of_a_promises_day(
    promising: World,
) -> None:
    answer = await promise(promising, "maya", f"@ana {TEXT} by Thursday")
    assert "at 14:00 on the day" in answer.text
    day_before = (await stored(promising)).raised_at + DAY
    await promising.move(day_before)
    assert await how_often(promising, "maya", "nudges:why") == 1
    await promising.move(day_before + DAY)
    assert await asked(promising, "maya") == []
    await promising.move(promising.now.replace(hour=16, minute=0))
    assert len(await asked(promising, "maya")) == 1
    assert await how_often(promising, "maya", "nudges:why") == 1


async def test_owner_is_not_asked_in_the_afternoon_about_a_promise_that_has_been_kept_or_moved(
    promising: World,
) -> None:
    for words in ("the printer", "the phones"):
        await promise(promising, "maya", f"@ana ask IT about {words} by today")
    await press(promising, "maya", await dm(promising, "maya", "the printer"), "followups:answer")
    await press(promising, "maya", await dm(promising, "maya", "the phones"), "followups:move")
    assert not (await promising.slack.submit("maya", day="2031-03-11", why="IT is away")).errors
    await promising.move(promising.now.replace(hour=16, minute=0))
    assert await asked(promising, "maya") == []


@pytest.mark.parametrize("action_id", ["nudges:later", "nudges:mute"])
async def test_owner_who_has_snoozed_or_muted_the_reminder_is_not_asked_in_the_afternoon(
    promising: World, action_id: str
) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by Thursday")
    await promising.move((await stored(promising)).raised_at + DAY)
    async with promising.database.begin() as session:
        (nudge,) = await session.scalars(select(Nudge).where(Nudge.kind == DUE))
        actor = Actor(promising.workspace.id, "U0MAYA0000")
        if action_id == "nudges:later":
            await nudges.snooze(session, actor, nudge.id, promising.now + 2 * DAY, now=promising.now)
        else:
            await nudges.mute(session, actor, nudge.id, now=promising.now)
    await promising.move(promising.now.replace(hour=16, minute=0) + DAY)
    assert await asked(promising, "maya") == []


@pytest.mark.parametrize(("until", "many"), [("15:30", 1), ("18:00", 0)])
async def test_question_waits_for_the_end_of_do_not_disturb_but_not_beyond_the_working_day(
    promising: World, until: str, many: int
) -> None:
    await promise(promising, "maya", f"@ana {TEXT} by today")
    await promising.slack.do("users", user="maya", dnd={"from": "13:30", "until": until})
    await settled(promising)
    await promising.move(promising.now.replace(hour=15, minute=0))
    assert await asked(promising, "maya") == []
    await promising.move(promising.now.replace(hour=16, minute=30))
    assert len(await asked(promising, "maya")) == many
    await promising.move(promising.now.replace(hour=19, minute=0))
    assert len(await asked(promising, "maya")) == many
    assert await how_often(promising, "maya", TEXT) == 1


async def test_answer_to_an_absence_lists_the_promises_due_before_the_return_with_their_buttons(
    promising: World,
) -> None:
    for words in ("the printer by tomorrow", "the phones by Friday", "the heating by 11 March"):
        await promise(promising, "maya", f"@ana ask IT about {words}")
    answer = await promising.slack.command("maya", "away until Friday", word="/steward")
    listed = {each["block_id"] for each in answer.ack["blocks"] if each["block_id"].startswith("listed")}
    assert listed == {"listed_1", "listed_steps_1"}
    assert "the printer" in str(answer.ack)
    await press_note(promising, "maya", "followups:move")
    (form,) = await promising.slack.views("maya")
    assert "2031-03-14" in str(form)  # five working days after the return
    assert not (await promising.slack.submit("maya", day="2031-03-10", why="I'm away")).errors
    await settled(promising)
    assert "moved this promise to *Monday, 10 March*" in str(await dm(promising, "ana", "the printer"))


async def test_answer_to_a_promise_lists_the_others_that_are_due_within_a_week_and_stays_when_one_is_done(
    promising: World,
) -> None:
    for words in ("the printer by 12 March", "the phones by Friday"):
        answer = await promise(promising, "maya", f"@ana ask IT about {words}")
        assert "listed" not in str(answer.ack)
    answer = await promise(promising, "maya", f"@ana {TEXT} by tomorrow")
    assert "the phones" in str(answer.ack)
    assert "the printer" not in str(answer.ack)

    note = (await promising.slack.notes("maya"))[-1]
    await press_note(promising, "maya", "followups:answer")
    notes = await promising.slack.notes("maya")
    assert note in notes
    assert "You told @ana that this is done" in str(notes[-1])
    async with promising.database.reading() as session:
        answered = await session.scalars(select(Followup.text).where(Followup.state == State.ANSWERED))
        assert list(answered) == ["ask IT about the phones"]
