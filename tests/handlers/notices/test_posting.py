"""Tests of what leaders do with a change notice: post, edit, answer, withdraw; and of its end."""

import pytest
from sqlalchemy import select, update

from bot.features.notices import queries
from bot.features.notices.models import Notice
from bot.features.notices.rules import CHANGE, DETAILS, ENDS_ON, FEWEST_UNCLEAR, Edit, NoticeText
from bot.messages.notices import cards, forms
from bot.org.teams.models import Member, Role, Team
from bot.refusals import common
from bot.refusals import notices as refusals
from bot.slack.dispatcher import Actor
from bot.workflows.notices import posts as workflow
from tests.handlers.drivers import keep_only_jobs, settled
from tests.handlers.notices.drivers import (
    CHANGED,
    DAY,
    answer,
    ask,
    dms,
    edit,
    notices,
    open_edit,
    post,
    posts,
    press,
    questions,
    read,
    receipts,
    replies,
    withdraw,
)
from tests.handlers.pulse.drivers import id_of
from tests.handlers.pulse.members import stay_away
from tests.harness import World


async def test_notice_is_posted_in_the_channel_with_what_was_typed(tuesday: World) -> None:
    await tuesday.slack.command("maya", f"notice {CHANGED}", word="/steward")
    view = (await tuesday.slack.views("maya"))[-1]
    assert view["callback_id"] == forms.FORM
    assert CHANGED in str(view)
    await post(tuesday)
    (card,) = await posts(tuesday)
    assert CHANGED in str(card["blocks"])
    assert "https://wiki/refunds" in str(card["blocks"])
    (stored,) = await notices(tuesday)
    assert (stored.change, stored.edition) == (CHANGED, 1)


async def test_long_command_opens_the_form_with_all_words_in_the_details(tuesday: World) -> None:
    words = "refunds " * 60
    await tuesday.slack.command("maya", f"notice {words}", word="/steward")
    view = (await tuesday.slack.views("maya"))[-1]
    (details,) = [each for each in view["blocks"] if each["block_id"] == DETAILS]
    assert details["element"]["initial_value"] == words.strip()


async def test_details_of_three_thousand_characters_are_shown_whole(tuesday: World) -> None:
    details = "&" * 2994 + " ended"
    assert not (await post(tuesday, **{DETAILS: details})).errors
    (card,) = await posts(tuesday)
    shown = "".join(each["text"]["text"] for each in card["blocks"] if each["block_id"].startswith("details"))
    assert shown.count("&amp;") == 2994
    assert shown.endswith("ended")


async def test_small_edit_keeps_receipts_and_edits_the_card(posted: World) -> None:
    (before,) = await posts(posted)
    await read(posted, "ana")
    assert not (await edit(posted, Edit.SMALL, **{CHANGE: "Refunds over 60 euros need a second pair of eyes"})).errors
    (card,) = await posts(posted)
    assert card["ts"] == before["ts"]
    assert "60 euros" in str(card["blocks"])
    assert "1 person has pressed *Got it*" in str(card["blocks"])


async def test_edit_that_changes_what_people_do_asks_everybody_again_and_marks_what_is_new(posted: World) -> None:
    (before,) = await posts(posted)
    await read(posted, "ana")
    await ask(posted, "ben", "What about vouchers?")
    await edit(posted, Edit.ASK_AGAIN, **{DETAILS: "Two were paid twice.\nAsk a leader."})
    (card,) = await posts(posted)
    assert card["ts"] != before["ts"]
    assert "*Ask a leader.*" in str(card["blocks"])
    assert "*Two were paid twice.*" not in str(card["blocks"])
    assert "pressed *Got it*. " not in str(card["blocks"])
    assert await questions(posted) == []
    (stored,) = await notices(posted)
    assert stored.edition == 2


async def test_edit_is_refused_if_somebody_else_has_edited_the_notice_since_the_form_was_opened(posted: World) -> None:
    await open_edit(posted)
    await edit(posted, Edit.SMALL, "tom", **{CHANGE: "Refunds over 70 euros wait"})
    view = (await posted.slack.views("maya"))[-1]
    values = {
        CHANGE: "Refunds over 80 euros wait",
        "edit": Edit.SMALL,
        ENDS_ON: "2031-03-24",
        "starts_on": "2031-03-10",
    }
    said = await posted.slack.do("views/submit", user="maya", view_id=view["id"], values=values)
    assert refusals.CHANGED_MEANWHILE in str(said)
    assert [each.change for each in await notices(posted)] == ["Refunds over 70 euros wait"]


async def test_unchanged_edit_is_refused(posted: World) -> None:
    assert refusals.NOTHING_EDITED in str((await edit(posted, Edit.SMALL)).ack)


async def test_third_notice_in_a_week_is_refused_and_the_form_keeps_its_words(posted: World) -> None:
    await post(posted, **{CHANGE: "Calls are recorded"})
    refused = await posted.slack.command("maya", "notice A third one", word="/steward")
    assert "A third one" in refused.text
    await posted.move(6 * DAY)
    await settled(posted)
    assert not (await post(posted, **{CHANGE: "A third one"})).errors
    assert len(await posts(posted)) == 3


async def test_edit_that_asks_everybody_again_counts_toward_the_weekly_limit(posted: World) -> None:
    await edit(posted, Edit.ASK_AGAIN, **{CHANGE: "Refunds over 70 euros wait"})
    refused = await edit(posted, Edit.ASK_AGAIN, **{CHANGE: "Refunds over 80 euros wait"})
    assert CHANGE in refused.errors
    assert [each.edition for each in await notices(posted)] == [2]


@pytest.mark.parametrize("name", ["ana", "tom"])
async def test_notice_command_lists_notices_and_gives_only_leaders_edit_buttons(posted: World, name: str) -> None:
    await posted.slack.command(name, "notice", word="/steward")
    listed = str((await posted.slack.notes(name))[-1]["blocks"])
    assert CHANGED in listed
    assert (cards.EDIT in listed) is (name == "tom")


async def test_agents_cannot_post_or_edit(posted: World) -> None:
    said = await posted.slack.command("ana", "notice Calls are recorded", word="/steward")
    assert await posted.slack.views("ana") == []
    assert common.FOR_LEADERS in said.text
    assert "Calls are recorded" in said.text
    (card,) = await posts(posted)
    values = {"user": "ana", "channel": "harbour-support", "ts": card["ts"]}
    await posted.slack.do("actions", **values, action_id=cards.WITHDRAW, value="1:1")
    await settled(posted)
    assert [each.ended_at for each in await notices(posted)] == [None]


async def test_withdrawn_notice_is_one_line_and_who_read_it_is_deleted(posted: World) -> None:
    await read(posted, "ana")
    await ask(posted, "ben", "What about vouchers?")
    await withdraw(posted)
    (card,) = await posts(posted)
    assert len(card["blocks"]) == 1
    assert (await receipts(posted), await questions(posted)) == ({}, [])
    await posted.move(DAY)
    await settled(posted)
    assert await dms(posted, "maya", "questions") == []


async def test_notice_ends_after_its_last_day_even_if_the_bot_was_down(posted: World) -> None:
    await keep_only_jobs(posted, "notices")
    await read(posted, "ana")
    await posted.move(30 * DAY)
    await settled(posted)
    (stored,) = await notices(posted)
    assert stored.ended_at
    (card,) = await posts(posted)
    assert len(card["blocks"]) == 1
    assert await receipts(posted) == {}


async def test_questions_reach_the_author_together_the_next_morning_and_the_answer_reaches_who_asked(
    posted: World,
) -> None:
    await ask(posted, "ana", "What about vouchers?")
    await ask(posted, "ben", "From which day?")
    await ask(posted, "chidi")
    assert await dms(posted, "maya", "questions") == []
    await posted.move(DAY)
    await settled(posted)
    (note,) = await dms(posted, "maya", "questions")
    shown = str(note["blocks"])
    assert "What about vouchers?" in shown
    assert "From which day?" in shown
    assert f"{FEWEST_UNCLEAR} people" in shown
    assert await dms(posted, "tom", "questions") == []
    await press(posted, "maya", cards.ANSWER, note, channel="bot")
    await posted.slack.submit("maya", **{forms.WORDS: "Vouchers too, from Monday."})
    await settled(posted)
    (reply,) = await replies(posted)
    assert "Vouchers too" in str(reply)
    for name in ("ana", "ben", "chidi"):
        (told,) = await dms(posted, name, "answer_0")
        assert "Vouchers too" in str(told)
    assert await dms(posted, "dina", "answer_0") == []


async def test_second_answer_edits_the_first(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    await answer(posted, "Vouchers too.")
    await answer(posted, "Vouchers too, from Monday.")
    (reply,) = await replies(posted)
    assert "from Monday" in str(reply)
    (told,) = await dms(posted, "ana", "answer_0")
    assert "from Monday" in str(told)
    await press(posted, "ana", cards.GOT_IT, told, channel="bot")
    (shrunk,) = await dms(posted, "ana", "answer_0")
    assert len(shrunk["blocks"]) == 1
    assert [clear for _, clear in (await receipts(posted)).values()] == [True]


async def test_notice_in_a_closed_channel_is_refused(tuesday: World) -> None:
    await tuesday.slack.do("channels", channel="harbour-support", archived=True)
    await settled(tuesday)
    said = await tuesday.slack.command("maya", "notice Calls are recorded", word="/steward")
    assert common.NOBODY_WOULD_HEAR in said.text


async def test_update_goes_on_after_the_team_has_moved_to_a_zone_farther_west(posted: World) -> None:
    """The update that was due at midnight in Lisbon runs on the evening before in New York."""
    await keep_only_jobs(posted, "notices")
    async with posted.database.begin() as session:
        (await session.scalars(select(Team))).one().zone = "America/New_York"
    await posted.move(30 * DAY)
    await settled(posted)
    assert (await notices(posted))[0].ended_at


async def test_update_that_runs_twice_or_days_late_sends_questions_once(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    for days in (1, 1, 4):
        async with posted.database.begin() as session:
            team = (await session.scalars(select(Team))).one()
            await workflow.update(session, team, now=posted.now + days * DAY)
    await posted.move(7 * DAY)
    await settled(posted)
    assert len(await dms(posted, "maya", "questions")) == 1


async def test_questions_reach_all_leaders_while_the_author_is_away_or_leads_no_longer(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    await stay_away(posted, "maya", posted.now, posted.now + 9 * DAY)
    await posted.move(DAY)
    await settled(posted)
    assert len(await dms(posted, "tom", "questions")) == 1


async def test_questions_wait_while_the_team_has_no_leader(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    async with posted.database.begin() as session:
        await session.execute(update(Member).values(role=Role.AGENT))
    await posted.move(DAY)
    await settled(posted)
    async with posted.database.begin() as session:
        theirs = Member.user_id == await id_of(posted, "tom")
        await session.execute(update(Member).where(theirs).values(role=Role.LEADER))
    await posted.move(DAY)
    await settled(posted)
    assert len(await dms(posted, "tom", "questions")) == 1


async def test_more_questions_than_fit_into_one_message_all_reach_the_author(posted: World) -> None:
    many = cards.MOST_QUESTIONS + 5
    async with posted.database.begin() as session:
        (found,) = await session.scalars(select(Notice))
        for number in range(many):
            await queries.save_question(session, found, f"U{number}", f"Question {number}?")
    await posted.move(DAY)
    await settled(posted)
    shown = str([each["blocks"] for each in await dms(posted, "maya", "questions")])
    assert [number for number in range(many) if f"Question {number}?" not in shown] == []


async def test_answer_is_refused_if_somebody_else_has_answered_since_the_form_was_opened(posted: World) -> None:
    for name in ("maya", "tom"):
        await posted.slack.command(name, "notice", word="/steward")
        await press(posted, name, cards.ANSWER, (await posted.slack.notes(name))[-1])
    await posted.slack.submit("maya", **{forms.WORDS: "Vouchers too."})
    refused = await posted.slack.submit("tom", **{forms.WORDS: "Ask Maya."})
    assert refused.errors == {forms.WORDS: refusals.ANSWERED_MEANWHILE}
    assert [each.answer for each in await notices(posted)] == ["Vouchers too."]


async def test_answer_that_waits_to_be_sent_is_dropped_with_its_edition(posted: World) -> None:
    await ask(posted, "ana", "What about vouchers?")
    (found,) = await notices(posted)
    maya = Actor(posted.workspace.id, await id_of(posted, "maya"))
    draft = NoticeText("Vouchers need it, too", "", "", found.starts_on, found.ends_on)
    async with posted.database.begin() as session:
        await workflow.answer(session, maya, found.id, 1, "Vouchers too.", version=found.answer_version, now=posted.now)
        await workflow.edit(session, maya, found.id, draft, Edit.ASK_AGAIN, edits=0, now=posted.now)
    await settled(posted)
    assert await dms(posted, "ana", "answer_0") == []
    assert await replies(posted) == []


async def test_answer_before_the_card_is_sent_follows_it_in_its_thread(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        maya = Actor(tuesday.workspace.id, await id_of(tuesday, "maya"))
        draft = NoticeText(CHANGED, "", "", tuesday.now.date(), tuesday.now.date() + DAY)
        found = await workflow.post(session, maya, team.id, draft, now=tuesday.now)
        await workflow.answer(
            session, maya, found.id, 1, "Vouchers too.", version=found.answer_version, now=tuesday.now
        )
    await settled(tuesday)
    ((card,), (reply,)) = await posts(tuesday), await replies(tuesday)
    assert reply["thread_ts"] == card["ts"]


async def test_notice_cannot_be_edited_or_answered_while_its_channel_is_closed(posted: World) -> None:
    await posted.slack.do("channels", channel="harbour-support", archived=True)
    await settled(posted)
    for said in (await edit(posted, Edit.SMALL, **{CHANGE: "Calls are recorded"}), await answer(posted, "Vouchers.")):
        assert common.NOBODY_WOULD_HEAR in str(said.ack)
    assert [(each.change, each.answer) for each in await notices(posted)] == [(CHANGED, "")]
