"""Tests of *Tell me when this ticket changes*: a leader watches the ticket of a hard contact that is then forgotten."""

import asyncio
from datetime import timedelta

from sqlalchemy import select

from bot.features.tickets.watches import PERIOD
from bot.messages import hard_contacts as messages
from bot.messages import tickets
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.refusals import common as refusals
from bot.workflows import members
from bot.workflows.hard_contacts import check_ins
from tests.handlers.drivers import keep_only_jobs
from tests.handlers.hand_ups.drivers import make_leaders
from tests.handlers.hard_contacts.drivers import (
    NUMBER,
    TICKET,
    buttons,
    card,
    connect_ticket_tool,
    contacts,
    move_ticket,
    press,
    press_late,
    raise_contact,
    ticket_cards,
    watches,
)  # fmt: skip
from tests.handlers.webhooks.drivers import SECRET
from tests.harness import Json, World

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)


async def watch(world: World) -> None:
    """Have maya take ana's hard contact and watch its ticket."""
    await raise_contact(world, "ana", "maya")
    await press(world, "maya", messages.CHECK_IN)
    await press(world, "maya", messages.WATCH)


async def watched(world: World) -> Json:
    """Return the only message about the watched ticket in maya's DM."""
    (found,) = await ticket_cards(world, "maya")
    return found


async def test_button_to_watch_the_ticket_is_shown_from_the_leaders_answer_until_the_second_check_in(
    tuesday: World,
) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    await connect_ticket_tool(tuesday)
    await raise_contact(tuesday, "ana", "maya")
    assert messages.WATCH not in buttons(await card(tuesday, "maya"))
    await press(tuesday, "maya", messages.BREAK)
    assert messages.WATCH in buttons(await card(tuesday, "maya"))
    await tuesday.move(30 * MINUTE)
    assert buttons(await card(tuesday, "maya")) == [messages.WATCH, messages.DONE]
    await press(tuesday, "maya", messages.DONE)
    assert buttons(await card(tuesday, "maya")) == [messages.WATCH]
    await tuesday.move(DAY)
    assert buttons(await card(tuesday, "maya")) == [messages.WATCH, messages.DONE]
    await press(tuesday, "maya", messages.DONE)
    assert buttons(await card(tuesday, "maya")) == []


async def test_button_to_watch_a_ticket_is_missing_without_a_ticket_or_a_ticket_tool(tuesday: World) -> None:
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "maya", messages.BREAK)
    assert messages.WATCH not in buttons(await card(tuesday, "maya"))
    assert await press_late(tuesday, "maya", check_ins.watch_ticket) == refusals.CANNOT_WATCH
    await connect_ticket_tool(tuesday)
    await raise_contact(tuesday, "ben", "tom", ticket="")
    await press(tuesday, "tom", messages.CHECK_IN)
    assert messages.WATCH not in buttons(await card(tuesday, "tom"))


async def test_only_the_leader_who_watches_a_ticket_hears_of_its_new_status(tuesday: World) -> None:
    tool = await connect_ticket_tool(tuesday)
    await watch(tuesday)
    assert buttons(await watched(tuesday)) == [tickets.STOP]
    asked = (await watched(tuesday))["ts"]
    others = {name: await tuesday.slack.messages("bot", name) for name in ("ana", "ben", "tom")}
    channel = await tuesday.slack.said("harbour-support", "ben")
    await move_ticket(tuesday, tool, "Pending")

    told = await watched(tuesday)
    assert told["ts"] != asked
    assert f"{NUMBER} has changed: it's now pending" in told["text"]
    assert buttons(told) == [tickets.STOP]
    assert others == {name: await tuesday.slack.messages("bot", name) for name in others}
    assert channel == await tuesday.slack.said("harbour-support", "ben")


async def test_ten_status_changes_of_a_watched_ticket_in_a_minute_cause_one_message(tuesday: World) -> None:
    tool = await connect_ticket_tool(tuesday)
    await watch(tuesday)
    posts = len(await tuesday.slack.calls("chat.postMessage"))
    for nth in range(10):
        await move_ticket(tuesday, tool, f"step {nth}")

    assert len(await tuesday.slack.calls("chat.postMessage")) == posts + 1
    assert "step 9" in (await watched(tuesday))["text"]


async def test_second_press_says_that_the_ticket_is_already_watched(tuesday: World) -> None:
    await connect_ticket_tool(tuesday)
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "maya", messages.CHECK_IN)
    this = await card(tuesday, "maya")
    await asyncio.gather(*(press(tuesday, "maya", messages.WATCH, this) for _ in range(2)))

    assert len(await watches(tuesday)) == 1
    assert len(await ticket_cards(tuesday, "maya")) == 1
    assert refusals.already_watched(NUMBER) in str(await tuesday.slack.messages("bot", "maya"))


async def test_ticket_watch_outlives_the_hard_contact_and_does_not_refer_to_it(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    tool = await connect_ticket_tool(tuesday)
    await watch(tuesday)
    await tuesday.move(6 * DAY)
    assert await contacts(tuesday) == []
    await move_ticket(tuesday, tool, "Solved")

    (this,) = await watches(tuesday)
    assert this.details.model_dump().keys() == {"leader_id", "ticket", "card", "seen_until", "told"}
    assert "solved" in (await watched(tuesday))["text"]


async def test_stop_deletes_the_watch_and_the_ticket_can_be_watched_again(tuesday: World) -> None:
    tool = await connect_ticket_tool(tuesday)
    await watch(tuesday)
    await press(tuesday, "maya", tickets.STOP, await watched(tuesday))
    assert await watches(tuesday) == []
    assert buttons(await watched(tuesday)) == []
    await move_ticket(tuesday, tool, "Pending")
    assert "pending" not in str(await tuesday.slack.messages("bot", "maya"))
    await press(tuesday, "maya", messages.WATCH)
    assert len(await watches(tuesday)) == 1


async def test_message_about_a_watched_ticket_waits_from_a_day_off_until_monday(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    tool = await connect_ticket_tool(tuesday)
    await watch(tuesday)
    await tuesday.move(4 * DAY)
    await move_ticket(tuesday, tool, "Pending")
    await tuesday.move(DAY)
    assert await ticket_cards(tuesday, "maya") == []
    await tuesday.move(DAY)
    assert "pending" in (await watched(tuesday))["text"]


async def test_leader_who_is_away_gets_the_message_about_a_watched_ticket_on_return(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts")
    tool = await connect_ticket_tool(tuesday)
    await watch(tuesday)
    await tuesday.slack.command("maya", "away until Thursday", word="/steward")
    await move_ticket(tuesday, tool, "Pending")
    await tuesday.move(DAY)
    await move_ticket(tuesday, tool, "Solved")
    assert await ticket_cards(tuesday, "maya") == []
    await tuesday.move(DAY)

    assert "solved" in (await watched(tuesday))["text"]


async def test_former_leader_gets_no_more_messages_about_a_watched_ticket(tuesday: World) -> None:
    tool = await connect_ticket_tool(tuesday)
    await raise_contact(tuesday, "ana", "tom")
    await press(tuesday, "tom", messages.CHECK_IN)
    await press(tuesday, "tom", messages.WATCH)
    await make_leaders(tuesday, "maya")
    async with tuesday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await membership.lock_team(session, team.id)
        await members.cancel_orphaned(session, team, now=tuesday.now)
    await tuesday.move(MINUTE)

    assert await watches(tuesday) == []
    (left,) = await ticket_cards(tuesday, "tom")
    assert buttons(left) == []
    await move_ticket(tuesday, tool, "Pending")
    assert "pending" not in str(await tuesday.slack.messages("bot", "tom"))


async def test_ticket_watch_of_a_leader_who_leaves_the_channel_is_deleted(tuesday: World) -> None:
    await connect_ticket_tool(tuesday)
    await raise_contact(tuesday, "ana", "tom")
    await press(tuesday, "tom", messages.CHECK_IN)
    await press(tuesday, "tom", messages.WATCH)
    await tuesday.slack.do("channels", channel="harbour-support", remove=["tom"])
    await tuesday.move(MINUTE)
    assert await watches(tuesday) == []


async def test_button_of_an_expired_ticket_watch_gets_a_friendly_answer(tuesday: World) -> None:
    await keep_only_jobs(tuesday, "hard_contacts", "retention")
    await connect_ticket_tool(tuesday)
    await watch(tuesday)
    await tuesday.move(PERIOD + 2 * DAY)
    assert await watches(tuesday) == []
    await press(tuesday, "maya", tickets.STOP, await watched(tuesday))
    assert refusals.NOT_WATCHED in str(await tuesday.slack.messages("bot", "maya"))


async def test_leader_card_shows_the_ticket_beside_the_button(tuesday: World) -> None:
    await connect_ticket_tool(tuesday)
    await raise_contact(tuesday, "ana", "maya")
    await press(tuesday, "maya", messages.COVER)
    line = next(block for block in (await card(tuesday, "maya"))["blocks"] if block.get("accessory"))
    assert TICKET in line["text"]["text"]
    assert line["accessory"]["action_id"] == messages.WATCH
    assert SECRET not in str(line)
