"""Tests of heads-ups with wrong and forged input, from people who may not, in a closed channel, and too late."""

from typing import Any

import pytest
from sqlalchemy import select

from bot.features.heads_ups import rules
from bot.messages.heads_ups import cards, forms
from bot.org.teams.models import Team
from bot.refusals import common
from bot.refusals import heads_ups as refusals
from bot.slack.outbox.models import Outgoing
from tests.handlers.drivers import dm, settled
from tests.handlers.heads_ups.drivers import (
    FRIDAY,
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
    move_to,
    picked_hours,
    press,
    set_queues,
    stored,
    submit,
    type_command,
    values,
)
from tests.handlers.pulse import forged
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
            said = {rules.WORDS: forged.text("x"), rules.HOURS: picked_hours(at(THURSDAY, 9))}
            await forged.submit(tuesday, name, found.id, said, callback_id=form)
        await forged.submit(tuesday, name, found.team_id, forged_values(), callback_id=forms.FORM)
        await forged.submit(tuesday, name, found.id, forged_values(), callback_id=forms.CHANGE_FORM)
    (same,) = await stored(tuesday)
    assert (same.title, same.cancelled_at, same.reviewed_at) == ("New prices", None, None)
    assert await booked(tuesday) == []


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
        said = {rules.HOURS: picked_hours(at(THURSDAY, 12), moment)}
        answer = await forged.submit(tuesday, "tom", found.id, said, callback_id=forms.COVER_FORM)
        assert answer.errors == {rules.HOURS: sentence}
    assert await booked(tuesday) == [("maya", at(THURSDAY, 9))]


async def test_cover_button_is_refused_once_every_hour_is_booked(tuesday: World) -> None:
    await announce(tuesday, first=FRIDAY, last=FRIDAY)
    await cover(tuesday, "maya", *(at(FRIDAY, hour) for hour in range(9, 17)))
    await press(tuesday, "tom", cards.COVER)
    assert await tuesday.slack.views("tom") == []


async def test_heads_up_that_ended_while_its_form_was_open_is_not_changed(tuesday: World) -> None:
    await announce(tuesday)
    await choose(tuesday, "maya", cards.CHANGE)
    await move_to(tuesday, at(FRIDAY, 17, 1))
    await submit(tuesday, "maya", title="New fees")
    (found,) = await stored(tuesday)
    assert found.title == "New prices"


async def test_title_longer_than_a_field_opens_the_form_all_the_same(tuesday: World) -> None:
    await type_command(tuesday, "maya", f"headsup {'long ' * 700}")
    assert await tuesday.slack.views("maya")


async def test_nothing_is_announced_in_a_closed_channel(tuesday: World) -> None:
    await type_command(tuesday, "maya")
    await close_channel(tuesday)
    answer = await submit(tuesday, "maya", **values())
    assert answer.errors == {rules.TITLE: common.NOBODY_WOULD_HEAR}


async def test_heads_up_whose_channel_closes_ends_without_a_post_and_is_reviewed(tuesday: World) -> None:
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
