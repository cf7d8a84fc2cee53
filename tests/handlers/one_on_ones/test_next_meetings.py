"""Tests of booking the next one-on-one from the card of the one before, once that has ended."""

from datetime import UTC, date, datetime, time, timedelta

import pytest
from sqlalchemy import select

from bot.features.one_on_ones.rules import may_book_next
from bot.meetings.models import Kind, Meeting, State
from bot.messages.one_on_ones.names import MET, OPEN, PICK, PROPOSE, SKIP
from bot.org import people
from bot.workflows import absences
from tests.bot.features.one_on_ones.test_times import pair
from tests.handlers.drivers import button, dm, press, settled
from tests.handlers.one_on_ones.drivers import MONDAY_9, latest, name_of, planned, proposed
from tests.harness import Json, World

ASKED, PICK_ONE = "Did you have your one-on-one", "Which time works for you"
CANCEL, MISSED, OTHER_TIME = "meetings:cancel", "meetings:missed", "meetings:other_time"
AGAIN = "I've offered"
LAST = datetime(2026, 11, 27, 11, tzinfo=UTC)


async def asked(world: World) -> Meeting:
    """Hold a one-on-one, wait for the question about its outcome, and return the meeting."""
    meeting, _ = await planned(world)
    await world.move(meeting.span[1] + timedelta(hours=2, minutes=1))
    await dm(world, "maya", ASKED)
    return meeting


async def answered(world: World, action: str, sentence: str) -> Json:
    """Answer the question about the outcome, and return the card."""
    await press(world, "maya", await dm(world, "maya", ASKED), action)
    return await dm(world, "maya", sentence)


def days(meeting: Meeting) -> list[date]:
    return [each.date() for each in meeting.times]


async def test_next_one_on_one_can_be_booked_from_the_card_that_says_they_met(monday: World) -> None:
    held = await asked(monday)
    card = await answered(monday, MET, "The next one is due by")
    await press(monday, "maya", card, PROPOSE)
    series, after = await latest(monday)
    told = await dm(monday, "maya", "these times for the next one")
    await settled(monday)

    assert (after.id, after.state) == (held.id + 1, State.REQUESTED)
    assert all(timedelta(0) <= series.due_on - day <= timedelta(days=5) for day in days(after))
    assert told["ts"] == card["ts"]
    assert told["text"].startswith(":white_check_mark: You had your one-on-one")
    assert PROPOSE not in str(told)
    assert button(told, OPEN)
    await press(monday, name_of(held), await dm(monday, name_of(held), PICK_ONE), PICK)
    await dm(monday, "maya", ":calendar: Booked")


async def test_next_one_on_one_is_due_later_by_the_days_off_that_somebody_plans_and_takes_back(monday: World) -> None:
    held = await asked(monday)
    await answered(monday, MET, "The next one is due by")
    due_on = (await latest(monday))[0].due_on
    assert due_on == date(2031, 3, 21)  # a Friday
    await monday.slack.command(name_of(held), "away from 18 March to 19 March", word="/steward")
    await settled(monday)
    assert (await latest(monday))[0].due_on == date(2031, 3, 25)
    told = (await monday.slack.command("maya", "", word="/1on1")).ack
    assert "25 Mar" in str(told)

    async with monday.database.begin() as session:
        agent = await people.fetch_person(session, monday.workspace.id, held.attendee_id, lock=True)
        await absences.remove_absence(session, agent, agent.absences[0], monday.now)
    assert (await latest(monday))[0].due_on == due_on


async def test_missed_one_on_one_is_offered_again_on_the_next_days_and_tops_the_list(monday: World) -> None:
    held = await asked(monday)
    card = await answered(monday, MISSED, "OK, not yet.")
    shown = await monday.slack.command("maya", "", word="/1on1")
    await press(monday, "maya", card, PROPOSE)
    series, after = await latest(monday)
    told = await dm(monday, "maya", f"OK, not yet. {AGAIN}")

    assert shown.ack["blocks"][1]["block_id"] == f"pair_{held.series_id}"
    assert series.due_on == held.starts_at.date()
    assert days(after)[0] - monday.now.date() <= timedelta(days=4)  # over a weekend
    assert told["ts"] == card["ts"]
    assert PROPOSE not in str(told)


async def test_canceled_one_on_one_can_be_booked_again_from_the_leaders_card_only(monday: World) -> None:
    _, agent = await planned(monday)
    await press(monday, agent, await dm(monday, agent, ":calendar: Booked"), CANCEL)
    card = await dm(monday, "maya", "is cancelled.")
    await press(monday, "maya", card, PROPOSE)
    told = await dm(monday, "maya", f"is cancelled. {AGAIN}")

    assert (told["ts"], PROPOSE in str(told)) == (card["ts"], False)
    assert PROPOSE not in str(await dm(monday, agent, "is cancelled"))
    assert (await latest(monday))[1].state == State.REQUESTED


async def test_one_on_one_whose_suggested_time_has_passed_can_be_booked_again_from_its_card(monday: World) -> None:
    _, agent = await proposed(monday)
    await press(monday, agent, await dm(monday, agent, PICK_ONE), OTHER_TIME)
    await monday.slack.submit(agent, day="2031-03-06", time="15:30")
    await dm(monday, "maya", "suggests Thursday")
    await monday.move(MONDAY_9 + timedelta(days=3, hours=8))
    await press(monday, "maya", await dm(monday, "maya", "have passed."), PROPOSE)

    await dm(monday, "maya", f"have passed. {AGAIN}")


async def test_next_one_on_one_can_be_booked_from_the_answer_to_the_done_command(monday: World) -> None:
    await monday.slack.command("maya", "done @ana", word="/1on1")
    note = (await monday.slack.notes("maya"))[-1]
    pressed = button(note, PROPOSE)
    await monday.slack.do("actions", user="maya", channel="harbour-support", ts=note["ts"], **pressed)
    await settled(monday)

    assert "these times for the next one" in (await monday.slack.notes("maya"))[-1]["text"]
    assert name_of((await latest(monday))[1]) == "ana"


async def test_typed_words_stay_on_the_answer_to_the_done_command(monday: World) -> None:
    answer = await monday.slack.command("maya", "done @ana we spoke about training", word="/1on1")

    assert "we spoke about training" in answer.text
    assert PROPOSE not in str(answer.ack)


@pytest.mark.parametrize(("action", "told"), [(PROPOSE, AGAIN), (SKIP, "The next one is due by")])
async def test_next_one_on_one_answered_elsewhere_is_answered_on_the_card_of_the_one_before(
    monday: World, action: str, told: str
) -> None:
    await asked(monday)
    card = await answered(monday, MISSED, "OK, not yet.")
    note = (await monday.slack.command("maya", "", word="/1on1"), await monday.slack.notes("maya"))[1][-1]
    pressed = button(note, action)
    await monday.slack.do("actions", user="maya", channel="harbour-support", ts=note["ts"], **pressed)
    now = await dm(monday, "maya", f"OK, not yet. {told}")

    assert (now["ts"], PROPOSE in str(now)) == (card["ts"], False)


async def test_one_on_one_found_not_held_after_the_next_was_offered_offers_no_other(monday: World) -> None:
    held = await asked(monday)
    await monday.move(timedelta(days=4))
    card = await dm(monday, "maya", "as done. The next one is due")
    async with monday.database.begin() as session:
        whose = (held.workspace_id, held.team_id, Kind.ONE_ON_ONE, held.organizer_id, held.attendee_id)
        session.add(Meeting(*whose, 30, monday.now + timedelta(days=2), monday.now, series_id=held.series_id))
    await press(monday, "maya", card, MISSED)
    told = await dm(monday, "maya", "OK, not yet. I've already offered")

    assert PROPOSE not in str(told)
    async with monday.database.reading() as session:
        assert len((await session.scalars(select(Meeting).where(Meeting.series_id == held.series_id))).all()) == 2


@pytest.mark.parametrize(
    ("state", "due_on", "back_on", "is_offered"),
    [
        (State.MET, date(2026, 12, 11), None, True),
        (State.MET, date(2026, 12, 25), None, False),
        (State.MISSED, date(2026, 11, 27), None, True),
        (State.CANCELLED, date(2026, 12, 25), None, True),
        (State.EXPIRED, date(2026, 12, 25), None, True),
        (State.SKIPPED, date(2026, 12, 11), None, False),
        (State.MET, date(2026, 12, 11), date(2026, 12, 18), True),
        (State.MET, date(2026, 12, 11), date(2026, 12, 19), False),
    ],
)
def test_next_one_on_one_is_offered_when_it_is_due_within_two_weeks_and_both_are_there(
    state: State, due_on: date, back_on: date | None, is_offered: bool
) -> None:
    two = pair(due_on)
    if back_on:
        two.attendee.absences = [(LAST + timedelta(days=10), datetime.combine(back_on, time(), UTC))]
    last = Meeting("T1", 1, Kind.ONE_ON_ONE, "UMAYA", "UANA", 30, starts_at=LAST, made_at=LAST, state=state)

    assert may_book_next(two, last) == is_offered
    two.series.ended_at = LAST
    assert not may_book_next(two, last)
