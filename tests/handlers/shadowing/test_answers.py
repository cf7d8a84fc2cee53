"""Tests of an agent's answers to a shadowing request, what the leader is told, and who may press the buttons."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.features.shadowing.nudges import SUGGEST
from bot.meetings.models import Kind, Meeting, Series, State
from bot.nudges.models import Nudge
from tests.handlers.drivers import button, dm, keep_only_jobs, press, settled
from tests.handlers.shadowing.drivers import (
    QUESTION,
    SUGGESTED,
    asked,
    latest,
    over,
    planned,
    texts,  # fmt: skip
)
from tests.harness import World


async def test_leader_is_told_only_not_this_time_when_the_agent_declines_shadowing(tuesday: World) -> None:
    await asked(tuesday)
    await press(tuesday, "ana", await dm(tuesday, "ana", QUESTION), "meetings:no")
    await settled(tuesday)
    await dm(tuesday, "ana", "only hears “not this time”")
    heard = await dm(tuesday, "maya", "Sitting with <@U0ANA00000> won't work this time.")

    assert "Rather" not in str(heard)
    assert (await latest(tuesday)).state == State.DECLINED
    assert "shadowing.ics" not in await texts(tuesday, "maya")
    again = await tuesday.slack.command("maya", "@ana", word="/shadow")
    assert again.text.startswith("Sitting with @ana won't work this time.")


@pytest.mark.long
async def test_agent_who_opted_out_of_shadowing_is_never_suggested(tuesday: World) -> None:
    await asked(tuesday)
    await press(tuesday, "ana", await dm(tuesday, "ana", QUESTION), "meetings:no")
    await settled(tuesday)
    await press(tuesday, "ana", await dm(tuesday, "ana", "only hears"), "settings:open_own:shadowing")
    saved = await tuesday.slack.submit("ana", **{"shadowing.asked": "rather not"})
    assert "Saved" in str(saved.ack["view"])
    await keep_only_jobs(tuesday, "meetings", "nudges")
    await tuesday.move(timedelta(days=60))

    async with tuesday.database.reading() as session:
        facts = [*await session.scalars(select(Nudge.facts).where(Nudge.kind == SUGGEST))]
    suggested = [each["agent"] for each in facts]
    assert suggested.count("U0ANA00000") == 1
    assert len(suggested) > 3
    answer = await tuesday.slack.command("maya", "@ana", word="/shadow")
    assert answer.text.startswith("Sitting with @ana won't work this time.")


async def test_agent_can_suggest_another_shadowing_time_that_the_leader_accepts(tuesday: World) -> None:
    await asked(tuesday)
    await press(tuesday, "ana", await dm(tuesday, "ana", QUESTION), "meetings:other_time")
    at_night = await tuesday.slack.submit("ana", day="2031-03-06", time="03:00")
    assert at_night.errors == {"time": "@maya isn't at work then. Please pick another time."}
    past = await tuesday.slack.submit("ana", day="2031-03-03", time="10:00")
    assert past.errors == {"time": "That time has passed. Pick a later one."}
    await tuesday.slack.submit("ana", day="2031-03-06", time="15:30")
    await settled(tuesday)
    await dm(tuesday, "ana", "You suggested Thursday, 6 March at 15:30")
    suggestion = await dm(tuesday, "maya", "suggests *Thursday, 6 March at 15:30*")

    await press(tuesday, "maya", suggestion, "meetings:yes")
    await settled(tuesday)
    meeting = await latest(tuesday)
    assert (meeting.state, meeting.starts_at.isoformat()) == (State.PLANNED, "2031-03-06T15:30:00+00:00")
    await dm(tuesday, "ana", "said yes")


async def test_shadowing_time_suggested_in_the_evening_reaches_the_leader_in_the_morning(tuesday: World) -> None:
    await asked(tuesday)
    await tuesday.move(timedelta(hours=10))
    await press(tuesday, "ana", await dm(tuesday, "ana", QUESTION), "meetings:other_time")
    await tuesday.slack.submit("ana", day="2031-03-06", time="15:30")
    await tuesday.move(timedelta(minutes=1))
    assert "suggests *Thursday" not in await texts(tuesday, "maya")

    await tuesday.move(timedelta(hours=14))
    await dm(tuesday, "maya", "suggests *Thursday, 6 March at 15:30*")


async def test_moved_shadowing_session_is_tentative_until_the_other_person_accepts(tuesday: World) -> None:
    first = await planned(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "Booked: you're sitting with"), "meetings:other_time")
    await tuesday.slack.submit("maya", day="2031-03-07", time="11:00")
    await settled(tuesday)
    asked = await latest(tuesday)
    assert (asked.state, asked.sequence) == (State.REQUESTED, first.sequence + 1)
    for name in ("maya", "ana"):
        assert (await texts(tuesday, name)).count("'name': 'shadowing.ics'") == 2

    question = await dm(tuesday, "ana", "suggests *Friday, 7 March at 11:00* instead.")
    await press(tuesday, "ana", question, "meetings:yes")
    await settled(tuesday)
    second = await latest(tuesday)
    assert (second.id, second.state, second.sequence) == (first.id, State.PLANNED, asked.sequence + 1)
    for name in ("maya", "ana"):
        assert (await texts(tuesday, name)).count("'name': 'shadowing.ics'") == 3


async def test_either_person_can_cancel_a_shadowing_session_and_calendars_are_updated(tuesday: World) -> None:
    await planned(tuesday)
    await press(tuesday, "ana", await dm(tuesday, "ana", "is sitting with you"), "meetings:cancel")
    await settled(tuesday)

    await dm(tuesday, "maya", "cancelled your shadowing session")
    assert (await latest(tuesday)).state == State.CANCELLED
    await tuesday.move(timedelta(days=2))
    assert "How did it go with" not in await texts(tuesday, "maya")


async def test_shadowing_request_canceled_before_delivery_is_never_sent(tuesday: World) -> None:
    await tuesday.slack.command("ana", "away until Thursday", word="/steward")
    await asked(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "I've asked"), "meetings:cancel")
    await settled(tuesday)
    await tuesday.move(timedelta(days=7))

    assert "sit with you" not in await texts(tuesday, "ana")
    assert "sitting with you" not in await texts(tuesday, "ana")


async def test_unanswered_shadowing_request_expires(tuesday: World) -> None:
    meeting = await asked(tuesday)
    await tuesday.move(meeting.starts_at + timedelta(minutes=1))

    await dm(
        tuesday, "maya", "The time for your shadowing session with <@U0ANA00000> has passed, so nothing is booked."
    )
    await dm(tuesday, "ana", "The time for your shadowing session with <@U0MAYA0000> has passed, so nothing is booked.")
    assert (await latest(tuesday)).state == State.EXPIRED


async def test_shadowing_buttons_are_refused_to_people_who_were_not_shown_them(tuesday: World) -> None:
    await asked(tuesday)
    yes = button(await dm(tuesday, "ana", QUESTION), "meetings:yes")
    for name in ("tom", "maya"):
        message = await dm(tuesday, name, "")
        await tuesday.slack.do("actions", user=name, channel="bot", ts=message["ts"], **yes)
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.REQUESTED

    await press(tuesday, "ana", await dm(tuesday, "ana", QUESTION), "meetings:yes")
    await settled(tuesday)
    meeting = await latest(tuesday)
    for action in ("meetings:missed", "shadowing:wrap_up", "shadowing:read"):
        message = await dm(tuesday, "ana", "")
        value = f"{meeting.id}:" if action == "shadowing:wrap_up" else str(meeting.id)
        await tuesday.slack.do("actions", user="ana", channel="bot", ts=message["ts"], action_id=action, value=value)
    assert (await latest(tuesday)).state == State.PLANNED
    assert not await tuesday.slack.views("ana")


async def test_shadowing_session_is_canceled_when_the_agent_leaves_the_channel(tuesday: World) -> None:
    await planned(tuesday)
    await tuesday.slack.do("channels", channel="harbour-support", remove=["ana"])
    await settled(tuesday)

    await dm(tuesday, "maya", "is cancelled because one of you has left the team or changed roles.")
    assert (await latest(tuesday)).state == State.CANCELLED


async def test_shadowing_suggestion_counts_as_answered_when_the_leader_picks_another_time(tuesday: World) -> None:
    card = await dm(tuesday, "maya", SUGGESTED)
    await press(tuesday, "maya", card, "shadowing:ask_at")
    at_night = await tuesday.slack.submit("maya", day="2031-03-06", time="22:00")
    assert at_night.errors == {"time": "@ana isn't at work then. Please pick another time."}
    await tuesday.slack.submit("maya", day="2031-03-06", time="14:00")
    await settled(tuesday)

    await dm(tuesday, "maya", "Done.")
    await dm(tuesday, "ana", "Does *Thursday, 6 March at 14:00* work for you?")


async def test_shadowing_session_never_overlaps_a_one_on_one(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        series = (await session.scalars(select(Series).where(Series.agent_id == "U0ANA00000"))).one()
        at = tuesday.now.replace(hour=10, minute=0, second=0, microsecond=0) + timedelta(days=1)
        whose = series.workspace_id, series.team_id, Kind.ONE_ON_ONE, *series.pair
        session.add(
            Meeting(*whose, 30, starts_at=at, made_at=tuesday.now, state=State.PLANNED, series_id=series.id)
        )  # fmt: skip
    meeting = await asked(tuesday)

    assert meeting.kind == Kind.SHADOWING
    assert meeting.starts_at == at + timedelta(minutes=30)


async def test_new_time_of_a_shadowing_session_is_shown_on_its_card_and_in_the_thread(tuesday: World) -> None:
    await planned(tuesday)
    card = await dm(tuesday, "ana", "is sitting with you")
    await press(tuesday, "maya", await dm(tuesday, "maya", "Booked: you're sitting with"), "meetings:other_time")
    await tuesday.slack.submit("maya", day="2031-03-07", time="11:00")
    await settled(tuesday)

    question = await dm(tuesday, "ana", "suggests *Friday, 7 March at 11:00* instead.")
    assert question["ts"] == card["ts"]
    assert (await dm(tuesday, "ana", "<@U0ANA00000>, @maya suggested another time"))["thread_ts"] == card["ts"]


async def test_question_about_a_shadowing_session_is_closed_when_the_session_is_moved_from_it(tuesday: World) -> None:
    await over(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "How did it go with"), "meetings:other_time")
    await tuesday.slack.submit("maya", day="2031-03-07", time="11:00")
    await settled(tuesday)

    assert "How did it go with" not in await texts(tuesday, "maya")
    assert button(await dm(tuesday, "maya", "I've asked <@U0ANA00000>"), "meetings:cancel")


async def test_only_one_card_has_a_button_after_the_wrap_up_of_a_shadowing_session(tuesday: World) -> None:
    await over(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "How did it go with"), "shadowing:wrap_up")
    await tuesday.slack.submit("maya", learnt="The tool logs them out")
    await settled(tuesday)

    said = [each for each in await tuesday.slack.messages("bot", "maya") if "<@U0ANA00000>" in each["text"]]
    older, outcome = said[-2:]
    assert "'actions'" not in str(older["blocks"])
    assert button(outcome, "shadowing:read")
