"""Tests of booking, moving, canceling and recording one-on-ones."""

import asyncio
from datetime import UTC, datetime, timedelta

from sqlalchemy import select

from bot.meetings.models import Series, State
from tests.handlers.drivers import button, dm, forget_reminders, press, settled
from tests.handlers.one_on_ones.drivers import latest, planned, proposed
from tests.harness import World

AN_HOUR = timedelta(hours=1)
FRIDAY = datetime(2031, 3, 7, 10, tzinfo=UTC)


async def test_form_to_suggest_another_time_opens_with_the_next_working_day(monday: World) -> None:
    await monday.move(FRIDAY)
    await monday.slack.command("maya", "", word="/1on1")
    note = (await monday.slack.notes("maya"))[-1]
    pressed = button(note, "one_on_ones:planned")
    await monday.slack.do("actions", user="maya", channel="harbour-support", ts=note["ts"], **pressed)
    assert "'initial_date': '2031-03-10'" in str((await monday.slack.views("maya"))[-1])


async def test_agent_can_suggest_another_one_on_one_time_that_the_leader_accepts(monday: World) -> None:
    _, agent = await proposed(monday)
    await press(monday, agent, await dm(monday, agent, "Which time works for you"), "meetings:other_time")
    at_night = await monday.slack.submit(agent, day="2031-03-06", time="03:00")
    assert at_night.errors == {"time": "@maya isn't at work then. Please pick another time."}
    await monday.slack.submit(agent, day="2031-03-06", time="15:30")
    asked = await dm(monday, "maya", "suggests Thursday, 6 March at 15:30")
    await dm(monday, agent, "You suggested Thursday, 6 March at")

    await press(monday, "maya", asked, "meetings:yes")
    await settled(monday)
    _, meeting = await latest(monday)
    assert (meeting.state, meeting.span[0].isoformat()) == (State.PLANNED, "2031-03-06T15:30:00+00:00")
    await dm(monday, agent, "one-on-one.ics")


async def test_proposing_other_one_on_one_times_never_repeats_a_time(monday: World) -> None:
    first, agent = await proposed(monday)
    await press(monday, agent, await dm(monday, agent, "Which time works for you"), "meetings:other_time")
    await monday.slack.submit(agent, day="2031-03-06", time="15:30")
    await press(monday, "maya", await dm(monday, "maya", "suggests Thursday"), "one_on_ones:others")
    await settled(monday)

    _, meeting = await latest(monday)
    assert meeting.state == State.REQUESTED
    assert len(meeting.offered) == 3
    assert not set(meeting.offered) & set(first.offered)
    asked = [each for each in await monday.slack.messages("bot", agent) if "Which time works for you" in each["text"]]
    assert len(asked) == 1


async def test_agent_can_move_a_one_on_one_and_both_people_get_an_updated_invitation(monday: World) -> None:
    _, agent = await planned(monday)
    await press(monday, agent, await dm(monday, agent, ":calendar: Booked"), "one_on_ones:move")
    await monday.slack.submit(agent, day="2031-03-07", time="11:00")
    await settled(monday)

    _, meeting = await latest(monday)
    assert (meeting.sequence, meeting.span[0].isoformat()) == (1, "2031-03-07T11:00:00+00:00")
    await dm(monday, "maya", "moved your one-on-one to Friday, 7 March at 11:00")
    await dm(monday, "maya", "*Friday, 7 March at 11:00*")


async def test_pair_can_be_booked_again_after_their_one_on_one_was_canceled(monday: World) -> None:
    _, agent = await planned(monday)
    await press(monday, "maya", await dm(monday, "maya", ":calendar: Booked"), "meetings:cancel")
    await settled(monday)
    await dm(monday, agent, "cancelled your one-on-one")

    _, meeting = await latest(monday)
    assert meeting.state == State.CANCELLED
    shown = await monday.slack.command("maya", "", word="/1on1")
    assert f"pair_{meeting.series_id}" in str(shown.ack)
    assert "4 to book" in shown.text


async def test_offered_one_on_one_time_cannot_be_picked_twice(monday: World) -> None:
    first, agent = await proposed(monday)
    asked = await dm(monday, agent, "Which time works for you")
    await asyncio.gather(*(press(monday, agent, asked, "one_on_ones:pick", nth) for nth in (0, 1)))
    await dm(monday, agent, "That's already settled")

    _, meeting = await latest(monday)
    assert meeting.state == State.PLANNED
    assert meeting.starts_at in first.times[:2]


async def test_outcome_of_a_one_on_one_is_assumed_after_the_leader_was_asked_twice(monday: World) -> None:
    meeting, _ = await planned(monday)
    questions = "Did you have your one-on-one"
    await monday.move(meeting.span[1] + 2 * AN_HOUR + timedelta(minutes=1))
    await dm(monday, "maya", questions)
    await monday.move(timedelta(days=3))  # from Friday to Monday
    again = await dm(monday, "maya", "I won't ask again")
    asked = [each for each in await monday.slack.messages("bot", "maya") if questions in each["text"]]
    assert asked == [again]

    await monday.move(timedelta(days=1))
    let_go = await dm(monday, "maya", "as done. The next one is due")
    series, meeting = await latest(monday)
    assert (meeting.state, meeting.is_confirmed) == (State.MET, False)
    assert (series.is_missed, series.met_on) == (False, meeting.span[0].date())
    assert not [each for each in await monday.slack.messages("bot", "maya") if questions in each["text"]]

    await press(monday, "maya", let_go, "meetings:missed")
    await dm(monday, "maya", "is now first on your list of one-on-ones")
    series, meeting = await latest(monday)
    assert (meeting.state, series.is_missed, series.due_on) == (State.MISSED, True, meeting.span[0].date())


async def test_next_card_lists_the_pair_of_a_missed_one_on_one_first(monday: World) -> None:
    meeting, _ = await planned(monday)
    await monday.move(meeting.span[1] + 2 * AN_HOUR + timedelta(minutes=1))
    await press(monday, "maya", await dm(monday, "maya", "Did you have your one-on-one"), "meetings:missed")
    await dm(monday, "maya", "OK, not yet.")
    await forget_reminders(monday)
    await monday.move(timedelta(days=3))  # from Friday to Monday

    card = await dm(monday, "maya", ": the last one-on-one didn't happen")
    rows = [
        block["text"]["text"] for block in card["blocks"] if block["block_id"].startswith("row_") and "text" in block
    ]
    assert meeting.attendee_id in rows[0]


async def test_outcome_question_is_closed_when_the_one_on_one_is_moved_from_it(monday: World) -> None:
    meeting, _ = await planned(monday)
    await monday.move(meeting.span[1] + 2 * AN_HOUR + timedelta(minutes=1))
    later = meeting.span[1] + timedelta(days=3)
    await press(monday, "maya", await dm(monday, "maya", "Did you have your one-on-one"), "one_on_ones:move")
    await monday.slack.submit("maya", day=f"{later:%Y-%m-%d}", time="16:00")
    await dm(monday, "maya", f"is booked for {later:%A}, {later.day} March at 16:00.")
    await settled(monday)

    assert not [
        each for each in await monday.slack.messages("bot", "maya") if "Did you have your one-on-one" in each["text"]
    ]


async def test_agent_who_picks_no_one_on_one_time_is_asked_on_three_more_mornings(monday: World) -> None:
    _, agent = await proposed(monday)
    asked = [(await dm(monday, agent, "Which time works for you"))["ts"]]
    for _ in range(3):
        await monday.move(timedelta(days=1))
        found = [
            each for each in await monday.slack.messages("bot", agent) if "Which time works for you" in each["text"]
        ]
        assert len(found) == 1
        asked.append(found[0]["ts"])

    assert len(set(asked)) == 4


async def test_offered_one_on_one_times_expire_after_two_weeks(monday: World) -> None:
    _, agent = await proposed(monday)
    await monday.move(timedelta(days=14))

    await dm(monday, agent, "The times offered for your one-on-one with")
    _, meeting = await latest(monday)
    assert meeting.state == State.EXPIRED


async def test_already_booked_button_sends_the_preparation_card_but_no_invitation(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones to book")
    await press(monday, "maya", card, "one_on_ones:planned")
    past = await monday.slack.submit("maya", day="2031-03-03", time="08:00")
    assert past.errors == {"time": "That time has passed. Pick a later one."}
    await monday.slack.submit("maya", day="2031-03-04", time="14:00")
    await dm(monday, "maya", "Booked: Tuesday, 4 March at 14:00.")
    await settled(monday)

    assert not [each for each in await monday.slack.messages_and_replies("bot", "maya") if each.get("files")]
    await monday.move(timedelta(days=1, hours=3, minutes=1))
    await dm(monday, "maya", "coming up: your one-on-one")


async def test_not_this_time_postpones_the_one_on_one_to_the_next_due_date(monday: World) -> None:
    card = await dm(monday, "maya", "one-on-ones to book")
    await press(monday, "maya", card, "one_on_ones:skip")
    await dm(monday, "maya", "Skipped. The next one is due by Monday, 24 March.")

    async with monday.database.reading() as session:
        due = [f"{each:%d %b}" for each in await session.scalars(select(Series.due_on).order_by(Series.due_on))]
    assert due.count("24 Mar") == 1


async def test_one_on_one_card_with_every_row_answered_is_not_sent_again(monday: World) -> None:
    for _ in range(4):
        card = await dm(monday, "maya", "one-on-ones to book")
        await press(monday, "maya", card, "one_on_ones:propose")
        await settled(monday)
    assert not await to_book(monday)
    await monday.move(timedelta(days=1))

    assert not await to_book(monday)


async def to_book(monday: World) -> list[str]:
    return [text for text in await monday.slack.said("bot", "maya") if "one-on-ones to book" in text]
