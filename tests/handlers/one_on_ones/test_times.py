"""Tests of the times offered for a one-on-one: renewed every morning, proposed on request, never double-booked."""

from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.meetings import queries
from bot.meetings.models import Kind, Meeting, State
from bot.messages.one_on_ones.names import FOLLOW_UP, PICK, PLANNED, PROPOSE, SKIP
from bot.workflows.meetings import updates
from tests.handlers.drivers import dm, press, settled
from tests.handlers.one_on_ones.drivers import latest, proposed
from tests.harness import Json, World

ASKED = "Which time works for you"


def offered(card: Json) -> list[datetime]:
    """Return the offered times, each of which has a button."""
    rows = [block["elements"] for block in card["blocks"] if block["type"] == "actions"]
    values = [each["value"] for row in rows for each in row if each["action_id"].startswith(PICK)]
    return [datetime.fromtimestamp(int(value.partition(":")[2]), UTC) for value in values]


async def plan(world: World, kind: Kind, meeting: Meeting, at: datetime) -> None:
    """Plan a meeting of another kind between the agent and another person."""
    async with world.database.begin() as session:
        whose = (meeting.workspace_id, meeting.team_id, kind, "U0GRACE000", meeting.attendee_id)
        session.add(Meeting(*whose, 45, starts_at=at, made_at=world.now, state=State.PLANNED))


@pytest.mark.parametrize("kind", [Kind.SHADOWING, Kind.VISIT])
async def test_picking_a_one_on_one_time_that_was_taken_offers_new_times(monday: World, kind: Kind) -> None:
    meeting, agent = await proposed(monday)
    at = meeting.times[0]
    card = await dm(monday, agent, ASKED)
    await plan(monday, kind, meeting, at)
    await press(monday, agent, card, PICK)
    await settled(monday)
    _, meeting = await latest(monday)
    assert meeting.state == State.REQUESTED
    assert at not in meeting.times
    shown = await dm(monday, agent, ASKED)
    assert offered(shown) == meeting.times

    await press(monday, agent, shown, PICK)
    _, meeting = await latest(monday)
    assert meeting.state == State.PLANNED
    assert meeting.span[0] >= at + timedelta(minutes=45) or meeting.span[1] <= at


@pytest.mark.parametrize("kind", [Kind.SHADOWING, Kind.VISIT])
async def test_offered_time_booked_for_another_meeting_is_replaced_on_the_card(monday: World, kind: Kind) -> None:
    meeting, agent = await proposed(monday)
    at = meeting.times[0]
    await plan(monday, kind, meeting, at)
    async with monday.database.begin() as session:
        other = (await session.scalars(select(Meeting).order_by(Meeting.id.desc()).limit(1))).one()
        await updates.show_change(session, await queries.load_pair(session, other), other, now=monday.now)
    await settled(monday)
    _, meeting = await latest(monday)

    assert at not in meeting.times
    assert len(meeting.times) == 3
    assert offered(await dm(monday, agent, ASKED)) == meeting.times


async def test_one_on_one_times_offered_each_morning_are_all_in_the_future(monday: World) -> None:
    meeting, agent = await proposed(monday)
    first = meeting.times[0]
    await monday.move(first + timedelta(days=3) - timedelta(hours=first.hour - 9, minutes=first.minute - 1))
    card = await dm(monday, agent, ASKED)
    _, meeting = await latest(monday)

    assert card["text"].startswith("You haven't picked a time yet for your one-on-one with <@U0MAYA0000>")
    assert first not in meeting.times
    assert offered(card) == meeting.times
    assert min(meeting.times) > monday.now
    assert len(meeting.times) == 3


async def test_leader_can_propose_times_to_any_agent_at_any_time(monday: World) -> None:
    listed = await monday.slack.command("maya", "", word="/1on1")
    rows = [block["elements"] for block in listed.ack["blocks"] if block["type"] == "actions"]
    proposals = [each for row in rows for each in row if each["action_id"] == PROPOSE]

    assert len(proposals) == 6
    assert not [each for row in rows[4:] for each in row if each["action_id"] == SKIP]
    own = await monday.slack.command("ana", "", word="/1on1")
    assert PROPOSE not in str(own.ack)


@pytest.mark.parametrize("day", ["2999-01-01", "9999-12-31", "0001-01-01"])
async def test_one_on_one_date_far_from_today_shows_an_error_at_its_field(monday: World, day: str) -> None:
    card = await dm(monday, "maya", "one-on-ones to book")
    await press(monday, "maya", card, PLANNED)
    planned = await monday.slack.submit("maya", day=day, time="14:00")
    await monday.slack.command("ana", "@maya", word="/1on1")
    note = await monday.slack.submit("ana", note="more training", follow_up=day)

    assert (list(planned.errors), list(note.errors)) == (["day"], [FOLLOW_UP])
