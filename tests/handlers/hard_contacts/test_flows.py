"""Tests of hard contacts: one leader is asked and checks in twice, and then the record is deleted."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.errors import Refusal
from bot.features import hard_contacts as feature
from bot.features.fun_tank.models import PrivateEntry
from bot.features.fun_tank.rules import Cause
from bot.features.hard_contacts import HardContactMonth
from bot.messages import hard_contacts as messages
from bot.messages.hand_ups import names
from bot.org import people
from bot.org.people import Person
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import hard_contacts as refusals
from bot.slack.dispatcher import Actor
from bot.workflows import members
from bot.workflows.hard_contacts import check_ins, requests
from tests.handlers.drivers import keep_only_jobs
from tests.handlers.hand_ups.drivers import cards as hand_up_cards
from tests.handlers.hand_ups.drivers import hand_up, make_leaders, raise_hand
from tests.handlers.hand_ups.drivers import press_card as press_hand_up
from tests.handlers.hard_contacts.drivers import (
    TICKET,
    buttons,
    card,
    cards,
    contacts,
    offered,
    press,
    press_late,
    raise_contact,
    send_form,
)  # fmt: skip
from tests.harness import World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def test_only_the_picked_leader_is_told_of_a_hard_contact(tuesday: World) -> None:
    before = len(await tuesday.slack.said("harbour-support", "ben"))
    await raise_contact(tuesday, "ana", "tom")

    assert buttons(await card(tuesday, "tom")) == [messages.CHECK_IN, messages.COVER, messages.BREAK]
    assert TICKET in str(await card(tuesday, "tom"))
    assert await cards(tuesday, "maya") == []
    assert buttons(await card(tuesday, "ana")) == [messages.DROP]
    assert feature.Settings().page in str(await card(tuesday, "ana"))
    assert len(await tuesday.slack.said("harbour-support", "ben")) == before


async def test_hard_contact_is_deleted_after_the_leaders_second_check_in(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "maya", messages.CHECK_IN)

    assert "check in with you now" in (await card(tuesday, "ana"))["text"]
    await tuesday.move(feature.FIRST_CHECK_IN)
    assert buttons(await card(tuesday, "maya")) == [messages.DONE]
    await press(tuesday, "maya", messages.DONE)
    assert buttons(await card(tuesday, "maya")) == []
    await tuesday.move(DAY)
    assert buttons(await card(tuesday, "maya")) == [messages.DONE]
    await press(tuesday, "maya", messages.DONE)
    assert await contacts(tuesday) == []
    assert buttons(await card(tuesday, "maya")) == buttons(await card(tuesday, "ana")) == []


async def test_leader_is_not_reminded_of_a_check_in_that_is_done(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "maya", messages.CHECK_IN)
    await press(tuesday, "maya", messages.DONE)
    said = (await card(tuesday, "maya"))["ts"]
    await tuesday.move(4 * 60 * MINUTE)
    assert (await card(tuesday, "maya"))["ts"] == said


async def test_hard_contact_is_deleted_after_three_working_days_at_the_latest(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "maya", messages.CHECK_IN)
    await tuesday.move(3 * DAY)
    assert len(await contacts(tuesday)) == 1
    await tuesday.move(DAY)
    assert await contacts(tuesday) == []
    assert buttons(await card(tuesday, "maya")) == []


async def test_second_leader_is_asked_about_a_hard_contact_only_after_the_agent_agrees(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    await tuesday.move(4 * MINUTE)
    assert buttons(await card(tuesday, "ana")) == [messages.DROP]
    await tuesday.move(2 * MINUTE)
    assert buttons(await card(tuesday, "ana")) == [messages.ANOTHER, messages.DROP]
    await tuesday.move(10 * MINUTE)
    assert await cards(tuesday, "tom") == []
    await press(tuesday, "ana", messages.ANOTHER)
    assert await offered(tuesday, "ana") == ["tom"]
    await send_form(tuesday, "ana", "tom")
    assert messages.CHECK_IN in buttons(await card(tuesday, "tom"))
    assert buttons(await card(tuesday, "maya")) == []
    assert await press_late(tuesday, "maya", check_ins.check_in) == refusals.NOT_YOURS
    await press(tuesday, "tom", messages.CHECK_IN)
    assert "@tom" in (await card(tuesday, "ana"))["text"]


async def test_leader_who_answers_late_about_a_hard_contact_is_not_replaced(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    await tuesday.move(6 * MINUTE)
    await press(tuesday, "maya", messages.CHECK_IN)
    assert buttons(await card(tuesday, "ana")) == []
    assert await press_late(tuesday, "ana", requests.drop_contact) == refusals.ANSWERED


async def test_only_leaders_at_work_can_be_picked_for_a_hard_contact(tuesday: World) -> None:
    await tuesday.slack.command("tom", "away until Friday", word="/steward")
    await tuesday.slack.command("ana", "hard", word="/handup")
    assert await offered(tuesday, "ana") == ["maya"]
    await tuesday.slack.command("maya", "away until Friday", word="/steward")
    assert "isn't at work" in str((await send_form(tuesday, "ana", "maya")).errors)
    told = await tuesday.slack.command("ana", "hard", word="/handup")
    assert "No leader is at work until" in told.text
    assert await contacts(tuesday) == []


async def test_leaders_cannot_report_a_hard_contact(tuesday: World) -> None:
    told = await tuesday.slack.command("maya", "hard", word="/handup")
    assert told.text
    assert await contacts(tuesday) == []


async def test_button_of_a_hard_contact_pressed_twice_takes_effect_once(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    first = await card(tuesday, "maya")
    await asyncio.gather(*(press(tuesday, "maya", messages.BREAK, first) for _ in range(2)))
    assert (await contacts(tuesday))[0].details.acts == [feature.Act.BREAK]
    assert await press_late(tuesday, "maya", check_ins.give_break) == refusals.DONE_BEFORE
    lines = [each for each in await tuesday.slack.said("bot", "tom") if "off the queue" in each]
    assert len(lines) == 1


async def test_agent_can_report_a_second_hard_contact_only_after_the_first_is_answered(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    again = await raise_contact(tuesday, "ana", "tom")
    assert refusals.ASKED_BEFORE in str(again.ack)
    await press(tuesday, "maya", messages.CHECK_IN)
    await raise_contact(tuesday, "ana", "tom")
    assert len(await contacts(tuesday)) == 2


async def test_button_of_a_deleted_hard_contact_is_answered_with_a_refusal(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "ana", messages.DROP)
    assert await contacts(tuesday) == []
    assert await press_late(tuesday, "maya", check_ins.check_in) == refusals.OVER


async def test_hard_contact_is_deleted_when_the_agent_leaves_the_team(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    await tuesday.slack.do("channels", channel="harbour-support", remove=["ana"])
    await tuesday.move(MINUTE)
    assert await contacts(tuesday) == []
    assert buttons(await card(tuesday, "maya")) == []


async def test_agent_can_pick_another_leader_when_the_leader_of_a_hard_contact_is_demoted(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "tom")
    await press(tuesday, "tom", messages.CHECK_IN)
    await make_leaders(tuesday, "maya")
    async with tuesday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await membership.lock_team(session, team.id)
        await members.cancel_orphaned(session, team, now=tuesday.now)
    await tuesday.move(MINUTE)
    assert buttons(await card(tuesday, "ana")) == [messages.ANOTHER, messages.DROP]
    assert buttons(await card(tuesday, "tom")) == []
    assert await press_late(tuesday, "tom", check_ins.finish_check_in) == refusals.FOR_LEADERS
    await press(tuesday, "ana", messages.ANOTHER)
    await send_form(tuesday, "ana", "maya")
    assert messages.CHECK_IN in buttons(await card(tuesday, "maya"))


async def test_hand_up_turned_into_a_hard_contact_looks_like_one_that_was_sorted(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_hand_up(tuesday, "ana", names.HARD)
    assert (await hand_up(tuesday)).ended_at is None
    await send_form(tuesday, "ana", "tom")
    as_hard = [_shown(each) for name in ("ana", "maya") for each in await hand_up_cards(tuesday, name)]
    leaders = [each["text"] for each in await tuesday.slack.messages("bot", "maya")]
    assert (await hand_up(tuesday)).ending == "agent"
    assert len(await contacts(tuesday)) == 1

    await raise_hand(tuesday, "ben")
    await press_hand_up(tuesday, "ben", names.SORTED)
    sorted_ones = [_shown(each) for each in await hand_up_cards(tuesday, "ben")]
    assert as_hard == sorted_ones
    assert leaders[-1] == (await tuesday.slack.said("bot", "maya"))[-1].replace("U0BEN", "U0ANA")


def _shown(message: dict[str, object]) -> tuple[object, object]:
    return message["text"], message["blocks"]


async def test_statistics_of_hard_contacts_identify_agents_only_by_keyed_hashes(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    async with tuesday.database.reading() as session:
        month = (await session.scalars(select(HardContactMonth))).one()
        entry = (await session.scalars(select(PrivateEntry).where(PrivateEntry.cause == Cause.CONTACT))).one()
        ana = (await session.scalars(select(Person).where(Person.name == "ana"))).one()
        assert (month.count, len(month.people), entry.amount) == (1, 1, -3)
        assert ana.id not in f"{month.people}{entry.about}{entry.whose}"
    await tuesday.move(31 * DAY)
    async with tuesday.database.reading() as session:
        months = (await session.scalars(select(HardContactMonth))).all()
        assert [(each.count, each.carried, each.people, each.key) for each in months] == [(0, 1, [], "")]


async def test_person_who_is_not_a_leader_cannot_be_picked_for_a_hard_contact(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        ids = await people.ids_by_name(session, tuesday.workspace.id, ["ana", "ben"])
        team = (await session.scalars(select(Team))).one()
        with pytest.raises(Refusal) as refused:
            await requests.raise_contact(
                session, Actor(tuesday.workspace.id, ids["ana"]), team, ids["ben"], now=tuesday.now
            )
    assert refused.value.field == messages.LEADER
    assert await contacts(tuesday) == []
