"""Tests of what a leader's week suggests to plan for the next one, and of its buttons."""

import pytest
from sqlalchemy import select, update

from bot.meetings.models import Meeting, Series
from bot.meetings.settings import Asked, ShadowingPreferences
from bot.nudges.models import Nudge
from bot.org.teams.models import Member
from tests.handlers.drivers import press, settled, turn_off_offers
from tests.handlers.weekly.drivers import ANA, BEN, MAYA, at, be_due, changing, thank_everybody, weeks
from tests.harness import Json, World

FRIDAY, LATE = "7 March 15:31", "7 March 15:40"


async def plan(world: World, day: str = FRIDAY) -> Json:
    """Return the week that Maya gets on Friday, with what it suggests to plan."""
    await world.move(at(day))
    return (await weeks(world, "maya"))[-1]


async def test_one_on_one_that_is_due_by_the_end_of_the_week_after_next_can_be_proposed_in_the_week(
    week: World,
) -> None:
    """The week closes on 7 March; on Monday the reminders would begin to name what is due by 23 March."""
    await turn_off_offers(week)
    await thank_everybody(week)
    await be_due(week, ANA, "21 March")
    card = await plan(week)
    assert "One-on-one with <@U0ANA00000>, due by Fri 21 Mar" in card["text"]

    await press(week, "maya", card, "one_on_ones:propose")
    await settled(week)
    async with week.database.reading() as session:
        (meeting,) = (await session.scalars(select(Meeting))).all()
    assert (meeting.attendee_id, len(meeting.times)) == (ANA, 3)
    assert max(meeting.times) < at("22 March 0:00")


async def test_week_names_the_agents_to_whom_times_for_a_one_on_one_will_be_offered_in_the_next(week: World) -> None:
    """Times are offered six days before the due day, so until Friday, 14 March, for what is due by the 20th."""
    await be_due(week, ANA, "20 March")
    async with week.database.begin() as session:
        await session.execute(update(Series).where(Series.agent_id == BEN).values(due_on=at("21 March 0:00").date()))
        await session.execute(update(Series).values(leader_id=MAYA))
    card = await plan(week)

    assert "I'll offer <@U0ANA00000> times for a one-on-one, and tell you what they pick." in card["text"]
    assert "one_on_ones:propose" not in str(card)


async def test_one_on_one_due_later_is_not_in_the_week_and_nothing_to_plan_means_no_message(week: World) -> None:
    await thank_everybody(week)
    await be_due(week, ANA, "24 March")
    await week.move(at(LATE))

    assert await weeks(week, "maya") == []


@pytest.mark.parametrize(("due", "said"), [(4, ""), (5, "1 more one-on-one is due"), (6, "2 more one-on-ones are due")])
async def test_week_says_how_many_one_on_ones_are_due_beyond_the_four_it_lists(
    week: World, due: int, said: str
) -> None:
    """More may be due than the reminders of one week name."""
    await turn_off_offers(week)
    await thank_everybody(week)
    await be_due(week, ANA, "1 June")
    async with week.database.begin() as session:
        first = (await session.scalars(select(Series).order_by(Series.id))).all()[:due]
        for each in first:
            each.leader_id, each.due_on = MAYA, at("21 March 0:00").date()
    card = await plan(week)

    assert str(card).count("one_on_ones:propose") == 4
    assert said in card["text"] if said else "more one-on-one" not in card["text"]


async def test_agent_who_may_be_asked_can_be_asked_for_a_shadowing_session_in_the_week(week: World) -> None:
    await thank_everybody(week)
    await be_due(week, ANA, "1 June")
    async with changing(week, ANA) as ana:
        ShadowingPreferences(asked=Asked.ASK_ME).keep(ana)
    card = await plan(week)
    assert "Sit with <@U0ANA00000> for 45 minutes?" in card["text"]

    await press(week, "maya", card, "shadowing:ask")
    await settled(week)
    asked = (await week.slack.messages("bot", "ana"))[-1]
    assert "meetings:yes" in str(asked)


async def test_week_suggests_two_agents_to_sit_with_if_both_have_waited_for_four_weeks(week: World) -> None:
    await thank_everybody(week)
    await be_due(week, ANA, "1 June")
    for who in (ANA, BEN):
        async with changing(week, who) as agent:
            ShadowingPreferences(asked=Asked.ASK_ME).keep(agent)
    async with week.database.begin() as session:
        await session.execute(update(Member).values(joined_at=at("1 January 9:00")))
    card = await plan(week)
    assert card["text"].count("for 45 minutes?") == 2

    for nth in range(2):
        await press(week, "maya", card, "shadowing:ask", nth)
        await settled(week)
    async with week.database.reading() as session:
        asked = (await session.scalars(select(Meeting).where(Meeting.organizer_id == MAYA))).all()
    assert len({each.attendee_id for each in asked}) == len({each.starts_at for each in asked}) == 2
    assert "shadowing:ask" not in str((await weeks(week, "maya"))[-1])


async def test_answer_to_a_press_takes_the_place_of_its_button_and_the_rest_of_the_week_stays(week: World) -> None:
    await turn_off_offers(week)
    await be_due(week, ANA, "21 March")
    card = await plan(week)
    await press(week, "maya", card, "one_on_ones:propose")
    await settled(week)

    (after,) = await weeks(week, "maya")
    changed = [each for before, each in zip(card["blocks"], after["blocks"], strict=True) if before != each]
    assert [each["text"]["text"].partition("\n")[2][:35] for each in changed] == ["I've offered <@U0ANA00000> these ti"]
    assert "one_on_ones:propose" not in str(after)
    assert "shoutouts:thank" in str(after)


async def test_person_whom_nobody_thanked_can_be_thanked_in_the_week(week: World) -> None:
    await be_due(week, ANA, "1 June")
    card = await plan(week)
    assert "Nobody has thanked" in card["text"]

    await press(week, "maya", card, "shoutouts:thank")
    answer = await week.slack.submit("maya", reason="the patient way with a hard customer")
    assert not answer.errors


async def test_what_the_week_suggested_is_not_suggested_again_on_monday(week: World) -> None:
    """Without a week, Tom is told on Monday morning who has not been thanked."""
    await be_due(week, ANA, "1 June")
    await plan(week)
    await week.move(at("10 March 12:00"))

    async with week.database.reading() as session:
        recent = select(Nudge.person_id, Nudge.kind).where(Nudge.said_at > at("8 March 0:00"))
        assert not [row for row in await session.execute(recent) if row.kind == "shoutouts.coverage"]
