"""Tests of what leaders see of hand-ups in `/queue`, and of hand-ups that wait for a leader who helps elsewhere."""

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
    """Return what `/queue` shows somebody of the team's hand-ups; an empty text if nothing."""
    answer = await world.slack.command(name, "", word="/queue")
    found = [each["text"]["text"] for each in answer.ack["blocks"] if each["block_id"].startswith("hand_ups_")]
    return "\n".join(found)


async def test_queue_shows_leaders_the_open_hand_ups_and_the_last_seven_days(tuesday: World) -> None:
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


async def test_queue_shows_no_hand_up_that_has_ended_and_counts_it_for_seven_days(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_card(tuesday, "ana", names.SORTED)
    assert (await listed(tuesday, "tom")).startswith("1 hand-up in the last 7 days")
    await tuesday.move(timedelta(days=7))
    assert await listed(tuesday, "tom") == ""


async def test_waiting_agent_is_helped_when_the_only_leader_has_sorted_another_hand_up(tuesday: World) -> None:
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
