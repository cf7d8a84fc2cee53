"""Tests of hosts' answers to a visit request, what the sponsor is told, and who may press the buttons."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.meetings.models import State
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.org.people import Person
from tests.handlers.drivers import button, dm, press, settled
from tests.handlers.visits.drivers import NAMES, OFFER, QUESTION, asked, host_of, latest, planned, texts, visits
from tests.harness import World


async def opt_out_except(world: World, *names: str) -> None:
    """Opt everybody but these people out of hosting visits."""
    async with world.database.begin() as session:
        for person in await session.scalars(select(Person).where(Person.name.not_in(names))):
            ShadowingPreferences(asked=Asked.RATHER_NOT).keep(person)


async def test_next_host_of_a_visit_is_asked_after_a_decline_that_the_sponsor_does_not_see(tuesday: World) -> None:
    first = await asked(tuesday)
    await press(tuesday, host_of(first), await dm(tuesday, host_of(first), QUESTION), "meetings:no")
    await settled(tuesday)
    second = await latest(tuesday)
    assert (second.id, second.state) == (first.id, State.REQUESTED)
    assert second.attendee_id != first.attendee_id
    await dm(tuesday, host_of(first), "Nobody sees who said no. If you'd rather")

    await tuesday.move(timedelta(hours=6))
    await press(tuesday, host_of(second), await dm(tuesday, host_of(second), QUESTION), "meetings:yes")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.PLANNED
    assert first.attendee_id not in await texts(tuesday, "grace")


@pytest.mark.long
async def test_next_host_of_a_visit_is_asked_after_two_days_without_an_answer(tuesday: World) -> None:
    first = await asked(tuesday)
    await tuesday.move(timedelta(days=2, hours=6))
    second = await latest(tuesday)
    assert second.attendee_id != first.attendee_id
    await dm(tuesday, host_of(first), "You no longer need to answer")
    await dm(tuesday, host_of(second), QUESTION)

    await press(tuesday, host_of(first), await dm(tuesday, host_of(first), ""), "settings:open_own")


async def test_sponsor_is_told_that_no_host_is_left_for_a_visit_without_naming_anyone(tuesday: World) -> None:
    await opt_out_except(tuesday, "ana")
    visit = await asked(tuesday)
    assert host_of(visit) == "ana"
    await press(tuesday, "ana", await dm(tuesday, "ana", QUESTION), "meetings:no")
    await settled(tuesday)

    heard = await dm(tuesday, "grace", "doesn't work for the team")
    assert "U0ANA" not in str(heard)
    assert (await latest(tuesday)).state == State.DECLINED
    await dm(tuesday, "ana", "Nobody sees who said no. If you'd rather")
    assert "visit.ics" not in await texts(tuesday, "grace")


@pytest.mark.long
async def test_visit_without_a_host_cannot_be_recorded_as_missed(tuesday: World) -> None:
    await opt_out_except(tuesday, "ana")
    visit = await asked(tuesday)
    await tuesday.move(timedelta(days=2, hours=6))
    heard = await dm(tuesday, "grace", "doesn't work for the team")
    missed = {"action_id": "meetings:missed", "value": str(visit.id)}
    await tuesday.slack.do("actions", user="grace", channel="bot", ts=heard["ts"], **missed)
    await settled(tuesday)

    assert (await latest(tuesday)).state == State.DECLINED


async def test_agent_who_opted_out_is_never_asked_to_host_a_visit(tuesday: World) -> None:
    await opt_out_except(tuesday)
    await press(tuesday, "grace", await dm(tuesday, "grace", OFFER), "visits:pick:0")
    await settled(tuesday)
    await dm(tuesday, "grace", "No host is available at that time.")
    for name in NAMES.values():
        assert "sponsor" not in await texts(tuesday, name)

    shown = await visits(tuesday, "grace")
    assert "can host a visit at the moment" in str(shown.ack)
    assert "Pick another time" not in str(shown.ack)


async def test_host_can_suggest_another_visit_time_that_the_sponsor_accepts(tuesday: World) -> None:
    visit = await asked(tuesday)
    host = host_of(visit)
    await press(tuesday, host, await dm(tuesday, host, QUESTION), "meetings:other_time")
    at_night = await tuesday.slack.submit(host, day="2031-03-18", time="03:00")
    assert at_night.errors == {"time": "@grace isn't at work then. Please pick another time."}
    await tuesday.slack.submit(host, day="2031-03-18", time="15:30")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.COUNTERED

    await press(tuesday, "grace", await dm(tuesday, "grace", "suggests *Tuesday, 18 March"), "meetings:yes")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.PLANNED
    await dm(tuesday, host, "said yes")


async def test_host_asked_by_name_by_the_sponsor_is_not_told_that_a_decline_stays_private(tuesday: World) -> None:
    visit = await asked(tuesday)
    host = host_of(visit)
    await press(tuesday, host, await dm(tuesday, host, QUESTION), "meetings:other_time")
    await tuesday.slack.submit(host, day="2031-03-18", time="15:30")
    await settled(tuesday)
    await press(tuesday, "grace", await dm(tuesday, "grace", "suggests *Tuesday, 18 March"), "meetings:other_time")
    await tuesday.slack.submit("grace", day="2031-03-19", time="11:00")
    await settled(tuesday)
    await dm(tuesday, "grace", f"I'm asking <@{visit.attendee_id}> to host your visit at another time")
    question = await dm(tuesday, host, "suggests *Wednesday, 19 March")
    assert "nobody sees who said no" not in str(question)

    await press(tuesday, host, question, "meetings:no")
    await settled(tuesday)
    await dm(tuesday, host, "OK. If you'd rather not be asked at all")
    other = await latest(tuesday)
    assert (other.state, other.attendee_id == visit.attendee_id) == (State.REQUESTED, False)
    await dm(tuesday, "grace", "I'm asking an agent in")


async def test_unanswered_suggestion_of_another_visit_time_expires(tuesday: World) -> None:
    visit = await asked(tuesday)
    host = host_of(visit)
    await press(tuesday, host, await dm(tuesday, host, QUESTION), "meetings:other_time")
    await tuesday.slack.submit(host, day="2031-03-13", time="15:30")
    await tuesday.move(timedelta(days=4))

    assert (await latest(tuesday)).state == State.EXPIRED
    for name in ("grace", host):
        await dm(tuesday, name, "The time for this visit has passed, so nothing is booked.")


async def test_either_person_can_cancel_a_visit_and_calendars_are_updated(tuesday: World) -> None:
    visit = await planned(tuesday)
    host = host_of(visit)
    await press(tuesday, host, await dm(tuesday, host, "is sitting with you"), "meetings:cancel")
    await settled(tuesday)

    await dm(tuesday, "grace", "cancelled the visit")
    assert (await latest(tuesday)).state == State.CANCELLED
    await tuesday.move(visit.span[1] + timedelta(hours=1))
    assert "Three questions" not in await texts(tuesday, "grace")


async def test_sponsor_can_pick_a_visit_time_that_was_not_offered(tuesday: World) -> None:
    await press(tuesday, "grace", await dm(tuesday, "grace", OFFER), "visits:pick_at")
    at_night = await tuesday.slack.submit("grace", day="2031-03-18", time="02:00")
    assert at_night.errors == {"time": "No host is available at that time. Please pick another."}
    past = await tuesday.slack.submit("grace", day="2031-03-04", time="10:00")
    assert past.errors == {"time": "That time has passed. Pick a later one."}
    await tuesday.slack.submit("grace", day="2031-03-18", time="15:00")
    await settled(tuesday)

    await dm(tuesday, "grace", "Done.")
    visit = await latest(tuesday)
    await dm(tuesday, host_of(visit), QUESTION)


async def test_visit_buttons_are_refused_to_people_who_were_not_shown_them(tuesday: World) -> None:
    visit = await asked(tuesday)
    host = host_of(visit)
    yes = button(await dm(tuesday, host, QUESTION), "meetings:yes")
    for name in ("maya", "grace"):
        message = await dm(tuesday, name, "")
        await tuesday.slack.do("actions", user=name, channel="bot", ts=message["ts"], **yes)
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.REQUESTED

    await tuesday.move(timedelta(hours=6))
    await press(tuesday, host, await dm(tuesday, host, QUESTION), "meetings:yes")
    await settled(tuesday)
    for action in ("meetings:missed", "visits:debrief", "visits:read"):
        for name in (host, "maya"):
            message = await dm(tuesday, name, "")
            ids = {"action_id": action, "value": str(visit.id)}
            await tuesday.slack.do("actions", user=name, channel="bot", ts=message["ts"], **ids)
    assert (await latest(tuesday)).state == State.PLANNED
    assert not await tuesday.slack.views(host)


async def test_visit_is_canceled_when_the_host_leaves_the_channel(tuesday: World) -> None:
    visit = await planned(tuesday)
    await tuesday.slack.do("channels", channel="harbour-support", remove=[host_of(visit)])
    await settled(tuesday)

    await dm(tuesday, "grace", "is cancelled because one of you has left the team or changed roles.")
    assert (await latest(tuesday)).state == State.CANCELLED
