"""Tests of the hours that leaders book, give back and are asked about."""

from datetime import date, time, timedelta

import pytest
from sqlalchemy import select

from bot.features.heads_ups import rules
from bot.features.heads_ups.nudges import COVER
from bot.messages.heads_ups import cards, forms
from bot.nudges.models import Nudge, NudgeState
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.teams.models import Team
from bot.refusals import heads_ups as refusals
from tests.handlers.drivers import settled
from tests.handlers.heads_ups.drivers import (
    CHANNEL,
    FRIDAY,
    HOUR,
    THURSDAY,
    announce,
    at,
    booked,
    call_off,
    card,
    change,
    cover,
    dms,
    move_to,
    picked_hours,
    press,
)
from tests.handlers.pulse import forged
from tests.harness import World


async def test_every_hour_of_two_months_can_be_booked_and_a_hundred_by_one_leader(tuesday: World) -> None:
    found = await announce(tuesday, last=date(2031, 5, 2))
    last = at(date(2031, 5, 2), 15)  # 16:00 in Lisbon, which is in summer time by then
    assert not (await cover(tuesday, "tom", last)).errors
    own = [at(day, hour) for day in working_days(THURSDAY, 13) for hour in range(9, 17)]
    assert not (await cover(tuesday, "maya", *own[:100])).errors
    said = {rules.HOURS: picked_hours(*own[:101])}
    answer = await forged.submit(tuesday, "maya", found.id, said, callback_id=forms.COVER_FORM)
    assert answer.errors == {rules.HOURS: refusals.too_many_hours(100)}
    assert not (await cover(tuesday, "maya", *own[:100])).errors
    assert len(await booked(tuesday)) == 101


def working_days(first: date, number: int) -> list[date]:
    days = [first + timedelta(days=nth) for nth in range(2 * number)]
    return [day for day in days if day.weekday() < 5][:number]


async def test_hours_that_a_change_of_working_hours_has_left_out_stay_booked_until_given_back(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9), at(THURSDAY, 10))
    await set_working_hours(tuesday, start="09:30", end="17:30")
    await cover(tuesday, "maya", at(THURSDAY, 9), at(THURSDAY, 10), at(THURSDAY, 11, 30))
    assert [hour for _, hour in await booked(tuesday)] == [at(THURSDAY, 9), at(THURSDAY, 10), at(THURSDAY, 11, 30)]
    await cover(tuesday, "maya")
    assert await booked(tuesday) == []


async def set_working_hours(world: World, **chosen: str) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        WorkingHoursSettings.of(team).model_copy(update={k: time.fromisoformat(v) for k, v in chosen.items()}).keep(
            team
        )


async def test_cover_button_says_that_a_weekend_has_no_hours_to_cover(tuesday: World) -> None:
    saturday = date(2031, 3, 8)
    await announce(tuesday, first=saturday, last=saturday)
    await press(tuesday, "tom", cards.COVER)
    assert await tuesday.slack.views("tom") == []
    assert refusals.NO_WORKING_HOURS in str(await tuesday.slack.messages(CHANNEL, "tom"))


async def test_leaders_are_no_longer_asked_once_others_have_booked_every_hour(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=FRIDAY)
    await move_to(tuesday, at(THURSDAY, 12))
    assert cards.COVER in str(await dms(tuesday, "tom"))
    await cover(tuesday, "maya", *(at(FRIDAY, hour) for hour in range(9, 17)))
    assert cards.COVER not in str(await dms(tuesday, "tom"))


@pytest.mark.parametrize("ends", ["by time", "called off"])
async def test_expired_question_about_hours_has_no_button_once_the_heads_up_is_over(tuesday: World, ends: str) -> None:
    await announce(tuesday)
    await move_to(tuesday, at(FRIDAY, 12))
    assert await states(tuesday) == {NudgeState.IGNORED}
    assert cards.COVER in str(await dms(tuesday, "tom"))
    if ends == "called off":
        await call_off(tuesday)
        await settled(tuesday)
    else:
        await move_to(tuesday, at(FRIDAY, 17, 1))
    asked = [each for each in await dms(tuesday, "tom") if "heads_ups:review" not in str(each)]
    assert cards.COVER not in str(asked)
    assert ("was called off." if ends == "called off" else "is over.") in str(asked)
    assert await states(tuesday) == {NudgeState.IGNORED}, "it was not answered"


async def states(world: World) -> set[str]:
    async with world.database.reading() as session:
        return {*await session.scalars(select(Nudge.state).where(Nudge.kind == COVER))}


async def test_booked_hour_can_be_given_back_once_no_more_cover_is_wanted(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "tom", at(THURSDAY, 9))
    await change(tuesday, cover="0")
    assert not (await cover(tuesday, "tom")).errors
    assert await booked(tuesday) == []
    assert cards.COVER not in str(await card(tuesday))


async def test_hour_that_has_begun_can_still_be_booked_and_one_that_has_ended_cannot(tuesday: World) -> None:
    found = await announce(tuesday)
    await move_to(tuesday, at(THURSDAY, 10, 30))
    for moment in (at(THURSDAY, 9), at(THURSDAY, 10)):
        await forged.submit(
            tuesday, "maya", found.id, {rules.HOURS: picked_hours(moment)}, callback_id=forms.COVER_FORM
        )
    assert await booked(tuesday) == [("maya", at(THURSDAY, 10))]
    await move_to(tuesday, at(THURSDAY, 10, 30) + HOUR)
    await forged.submit(tuesday, "maya", found.id, {rules.HOURS: picked_hours()}, callback_id=forms.COVER_FORM)
    assert await booked(tuesday) == [("maya", at(THURSDAY, 10))], "an hour that is over was given back"
