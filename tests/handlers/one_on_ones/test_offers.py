"""Tests of the times that the bot offers agents by itself when a one-on-one is due soon and not booked."""

from collections import Counter
from datetime import date, time, timedelta

import pytest
from sqlalchemy import select, update

from bot.features.one_on_ones.settings import Settings
from bot.meetings.models import Meeting, Series, State
from bot.messages.one_on_ones.names import PICK
from bot.org.availability.working_hours import WorkingHoursPreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.workflows.one_on_ones import bookings
from tests.handlers.drivers import dm, press, settled, turn_off_offers
from tests.handlers.one_on_ones.drivers import latest, name_of
from tests.harness import World

A_DAY = timedelta(days=1)
FIRST = "It's time to book your first one-on-one with <@U0MAYA0000> (30 minutes)"


async def offers(world: World) -> list[Meeting]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(Meeting).order_by(Meeting.id))]


async def due(world: World, day: date) -> None:
    async with world.database.begin() as session:
        await session.execute(update(Series).values(due_on=day))


async def mornings(world: World, many: int) -> None:
    """Live through mornings one by one, as the jobs of a day would else run late, with the next day's."""
    for _ in range(many):
        await world.move(A_DAY)


async def test_agent_is_offered_times_by_the_due_day_if_nobody_books_a_one_on_one(offering: World) -> None:
    assert not await offers(offering)
    await mornings(offering, 1)
    made = await offers(offering)
    agent = name_of(made[0])
    card = await dm(offering, agent, FIRST)
    series, _ = await latest(offering)

    assert {each.state for each in made} == {State.REQUESTED}
    for each in made:
        assert len(each.times) == 3
        assert {at.date() for at in each.times} <= {series.due_on, series.due_on - 3 * A_DAY}  # Monday and Friday
    assert "one-on-ones to book" not in str(await offering.slack.messages("bot", "maya"))

    await press(offering, agent, card, PICK)
    await settled(offering)
    await dm(offering, "maya", ":calendar: Booked: *Friday, 7 March at")
    await dm(offering, agent, "one-on-one.ics")


async def test_no_more_one_on_ones_are_offered_in_a_week_than_the_team_wants_for_each_leader(
    offering: World,
) -> None:
    async with offering.database.begin() as session:
        for team in await session.scalars(select(Team)):
            Settings(weekly=2).keep(team)
    await mornings(offering, 3)

    assert set(Counter(each.organizer_id for each in await offers(offering)).values()) == {2}
    await mornings(offering, 4)  # the next week has begun
    assert set(Counter(each.organizer_id for each in await offers(offering)).values()) == {4}


async def test_team_that_offers_no_times_by_itself_is_reminded_instead(offering: World) -> None:
    await turn_off_offers(offering)
    await mornings(offering, 1)

    assert not await offers(offering)
    await dm(offering, "maya", "one-on-ones to book")


async def test_one_on_one_that_somebody_has_offered_times_for_is_not_offered_again(offering: World) -> None:
    listed = await offering.slack.command("maya", "", word="/1on1")
    note = (await offering.slack.notes("maya"))[-1]
    rows = [block["elements"] for block in listed.ack["blocks"] if block["type"] == "actions"]
    await offering.slack.do(
        "actions", user="maya", channel="harbour-support", ts=note["ts"],
        action_id=rows[0][0]["action_id"], value=rows[0][0]["value"],
    )  # fmt: skip
    (proposed,) = await offers(offering)
    await mornings(offering, 2)

    assert Counter(each.attendee_id for each in await offers(offering))[proposed.attendee_id] == 1


async def test_agent_who_asked_and_got_no_answer_for_a_day_is_offered_the_next_times(offering: World) -> None:
    await due(offering, date(2031, 4, 1))
    await offering.slack.command("ana", "ask", word="/1on1")
    wish = await dm(offering, "maya", "<@U0ANA00000> would like a one-on-one with you.")
    await mornings(offering, 1)
    assert not await offers(offering)
    await mornings(offering, 1)
    (made,) = await offers(offering)

    await dm(offering, "ana", "Here are times for the one-on-one with <@U0MAYA0000> that you asked for")
    assert min(made.times) < offering.now + 2 * A_DAY
    answered = next(each for each in await offering.slack.messages("bot", "maya") if each["ts"] == wish["ts"])
    assert "I've offered these times" in answered["text"]
    assert "one_on_ones:propose" not in str(answered)


@pytest.mark.parametrize("state", [State.EXPIRED, State.CANCELLED])
async def test_one_on_one_that_came_to_nothing_is_left_to_the_leader_for_four_days(
    offering: World, state: State
) -> None:
    await mornings(offering, 1)
    before = len(await offers(offering))
    async with offering.database.begin() as session:
        await session.execute(update(Meeting).values(state=state, ended_at=offering.now))
    await mornings(offering, 1)
    await dm(offering, "maya", "one-on-ones to book")
    assert len(await offers(offering)) == before

    await mornings(offering, 5)  # Monday
    assert len(await offers(offering)) > before


async def test_missed_one_on_one_is_offered_again_on_the_next_working_morning(offering: World) -> None:
    await mornings(offering, 1)
    made, agent = (await offers(offering))[0], name_of((await offers(offering))[0])
    await press(offering, agent, await dm(offering, agent, FIRST), PICK)
    await settled(offering)
    (booked,) = [each for each in await offers(offering) if each.id == made.id]
    await offering.move(booked.span[1] + timedelta(hours=2, minutes=1))
    await press(offering, "maya", await dm(offering, "maya", "Did you have your one-on-one"), "meetings:missed")
    await settled(offering)
    await offering.move(booked.span[1].replace(hour=9, minute=1) + 3 * A_DAY)  # from Friday to Monday
    again = [each for each in await offers(offering) if each.attendee_id == made.attendee_id]

    assert [each.state for each in again] == [State.MISSED, State.REQUESTED]
    assert again[1].times[0] - offering.now < 2 * A_DAY


async def test_nothing_is_left_of_an_offer_to_people_who_are_never_at_work_together(offering: World) -> None:
    async with offering.database.begin() as session:
        maya = await session.get_one(Person, ("T0HARBOUR", "U0MAYA0000"))
        WorkingHoursPreferences(start=time(20), end=time(2)).keep(maya)
    await mornings(offering, 2)

    assert not await offers(offering)


async def test_offer_of_a_pair_that_has_ended_or_met_meanwhile_does_nothing(offering: World) -> None:
    async with offering.database.begin() as session:
        series = (await session.scalars(select(Series).order_by(Series.id))).first()
        assert series
        series.ended_at = offering.now
        await bookings.offer_unasked(session, series.id, now=offering.now)
        await bookings.offer_unasked(session, 10**6, now=offering.now)

    assert not await offers(offering)
