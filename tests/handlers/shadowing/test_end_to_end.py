"""Tests of shadowing from the morning card to a cleared roadblock, with and without restarts of the bot."""

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import select, text

from bot.followups.models import Followup
from bot.meetings.models import State
from tests.handlers.drivers import dm, press, settled
from tests.handlers.shadowing.drivers import (
    MONDAY,
    QUESTION,
    SUGGESTED,
    a_day,
    asked,
    latest,
    over,
    planned,
    texts,  # fmt: skip
)
from tests.harness import World, opened
from tests.snapshots import Resume

pytestmark = pytest.mark.on_the_wire


async def test_shadowing_session_is_suggested_booked_wrapped_up_and_its_roadblock_cleared(tuesday: World) -> None:
    card = await dm(tuesday, "maya", SUGGESTED)
    assert "No leader has shadowed ana yet" in card["text"]
    assert "*Wednesday, 5 March at 10:00* works for you both. I'll ask " in card["text"]
    await press(tuesday, "maya", card, "shadowing:ask")
    await settled(tuesday)
    await dm(tuesday, "maya", "I've asked <@U0ANA00000> for a shadowing session")
    question = await dm(tuesday, "ana", QUESTION)
    assert (await latest(tuesday)).state == State.REQUESTED

    await press(tuesday, "ana", question, "meetings:yes")
    await settled(tuesday)
    meeting = await latest(tuesday)
    assert meeting.state == State.PLANNED
    await dm(tuesday, "maya", "you're sitting with <@U0ANA00000>, *Wednesday, 5 March at 10:00*")
    await dm(tuesday, "ana", "is sitting with you, *Wednesday, 5 March at 10:00*")
    for name in ("maya", "ana"):
        await dm(tuesday, name, "shadowing.ics")

    await tuesday.move(meeting.starts_at - timedelta(minutes=58))
    await dm(tuesday, "maya", "you're sitting with <@U0ANA00000> at 10:00")
    await dm(tuesday, "ana", "Nothing to prepare, just work as usual.")

    await tuesday.move(meeting.span[1] + timedelta(minutes=16))
    await press(tuesday, "maya", await dm(tuesday, "maya", "How did it go with"), "shadowing:wrap_up")
    today = await tuesday.slack.submit("maya", roadblock="two logins a call", due="2031-03-05")
    assert today.errors == {"due": "Pick a date after today."}
    kept = await tuesday.slack.submit(
        "maya", learnt="The tool logs them out", roadblock="two logins a call", due="2031-03-12"
    )
    assert "remind you on Wednesday, 12 March." in str(kept.ack)
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.MET
    await dm(tuesday, "maya", ":white_check_mark: You sat with")
    await dm(tuesday, "ana", "Thanks for hosting.")
    taken = await dm(tuesday, "ana", "two logins a call")
    assert "The tool logs them out" not in await texts(tuesday, "ana")

    await tuesday.move(timedelta(days=7))
    reminder = await dm(tuesday, "maya", "You wanted to clear this roadblock by Wednesday, 12 March")
    await press(tuesday, "maya", reminder, "followups:answer")
    await tuesday.slack.submit("maya", why="one login from Monday on")
    await dm(tuesday, "maya", "Done.")
    await settled(tuesday)
    cleared = await dm(tuesday, "ana", "two logins a call")
    assert "one login from Monday on" in str(cleared)
    assert taken["ts"] not in [each["ts"] for each in await tuesday.slack.messages("bot", "ana")]
    await press(tuesday, "ana", cleared, "followups:confirm")
    await settled(tuesday)
    async with tuesday.database.reading() as session:
        roadblock = (await session.scalars(select(Followup))).one()
    assert (roadblock.state, roadblock.reason) == ("closed", "done")


async def test_thanking_in_the_wrap_up_opens_the_shoutout_form(tuesday: World) -> None:
    await over(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "How did it go with"), "shadowing:wrap_up")
    answer = await tuesday.slack.submit("maya", thank="ana")

    assert answer.ack["view"]["callback_id"] == "shoutouts:form"
    assert "U0ANA00000" in str(answer.ack["view"])
    assert (await latest(tuesday)).state == State.MET


async def test_leader_is_asked_twice_for_the_wrap_up_of_a_shadowing_session(tuesday: World) -> None:
    await over(tuesday)
    await dm(tuesday, "maya", "How did it go with")
    await tuesday.move(timedelta(days=1))
    again = await dm(tuesday, "maya", "I won't ask again")
    cards = [each for each in await tuesday.slack.messages("bot", "maya") if "How did it go with" in each["text"]]
    assert cards == [again]

    await tuesday.move(timedelta(days=1))
    await dm(tuesday, "maya", "If you did meet, use `/shadow done`.")
    assert (await latest(tuesday)).state == State.MISSED


async def test_late_wrap_up_counts_from_the_day_of_the_shadowing_session(tuesday: World) -> None:
    meeting = await over(tuesday)
    await tuesday.move(timedelta(days=3))
    await tuesday.slack.command("maya", "done", word="/shadow")
    await tuesday.slack.submit("maya", learnt="The tool logs them out")
    await settled(tuesday)

    late = await latest(tuesday)
    assert (late.state, late.is_confirmed, late.ended_at) == (State.MET, True, meeting.span[1])


@pytest.mark.long
async def test_agent_of_a_missed_shadowing_session_is_suggested_first_next_time(tuesday: World) -> None:
    await over(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "How did it go with"), "meetings:missed")
    await dm(tuesday, "maya", "<@U0ANA00000> comes first next time.")
    await tuesday.move(timedelta(days=6))

    card = await dm(tuesday, "maya", "As far as I know, the last session with")
    assert "U0ANA00000" in card["text"]


async def test_shadowing_session_continues_after_restarts_of_the_bot(resume: Resume, tmp_path: Path) -> None:
    async with resume(a_day, at=MONDAY) as world:
        meeting = await planned(world)
    async with opened(tmp_path, world.settings.database_url) as world:
        await world.move(meeting.span[1] + timedelta(minutes=16))
        await dm(world, "ana", "Nothing to prepare, just work as usual")
        await dm(world, "maya", "How did it go with")
        said = await texts(world, "maya")
        assert said.count("'name': 'shadowing.ics'") == 1


async def test_leaders_notes_on_a_shadowing_session_are_encrypted_in_the_database(tuesday: World) -> None:
    await over(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "How did it go with"), "shadowing:wrap_up")
    await tuesday.slack.submit("maya", learnt="she is afraid", roadblock="the tool is slow", due="2031-03-12")
    async with tuesday.database.reading() as session:
        for table in ("meetings", "followups", "nudges", "outbox", "scheduled_jobs"):
            rows = [dict(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).mappings()]
            assert "afraid" not in str(rows)
            assert "slow" not in str(rows)


async def test_agent_with_an_open_shadowing_request_is_not_asked_again(tuesday: World) -> None:
    await asked(tuesday)
    answer = await tuesday.slack.command("maya", "@ana", word="/shadow")

    assert answer.text == "You already have a session or open request with @ana; see `/shadow`."
