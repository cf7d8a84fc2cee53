"""Tests of reading change notices: receipts, reminders, joiners, people who were away, and privacy."""

from bot.features.notices.rules import ENDS_ON, Edit
from bot.messages.notices import cards, forms
from bot.refusals import notices as refusals
from tests.handlers.drivers import keep_only_jobs, settled
from tests.handlers.notices.drivers import (
    CHANGED,
    DAY,
    ask,
    dms,
    edit,
    post,
    posts,
    press,
    questions,
    read,
    receipts,
    reminders,
)
from tests.handlers.pulse.members import join
from tests.harness import World


async def test_count_of_those_who_have_read_it_is_shown_without_names(posted: World) -> None:
    for name in ("ana", "ben", "ana"):
        await read(posted, name)
    (card,) = await posts(posted)
    shown = str(card["blocks"])
    assert "2 pressed *Got it*" in shown
    ids = await receipts(posted)
    assert not [id for id in ids if id in shown]


async def test_those_who_have_not_read_it_are_reminded_once_the_next_working_day(posted: World) -> None:
    await read(posted, "ana")
    await posted.move(DAY)
    await settled(posted)
    assert len(await reminders(posted, "ben")) == 1
    assert await reminders(posted, "ana") == []
    assert await reminders(posted, "maya") == []
    await posted.move(3 * DAY)
    await settled(posted)
    assert len([each for each in await posted.slack.messages("bot", "ben") if CHANGED in str(each)]) == 1


async def test_button_of_the_reminder_records_the_receipt(posted: World) -> None:
    await posted.move(DAY)
    await settled(posted)
    (reminder,) = await reminders(posted, "ben")
    await press(posted, "ben", cards.GOT_IT, reminder, channel="bot")
    assert [clear for _, clear in (await receipts(posted)).values()] == [True]
    assert await reminders(posted, "ben") == []
    (card,) = await posts(posted)
    assert "1 pressed *Got it*" in str(card["blocks"])


async def test_reading_the_card_in_the_channel_answers_the_reminder(posted: World) -> None:
    await posted.move(DAY)
    await settled(posted)
    await read(posted, "ben")
    assert await reminders(posted, "ben") == []


async def test_everybody_is_reminded_of_a_new_edition_even_if_they_had_read_the_first(posted: World) -> None:
    await read(posted, "ben")
    await edit(posted, Edit.ASK_AGAIN, details="Ask a leader.")
    await posted.move(DAY)
    await settled(posted)
    assert len(await reminders(posted, "ben")) == 1


async def test_person_back_from_leave_gets_all_valid_notices_on_one_card(posted: World) -> None:
    await post(posted, change="Calls are recorded")
    await posted.slack.command("ben", "away today until Friday", word="/steward")
    await posted.move(2 * DAY)
    await settled(posted)
    assert await reminders(posted, "ben") == []
    await posted.move(4 * DAY)
    await settled(posted)
    (card,) = await reminders(posted, "ben")
    assert CHANGED in str(card)
    assert "Calls are recorded" in str(card)


async def test_new_member_gets_the_notices_that_are_still_valid_and_no_ended_one(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "notices", "nudges")
    await post(tuesday)
    await post(tuesday, change="Calls are recorded", starts_on="2031-03-04", **{ENDS_ON: "2031-03-05"})
    await tuesday.move(2 * DAY)
    await settled(tuesday)
    await join(tuesday, "zoe")
    await settled(tuesday)
    await tuesday.move(DAY)
    await settled(tuesday)
    (card,) = await reminders(tuesday, "zoe")
    assert CHANGED in str(card)
    assert "Calls are recorded" not in str(card)


async def test_button_of_an_earlier_edition_is_refused(posted: World) -> None:
    await posted.slack.command("ben", "notice", word="/steward")
    listed = (await posted.slack.notes("ben"))[-1]
    await edit(posted, Edit.ASK_AGAIN, details="Ask a leader.")
    await press(posted, "ben", cards.GOT_IT, listed)
    assert await receipts(posted) == {}
    assert refusals.OLD_EDITION in str([*await posted.slack.notes("ben"), *await posted.slack.messages("bot", "ben")])


async def test_sponsor_and_strangers_to_the_team_cannot_mark_it_as_read(posted: World) -> None:
    await read(posted, "grace")
    assert await receipts(posted) == {}


async def test_question_is_stored_without_time_and_reaches_only_leaders_without_a_name(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    assert await questions(posted) == ["What about vouchers?"]
    await posted.move(DAY)
    await settled(posted)
    (note,) = await dms(posted, "maya", "questions")
    (asker,) = await receipts(posted)
    assert asker not in str(note)
    assert "What about vouchers?" not in str(await posted.slack.messages("harbour-support", "ben"))


async def test_new_question_replaces_one_that_leaders_have_not_got(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    await ask(posted, "ana", "What about credit notes?")
    assert await questions(posted) == ["What about credit notes?"]


async def test_question_that_is_too_long_is_refused_at_its_field(posted: World) -> None:
    await press(posted, "ana", cards.UNCLEAR, (await posts(posted))[-1])
    refused = await posted.slack.submit("ana", **{forms.WORDS: "why " * 200})
    assert forms.WORDS in refused.errors or refused.body.get("error")
    assert await receipts(posted) == {}
