"""Tests of heads-ups with wrong and forged input, from people who may not, in a closed channel, and too late."""

from datetime import date, time, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from bot.features.heads_ups import rules
from bot.messages.heads_ups import cards, forms
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import heads_ups as refusals
from bot.slack.outbox.models import Outgoing
from tests.handlers.drivers import dm, settled
from tests.handlers.heads_ups.drivers import (
    CHANNEL,
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
    card,
    change,
    choose,
    cover,
    dms,
    move_to,
    press,
    set_queues,
    stored,
    submit,
    type_command,
    values,
)
from tests.handlers.pulse import forged
from tests.handlers.pulse.members import leave
from tests.harness import World


@pytest.mark.parametrize(
    ("wrong", "field", "sentence"),
    [
        ({"title": " "}, rules.TITLE, refusals.NO_TITLE),
        ({"until_day": WEDNESDAY.isoformat()}, rules.UNTIL_DAY, refusals.ENDS_BEFORE_START),
        ({"from_day": "2031-03-03", "until_day": "2031-03-03"}, rules.UNTIL_DAY, refusals.OVER_ALREADY),
        ({"until_day": "2032-03-01"}, rules.UNTIL_DAY, refusals.too_many_days(rules.LONGEST_DAYS)),
        ({"from_day": "2033-03-06"}, rules.FROM_DAY, common.too_far_ahead("4 March 2032")),
        ({"link": "the wiki"}, rules.LINK, refusals.NO_LINK),
        ({"from_day": "2031-03-04", "ritual": [forms.YES]}, rules.RITUAL, refusals.RITUAL_TOO_LATE),
    ],
)
async def test_wrong_form_is_refused_at_its_field_and_stores_nothing(
    tuesday: World, wrong: dict[str, Any], field: str, sentence: str
) -> None:
    await type_command(tuesday, "maya")
    answer = await submit(tuesday, "maya", **values(**wrong))
    assert answer.errors == {field: sentence}
    assert await stored(tuesday) == []
    assert await all_cards(tuesday) == []


async def test_title_typed_after_the_command_is_in_the_form(tuesday: World) -> None:
    await type_command(tuesday, "maya", "headsup New prices & fees")
    (view,) = await tuesday.slack.views("maya")
    (title,) = (each["element"] for each in view["blocks"] if each["block_id"] == rules.TITLE)
    assert title["initial_value"] == "New prices & fees"


async def test_team_without_a_list_of_queues_announces_for_all_of_them(tuesday: World) -> None:
    await type_command(tuesday, "maya")
    (view,) = await tuesday.slack.views("maya")
    assert rules.QUEUES not in blocks(view)
    await submit(tuesday, "maya", **values())
    (found,) = await stored(tuesday)
    assert found.covers("phones")


async def test_agent_and_outsider_can_do_nothing(tuesday: World) -> None:
    found = await announce(tuesday)
    await tuesday.slack.do("users", user="nora", real_name="Nora Silva")
    for name in ("ana", "nora"):
        await type_command(tuesday, name)
        assert await tuesday.slack.views(name) == []
        for action, value in ((cards.COVER, found.id), (cards.REVIEW, found.id), (cards.MORE, f"change:{found.id}")):
            await forged.press(tuesday, name, action, value)
            assert await tuesday.slack.views(name) == []
        for form in (forms.CANCEL_FORM, forms.COVER_FORM, forms.REVIEW_FORM):
            said = {rules.WORDS: forged.text("x"), rules.HOURS: hours(at(THURSDAY, 9))}
            await forged.submit(tuesday, name, found.id, said, callback_id=form)
        await forged.submit(tuesday, name, found.team_id, forged_values(), callback_id=forms.FORM)
        await forged.submit(tuesday, name, found.id, forged_values(), callback_id=forms.CHANGE_FORM)
    (same,) = await stored(tuesday)
    assert (same.title, same.cancelled_at, same.reviewed_at) == ("New prices", None, None)
    assert await booked(tuesday) == []


def hours(*moments: Any) -> Any:
    options = [{"value": f"{moment.timestamp():.0f}"} for moment in moments]
    return {"type": "multi_static_select", "selected_options": options}


def forged_values(cover: str = "1") -> dict[str, Any]:
    """Return a filled form as Slack would send it."""
    days = {rules.FROM_DAY: THURSDAY, rules.UNTIL_DAY: FRIDAY}
    wanted = {"type": "static_select", "selected_option": {"value": cover}}
    return (
        {
            rules.TITLE: forged.text("Forged"),
            rules.COVER: wanted,
        }
        | {each: {"type": "datepicker", "selected_date": days[each].isoformat()} for each in days}
        | {each: {"type": "timepicker", "selected_time": "09:00"} for each in (rules.FROM_TIME, rules.UNTIL_TIME)}
    )


@pytest.mark.parametrize("cover", ["6", "-1", "x"])
async def test_forged_number_of_leaders_is_refused(tuesday: World, cover: str) -> None:
    found = await announce(tuesday)
    await forged.submit(tuesday, "maya", found.team_id, forged_values(cover), callback_id=forms.FORM)
    assert len(await stored(tuesday)) == 1


async def test_hour_outside_the_heads_up_or_already_booked_is_refused(tuesday: World) -> None:
    found = await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9))
    for moment, sentence in (
        (at(WEDNESDAY, 9), refusals.hour_outside("Wed 5 Mar, 09:00")),
        (at(THURSDAY, 9, 30), refusals.hour_outside("Thu 6 Mar, 09:30")),
        (at(THURSDAY, 9), refusals.hour_taken("Thu 6 Mar, 09:00")),
    ):
        said = {rules.HOURS: hours(at(THURSDAY, 12), moment)}
        answer = await forged.submit(tuesday, "tom", found.id, said, callback_id=forms.COVER_FORM)
        assert answer.errors == {rules.HOURS: sentence}
    assert await booked(tuesday) == [("maya", at(THURSDAY, 9))]


async def test_cover_button_is_refused_once_every_hour_is_booked(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=FRIDAY)
    await cover(tuesday, "maya", *(at(FRIDAY, hour) for hour in range(9, 17)))
    await press(tuesday, "tom", cards.COVER)
    assert await tuesday.slack.views("tom") == []


async def test_every_hour_of_two_months_can_be_booked_and_a_hundred_by_one_leader(tuesday: World) -> None:
    found = await announce(tuesday, last=date(2031, 5, 2))
    last = at(date(2031, 5, 2), 15)  # 16:00 in Lisbon, which is in summer time by then
    assert not (await cover(tuesday, "tom", last)).errors
    own = [at(day, hour) for day in working_days(THURSDAY, 13) for hour in range(9, 17)]
    assert not (await cover(tuesday, "maya", *own[:100])).errors
    said = {rules.HOURS: hours(*own[:101])}
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


async def test_heads_up_that_ended_while_its_form_was_open_is_not_changed(tuesday: World) -> None:
    await announce(tuesday)
    await choose(tuesday, "maya", cards.CHANGE)
    await move_to(tuesday, at(FRIDAY, 17, 1))
    await submit(tuesday, "maya", title="New fees")
    (found,) = await stored(tuesday)
    assert found.title == "New prices"


async def test_hours_of_a_leader_who_leaves_are_freed(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "maya", at(THURSDAY, 9))
    await cover(tuesday, "tom", at(THURSDAY, 10))
    await leave(tuesday, "tom")
    await settled(tuesday)
    assert await booked(tuesday) == [("maya", at(THURSDAY, 9))]
    (rota,) = (each for each in (await card(tuesday))["blocks"] if each["block_id"] == "rota")
    assert "TOM" not in rota["text"]["text"]


async def test_leader_who_announced_and_left_is_not_asked_for_a_look_back(tuesday: World) -> None:
    await announce(tuesday, "tom")
    await leave(tuesday, "tom")
    await move_to(tuesday, at(MONDAY, 10))
    assert await dms(tuesday, "tom", "is over") == []
    assert blocks(await card(tuesday)) == ["heads_up"]


async def test_nothing_is_announced_in_a_closed_channel(tuesday: World) -> None:
    await type_command(tuesday, "maya")
    await close_channel(tuesday)
    answer = await submit(tuesday, "maya", **values())
    assert answer.errors == {rules.TITLE: common.NOBODY_WOULD_HEAR}


async def test_heads_up_whose_channel_closes_ends_in_silence_and_is_looked_back_on(tuesday: World) -> None:
    await announce(tuesday)
    await cover(tuesday, "tom", at(THURSDAY, 9))
    await close_channel(tuesday)
    await move_to(tuesday, at(MONDAY, 10))
    asked = await dm(tuesday, "maya", "is over")
    await press(tuesday, "maya", cards.REVIEW, asked, channel="bot")
    answer = await submit(tuesday, "maya", **{rules.WORDS: "More cover"})
    assert answer.errors == {rules.WORDS: common.NOBODY_WOULD_HEAR}
    assert await failed(tuesday) == []


async def test_card_shrinks_when_the_channel_that_was_closed_at_its_end_is_open_again(tuesday: World) -> None:
    await announce(tuesday)
    await tuesday.slack.do("channels", channel="harbour-support", archived=True)
    await move_to(tuesday, at(FRIDAY, 18))
    assert "acts" in blocks(await card(tuesday))
    await tuesday.slack.do("channels", channel="harbour-support", archived=False)
    await settled(tuesday)
    assert blocks(await card(tuesday)) == ["heads_up"]
    assert await failed(tuesday) == []


async def close_channel(world: World) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        team.is_closed = True


async def failed(world: World) -> list[str | None]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(Outgoing.reason).where(Outgoing.reason.is_not(None)))]


async def test_look_back_is_answered_once_and_only_by_the_leader_who_announced(tuesday: World) -> None:
    found = await announce(tuesday)
    await move_to(tuesday, at(MONDAY, 10))
    said = {rules.WORDS: forged.text("More cover")}
    await forged.submit(tuesday, "tom", found.id, said, callback_id=forms.REVIEW_FORM)
    for _ in range(2):
        await forged.submit(tuesday, "maya", found.id, said, callback_id=forms.REVIEW_FORM)
    replies = await tuesday.slack.messages_and_replies("harbour-support", "ana")
    assert sum("More cover" in each["text"] for each in replies) == 1


async def test_queue_that_was_removed_from_the_list_stays_in_a_heads_up_that_is_changed(tuesday: World) -> None:
    await set_queues(tuesday, "phones", "chat")
    await announce(tuesday, queues=["phones"])
    await set_queues(tuesday, "chat")
    assert not (await change(tuesday, title="New fees")).errors
    assert [each.queues for each in await stored(tuesday)] == [["phones"]]


async def test_team_has_twenty_heads_ups_ahead_at_most(tuesday: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "MOST_AHEAD", 1)
    await announce(tuesday)
    await type_command(tuesday, "maya")
    assert (await submit(tuesday, "maya", **values())).errors == {rules.TITLE: refusals.too_many(1)}


async def test_hour_that_has_begun_can_still_be_booked_and_one_that_has_ended_cannot(tuesday: World) -> None:
    found = await announce(tuesday)
    await move_to(tuesday, at(THURSDAY, 10, 30))
    for moment in (at(THURSDAY, 9), at(THURSDAY, 10)):
        await forged.submit(tuesday, "maya", found.id, {rules.HOURS: hours(moment)}, callback_id=forms.COVER_FORM)
    assert await booked(tuesday) == [("maya", at(THURSDAY, 10))]
    await move_to(tuesday, at(THURSDAY, 10, 30) + HOUR)
    await forged.submit(tuesday, "maya", found.id, {rules.HOURS: hours()}, callback_id=forms.COVER_FORM)
    assert await booked(tuesday) == [("maya", at(THURSDAY, 10))], "an hour that is over was given back"
