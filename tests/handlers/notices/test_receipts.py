"""Tests of reading change notices: receipts, reminders, joiners, people who were away, and privacy."""

from datetime import date, datetime
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select, update

from bot.features.notices.models import Notice
from bot.features.notices.nudges import READ
from bot.features.notices.rules import ENDS_ON, Edit
from bot.messages.notices import cards, forms
from bot.nudges.models import Nudge
from bot.nudges.selection import NudgePreferences
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.refusals import notices as refusals
from bot.workflows.nudges import MOST_NOTICES_TOGETHER
from tests.handlers.drivers import keep_only_jobs, settled
from tests.handlers.notices.drivers import (
    CHANGED,
    DAY,
    answer,
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
from tests.handlers.pulse.drivers import id_of
from tests.handlers.pulse.members import join, leave
from tests.harness import Json, World


async def test_count_of_those_who_have_read_it_is_shown_without_names(posted: World) -> None:
    for name in ("ana", "ben", "ana"):
        await read(posted, name)
    (card,) = await posts(posted)
    shown = str(card["blocks"])
    assert "2 people have pressed *Got it*" in shown
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
    assert "1 person has pressed *Got it*" in str(card["blocks"])


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


async def test_question_is_stored_without_a_timestamp_and_reaches_only_leaders_and_anonymously(posted: World) -> None:
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


async def test_unclear_after_got_it_neither_lowers_the_count_nor_edits_the_card(posted: World) -> None:
    for name in ("ana", "ben"):
        await read(posted, name)
    before = await count_edits(posted)
    await ask(posted, "ana", "What about vouchers?")
    await ask(posted, "chidi")
    await read(posted, "ben")
    assert await count_edits(posted) == before
    await posted.slack.command("maya", "notice", word="/steward")
    assert "2 people have pressed *Got it*" in str((await posted.slack.notes("maya"))[-1])


async def count_edits(world: World) -> int:
    """Return how often a message in a channel or a DM has been edited."""
    return len(await world.slack.calls("chat.update"))


async def test_button_of_an_expired_reminder_does_not_mark_the_new_edition_as_read(posted: World) -> None:
    (reminder,) = await expired_reminders(posted, "ben")
    await edit(posted, Edit.ASK_AGAIN, details="Ask a leader.")
    await press(posted, "ben", cards.GOT_IT, reminder, channel="bot")
    assert await receipts(posted) == {}


async def test_expired_reminder_has_no_button_once_its_notice_is_asked_anew(posted: World) -> None:
    (before,) = await expired_reminders(posted, "ben")
    await edit(posted, Edit.ASK_AGAIN, details="Ask a leader.")
    await settled(posted)
    assert before["ts"] not in {each["ts"] for each in await reminders(posted, "ben")}


async def expired_reminders(world: World, name: str) -> list[Json]:
    """Wait until a person has let the reminder of a notice pass, and return it."""
    await world.move(DAY)
    await settled(world)
    found = await reminders(world, name)
    await world.move(2 * DAY)
    await settled(world)
    return found


@pytest.mark.parametrize("zone", ["America/New_York", "Asia/Kolkata", "Asia/Tokyo", "Australia/Sydney"])
async def test_readers_in_other_zones_are_reminded_on_their_own_next_day(tuesday: World, zone: str) -> None:
    """At five past midnight in Lisbon, the day of readers in Tokyo or Sydney has begun already."""
    await keep_only_jobs(tuesday, "notices", "nudges")
    await tuesday.slack.do("users", user="ben", tz=zone)
    await settled(tuesday)
    await post(tuesday)
    posted_on = tuesday.now.astimezone(ZoneInfo(zone)).date()
    await tuesday.move(2 * DAY)
    (reminded_at,) = await reminded(tuesday, "ben")
    assert reminded_at.astimezone(ZoneInfo(zone)).date() == posted_on + DAY


async def reminded(world: World, name: str) -> list[datetime]:
    """Return when somebody was chosen to be reminded. Do Not Disturb may have held the message back."""
    id = await id_of(world, name)
    async with world.database.reading() as session:
        return [*await session.scalars(select(Nudge.said_at).where(Nudge.person_id == id))]


async def test_reminder_skips_a_public_holiday(tuesday: World) -> None:
    """Monday, 17 March, is St Patrick's Day."""
    await keep_only_jobs(tuesday, "notices", "nudges")
    async with tuesday.database.begin() as session:
        WorkingHoursSettings(country="IE").keep((await session.scalars(select(Team))).one())
        await session.execute(update(Person).values(zone="Europe/Lisbon"))
    await tuesday.move(10 * DAY)
    await post(tuesday)
    await tuesday.move(6 * DAY)
    assert [each.date() for each in await reminded(tuesday, "ana")] == [date(2031, 3, 18)]


async def test_twelve_valid_notices_are_at_most_two_nudges_a_day_on_one_card(posted: World) -> None:
    async with posted.database.begin() as session:
        (first,) = await session.scalars(select(Notice))
        for number in range(11):
            session.add(
                Notice(
                    first.workspace_id,
                    first.team_id,
                    first.author_id,
                    f"Change {number}",
                    "",
                    "",
                    first.starts_on,
                    first.ends_on,
                    first.asked_at,
                    first.asked_on,
                )
            )
    await posted.move(DAY)
    await settled(posted)
    (card,) = await reminders(posted, "ben")
    assert str(card).count(f"'{cards.GOT_IT}'") == 2 * MOST_NOTICES_TOGETHER
    await posted.move(DAY)
    await settled(posted)
    assert str((await reminders(posted, "ben"))[-1]).count(f"'{cards.GOT_IT}'") == 12 - 2 * MOST_NOTICES_TOGETHER


async def test_muted_notices_can_still_be_read_in_the_list(posted: World) -> None:
    async with posted.database.begin() as session:
        for person in await session.scalars(select(Person)):
            NudgePreferences(muted=[READ]).keep(person)
    await posted.move(DAY)
    await settled(posted)
    assert await reminders(posted, "ben") == []
    await posted.slack.command("ben", "notice", word="/steward")
    await press(posted, "ben", cards.GOT_IT, (await posted.slack.notes("ben"))[-1])
    assert [clear for _, clear in (await receipts(posted)).values()] == [True]


async def test_leaver_cannot_answer_a_reminder_that_is_still_open(posted: World) -> None:
    await posted.move(DAY)
    await settled(posted)
    (reminder,) = await reminders(posted, "ben")
    await leave(posted, "ben")
    await press(posted, "ben", cards.GOT_IT, reminder, channel="bot")
    assert await receipts(posted) == {}


async def test_nobody_is_reminded_while_the_channel_is_closed(posted: World) -> None:
    await posted.slack.do("channels", channel="harbour-support", archived=True)
    await settled(posted)
    await posted.move(DAY)
    await settled(posted)
    assert await reminders(posted, "ben") == []


async def test_question_after_an_answer_shows_that_answer_in_the_form(posted: World) -> None:
    await answer(posted, "Vouchers too.")
    await press(posted, "ana", cards.UNCLEAR, (await posts(posted))[-1])
    assert "Vouchers too." in str((await posted.slack.views("ana"))[-1])


async def test_question_keeps_its_markup_characters_and_notifies_nobody(posted: World) -> None:
    words = ("<!channel> *why* & <b> " * 22)[:500]
    await ask(posted, "ana", words)
    await posted.move(DAY)
    await settled(posted)
    (note,) = await dms(posted, "maya", "questions")
    shown = "".join(each["text"]["text"] for each in note["blocks"] if each["block_id"].startswith("asked"))
    assert shown.count("*why*") == words.count("*why*")
    assert "<!channel>" not in shown
