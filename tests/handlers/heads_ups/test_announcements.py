"""Tests of a heads-up from its announcement to its look back, by the buttons that leaders press."""

from datetime import date, time, timedelta

from sqlalchemy import select

from bot.features.heads_ups.rules import HOURS, UNTIL_DAY, WORDS
from bot.features.rituals import queries
from bot.messages.heads_ups import cards, forms
from bot.org.availability.working_hours import Day, WorkingHoursSettings
from bot.org.teams.models import Team
from bot.workflows.rituals import plans
from tests.handlers.drivers import dm
from tests.handlers.heads_ups.drivers import (
    FRIDAY,
    HOUR,
    MONDAY,
    THURSDAY,
    WEDNESDAY,
    all_cards,
    announce,
    at,
    blocks,
    booked,
    call_off,
    card,
    change,
    cover,
    dms,
    move_to,
    press,
    set_queues,
    stored,
    submit,
)
from tests.handlers.pulse import forged
from tests.handlers.rituals.drivers import said
from tests.handlers.spikes import drivers as spikes
from tests.harness import World

ASKED = "have no leader yet"
KICK_OFF = date(2031, 3, 3)
WEDNESDAYS_OWN = 1
"""The question that the team's ritual asks each Wednesday."""


async def test_card_is_posted_at_once_and_again_on_the_first_morning(tuesday: World) -> None:
    await announce(tuesday)
    first = await card(tuesday)
    assert blocks(first) == ["heads_up", "about", "by", "acts"]
    await move_to(tuesday, at(THURSDAY, 9, 5))
    again = await card(tuesday)
    assert again["ts"] != first["ts"]
    assert again["blocks"] == first["blocks"]


async def test_card_shrinks_to_one_line_after_the_end(tuesday: World) -> None:
    await announce(tuesday)
    await move_to(tuesday, at(FRIDAY, 17, 1))
    assert blocks(await card(tuesday)) == ["heads_up"]


async def test_booked_hours_are_on_the_card_and_empty_ones_are_not(tuesday: World) -> None:
    await announce(tuesday)
    assert not (await cover(tuesday, "maya", at(THURSDAY, 9), at(FRIDAY, 16))).errors
    assert not (await cover(tuesday, "tom", at(THURSDAY, 10))).errors
    assert await booked(tuesday) == [("maya", at(THURSDAY, 9)), ("tom", at(THURSDAY, 10)), ("maya", at(FRIDAY, 16))]
    (rota,) = (each for each in (await card(tuesday))["blocks"] if each["block_id"] == "rota")
    assert rota["text"]["text"].count("\n") == 3


async def test_leader_gives_an_hour_back_by_removing_it(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9), at(THURSDAY, 10))
    await cover(tuesday, "maya", at(THURSDAY, 10))
    assert await booked(tuesday) == [("maya", at(THURSDAY, 10))]


async def test_hour_that_enough_leaders_have_booked_is_not_offered(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9))
    await press(tuesday, "tom", cards.COVER)
    view = (await tuesday.slack.views("tom"))[-1]
    (menu,) = (each["element"] for each in view["blocks"] if each["block_id"] == HOURS)
    assert [len(group["options"]) for group in menu["option_groups"]] == [7, 8]
    offered = [each["value"] for group in menu["option_groups"] for each in group["options"]]
    assert f"{at(THURSDAY, 9).timestamp():.0f}" not in offered


async def test_leaders_are_asked_on_the_working_day_before_about_empty_hours(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=FRIDAY)
    await cover(tuesday, "maya", at(FRIDAY, 9))
    await move_to(tuesday, at(WEDNESDAY, 18))
    assert await dms(tuesday, "tom") == []
    await move_to(tuesday, at(THURSDAY, 12))
    asked = await dm(tuesday, "tom", "New prices")
    assert not (await cover(tuesday, "tom", at(FRIDAY, 10), message=asked, channel="bot")).errors
    assert ("tom", at(FRIDAY, 10)) in await booked(tuesday)
    assert cards.COVER not in str(await dm(tuesday, "tom", "New prices"))


async def test_leaders_are_not_asked_if_every_hour_is_covered_or_no_cover_is_wanted(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=FRIDAY)
    await cover(tuesday, "maya", *(at(FRIDAY, hour) for hour in range(9, 17)))
    await announce(tuesday, first=FRIDAY, last=FRIDAY, cover="0")
    await move_to(tuesday, at(THURSDAY, 12))
    assert await dms(tuesday, "tom") == []


async def test_leaders_are_asked_again_on_the_day_before_the_new_first_day(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=FRIDAY)
    await move_to(tuesday, at(THURSDAY, 12))
    assert len(await dms(tuesday, "tom", ASKED)) == 1
    await change(tuesday, from_day=MONDAY.isoformat(), until_day=MONDAY.isoformat())
    assert cards.COVER not in str(await dms(tuesday, "tom"))
    assert len(await dms(tuesday, "tom", "was moved. It starts")) == 1
    await move_to(tuesday, at(FRIDAY, 12))
    assert [cards.COVER in str(each) for each in await dms(tuesday, "tom", ASKED)] == [True]


async def test_moved_heads_up_frees_hours_outside_its_new_times_and_tells_each_booker_once(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "tom", at(THURSDAY, 9), at(FRIDAY, 10))
    await change(tuesday, from_day=FRIDAY.isoformat(), until_day=MONDAY.isoformat())
    assert await booked(tuesday) == [("tom", at(FRIDAY, 10))]
    assert len(await dms(tuesday, "tom", "changed the times of *New prices*")) == 1
    first = await card(tuesday)
    await move_to(tuesday, at(THURSDAY, 12))
    assert (await card(tuesday))["ts"] == first["ts"], "posted again on the old first day"
    await move_to(tuesday, at(FRIDAY, 17, 5))
    assert (await card(tuesday))["ts"] != first["ts"]
    assert "acts" in blocks(await card(tuesday)), "closed at the old end"
    await move_to(tuesday, at(MONDAY, 17, 5))
    assert blocks(await card(tuesday)) == ["heads_up"]


async def test_new_title_frees_no_hours_and_tells_nobody(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "tom", at(THURSDAY, 9))
    await change(tuesday, "tom", title="New fees")
    assert await booked(tuesday) == [("tom", at(THURSDAY, 9))]
    assert "New fees" in (await card(tuesday))["text"]
    assert await dms(tuesday, "tom", "changed the times") == []


async def test_called_off_heads_up_frees_hours_tells_who_had_booked_and_asks_nothing_later(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "tom", at(THURSDAY, 9))
    await call_off(tuesday)
    assert await booked(tuesday) == []
    assert len(await dms(tuesday, "tom", "called off the heads-up about *New prices*")) == 1
    called_off = await card(tuesday)
    assert blocks(called_off) == ["heads_up"]
    await move_to(tuesday, at(MONDAY, 12))
    assert await card(tuesday) == called_off
    assert await dms(tuesday, "maya", "is over") == []


async def test_spike_cards_name_the_heads_up_while_it_holds(tuesday: World) -> None:
    await set_queues(tuesday, "phones", "chat")
    await announce(tuesday, first=THURSDAY, last=THURSDAY, queues=["phones"])
    await move_to(tuesday, at(THURSDAY, 8, 58))
    await spikes.signal(tuesday, spikes.FIRING, 42, queue="Phones")
    await spikes.signal(tuesday, spikes.FIRING, 42, queue="chat")
    assert await named_on_spikes(tuesday) == [False, False]
    await move_to(tuesday, at(THURSDAY, 9, 1))
    assert await named_on_spikes(tuesday) == [True, False]
    await call_off(tuesday)
    assert await named_on_spikes(tuesday) == [False, False]


async def named_on_spikes(world: World) -> list[bool]:
    """Return for each spike's card whether it names a heads-up."""
    return ["heads_ups" in blocks(each) for each in await spikes.cards(world)]


async def test_look_back_comes_on_the_first_morning_after_and_its_answer_goes_into_the_thread(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9))
    await move_to(tuesday, at(FRIDAY, 18))
    assert await dms(tuesday, "maya", "is over") == []
    await move_to(tuesday, at(MONDAY, 10))
    asked = await dm(tuesday, "maya", "is over")
    assert cards.REVIEW not in str(await dms(tuesday, "tom"))
    await press(tuesday, "maya", cards.REVIEW, asked, channel="bot")
    await submit(tuesday, "maya", **{WORDS: "Start a day earlier"})
    replies = await tuesday.slack.messages_and_replies("harbour-support", "ana")
    (reply,) = (each for each in replies if "Start a day earlier" in each["text"])
    assert reply["thread_ts"] == (await card(tuesday))["ts"]
    assert "acts" not in blocks(await dm(tuesday, "maya", "is over"))


async def test_question_of_the_day_is_planned_for_the_day_before_and_moves_along(tuesday: World) -> None:
    found = await announce(tuesday, first=FRIDAY, last=MONDAY, ritual=[forms.YES])
    assert found.ritual_run_id
    await change(tuesday, from_day=MONDAY.isoformat())
    moved = (await stored(tuesday))[-1].ritual_run_id
    assert moved not in (None, found.ritual_run_id)
    before = await questions(tuesday)
    await move_to(tuesday, at(THURSDAY, 17))
    assert await questions(tuesday) == before + WEDNESDAYS_OWN
    await move_to(tuesday, at(FRIDAY, 17))
    assert await questions(tuesday) == before + WEDNESDAYS_OWN + 1


async def test_question_moves_along_over_a_day_on_which_it_is_asked_anyway(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=MONDAY, ritual=[forms.YES])
    for day in (THURSDAY, MONDAY):
        await change(tuesday, from_day=day.isoformat())
    before = await questions(tuesday)
    await move_to(tuesday, at(FRIDAY, 17))
    assert await questions(tuesday) == before + WEDNESDAYS_OWN + 1


async def test_title_can_be_changed_after_the_question_was_asked(tuesday: World) -> None:
    await announce(tuesday, first=THURSDAY, last=MONDAY, ritual=[forms.YES])
    await announce(tuesday, first=FRIDAY, last=MONDAY, ritual=[forms.YES])
    await move_to(tuesday, at(THURSDAY, 17))
    ids = [each.id for each in await stored(tuesday)]
    for id in ids:
        await forged.press(tuesday, "maya", cards.MORE, f"{cards.CHANGE}:{id}")
        assert not (await submit(tuesday, "maya", title="New fees")).errors
    assert [each.title for each in await stored(tuesday)] == ["New fees"] * 2


async def test_question_is_called_off_with_its_heads_up(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=MONDAY, ritual=[forms.YES])
    await call_off(tuesday)
    before = await questions(tuesday)
    await move_to(tuesday, at(FRIDAY, 17))
    assert await questions(tuesday) == before + WEDNESDAYS_OWN


async def test_question_that_is_asked_that_day_anyway_is_asked_once(tuesday: World) -> None:
    await announce(tuesday, first=THURSDAY, ritual=[forms.YES])
    before = await questions(tuesday)
    await move_to(tuesday, at(WEDNESDAY, 17))
    assert await questions(tuesday) == before + WEDNESDAYS_OWN


async def questions(world: World) -> int:
    said = await world.slack.messages("harbour-support", "maya")
    return sum("Question of the day:" in each["text"] for each in said)


async def test_kick_off_names_the_heads_ups_of_its_week(sunday: World) -> None:
    await announce(sunday)
    await announce(sunday, title="Next week's launch", first=MONDAY, last=MONDAY)
    await move_to(sunday, at(KICK_OFF, 9, 35))
    ((_, kick_off),) = await said(sunday)
    (line,) = (each for each in kick_off["blocks"] if each["block_id"] == "heads_ups")
    assert "New prices*, Thursday to Friday" in line["text"]["text"]
    assert "launch" not in str(kick_off["blocks"])


async def test_kick_off_that_was_posted_follows_a_heads_up_that_is_moved_or_called_off(sunday: World) -> None:
    await announce(sunday)
    await move_to(sunday, at(KICK_OFF, 9, 35))
    await change(sunday, from_day=FRIDAY.isoformat())
    ((_, kick_off),) = await said(sunday)
    assert "New prices*, Friday." in str(kick_off["blocks"])
    await call_off(sunday)
    ((_, kick_off),) = await said(sunday)
    assert "heads_ups" not in blocks(kick_off)


async def test_kick_off_on_a_sunday_names_the_heads_ups_of_the_week_that_begins(sunday: World) -> None:
    await set_kick_off(sunday, Day.SUNDAY)
    await announce(sunday)
    await move_to(sunday, at(KICK_OFF - timedelta(days=1), 15, 5))
    ((_, kick_off),) = await said(sunday)
    assert "New prices*, Thursday to Friday" in str(kick_off["blocks"])


async def set_kick_off(world: World, day: Day) -> None:
    """Move the kick-off to 15:00 on a day of a week that starts on that day."""
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        hours = WorkingHoursSettings(days=[day, Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY])
        hours.keep(team)
        ritual = await queries.find_ritual(session, team, "kickoff")
        ritual.rule, ritual.at = "FREQ=WEEKLY;BYDAY=SU", time(15)
        session.add(ritual)
        await session.flush()
        await plans.replan_ritual(session, team, ritual, now=world.now)


async def test_kick_off_of_a_week_without_heads_ups_is_as_ever(sunday: World) -> None:
    await announce(sunday)
    await call_off(sunday)
    await move_to(sunday, at(KICK_OFF, 9, 35))
    ((_, kick_off),) = await said(sunday)
    assert "heads_ups" not in blocks(kick_off)


async def test_two_heads_ups_have_a_card_each(tuesday: World) -> None:
    await announce(tuesday)
    await announce(tuesday, "tom", **{UNTIL_DAY: MONDAY.isoformat()})
    assert len(await all_cards(tuesday)) == 2
    await tuesday.move(timedelta(days=10) + HOUR)
    assert [blocks(each) for each in await all_cards(tuesday)] == [["heads_up"]] * 2
