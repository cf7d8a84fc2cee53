"""Tests of the list of hand-ups in `/queue`, and of hand-ups that wait until a busy leader is free."""

from datetime import timedelta

from bot.features.hand_ups.models import State
from bot.messages.hand_ups import lists, names
from tests.handlers.hand_ups.drivers import (
    WORDS,
    asks,
    hand_up,
    make_leaders,
    press_ask,
    press_card,
    raise_hand,
)  # fmt: skip
from tests.harness import World

MINUTE = timedelta(minutes=1)


async def listed(world: World, name: str) -> str:
    """Return the text about hand-ups that `/queue` shows to a person; it is empty if there is none."""
    answer = await world.slack.command(name, "", word="/queue")
    found = [each["text"]["text"] for each in answer.ack["blocks"] if each["block_id"].startswith("hand_ups_")]
    return "\n".join(found)


async def test_queue_command_shows_leaders_open_hand_ups_and_a_weekly_count(tuesday: World) -> None:
    assert await listed(tuesday, "maya") == ""
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    await raise_hand(tuesday, "ben", "which macro?")
    shown = await listed(tuesday, "maya")

    week, *lines = shown.splitlines()
    assert week.startswith("2 hand-ups in the last 7 days")
    assert WORDS in lines[0]
    assert lines[0].endswith(lists.STATES[State.COMING].format(helper="<@{}>".format(await _id(tuesday, "maya"))) + ")")
    assert "which macro?" in lines[1]
    assert await listed(tuesday, "ana") == ""


async def test_queue_command_counts_an_ended_hand_up_for_seven_days_but_does_not_list_it(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_card(tuesday, "ana", names.SORTED)
    assert (await listed(tuesday, "tom")).startswith("1 hand-up in the last 7 days")
    await tuesday.move(timedelta(days=7))
    assert await listed(tuesday, "tom") == ""


async def test_busy_leader_is_asked_about_a_waiting_hand_up_once_another_is_sorted(tuesday: World) -> None:
    await make_leaders(tuesday, "maya")
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    await raise_hand(tuesday, "ben", "which macro?")
    assert (await hand_up(tuesday)).state == State.UNANSWERED
    await press_card(tuesday, "ana", names.SORTED)
    await tuesday.move(MINUTE)

    assert (await hand_up(tuesday)).state == State.ASKING
    assert await asks(tuesday) == [("maya", "accepted"), ("maya", "waiting")]


async def _id(world: World, name: str) -> str:
    state = await world.slack.look("state")
    return str(next(each["id"] for each in state["users"] if each["name"] == name))
