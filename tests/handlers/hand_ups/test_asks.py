"""Tests of hand-ups in a team of two leaders: who is asked when, and what the agent's card shows."""

from datetime import timedelta

from bot.features.hand_ups import queries
from bot.features.hand_ups.models import State
from bot.messages.hand_ups import names
from bot.org import people
from tests.handlers.hand_ups.drivers import (
    WORDS,
    asks,
    card_text,
    hand_up,
    press_ask,
    press_card,
    raise_hand,
)  # fmt: skip
from tests.harness import World

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)


async def test_leader_at_work_is_asked_immediately_about_a_hand_up(tuesday: World) -> None:
    answer = await raise_hand(tuesday, "ana")

    assert "DM" in answer.text
    assert await asks(tuesday) == [("maya", "waiting")]
    assert (await card_text(tuesday, "ana")).startswith("I'm asking a leader.")
    await press_ask(tuesday, "maya", names.COMING)
    assert "@maya is coming" in await card_text(tuesday, "ana")
    await press_ask(tuesday, "maya", names.HERE)
    assert "@maya is with you" in await card_text(tuesday, "ana")
    await tuesday.move(12 * MINUTE)
    await press_card(tuesday, "ana", names.SORTED)
    assert (await hand_up(tuesday)).state == State.ENDED
    assert (await hand_up(tuesday)).words == WORDS


async def test_agent_is_told_that_no_leader_can_come_if_none_answers_within_five_minutes(
    tuesday: World,
) -> None:
    await raise_hand(tuesday, "ana")
    await tuesday.move(4 * MINUTE)
    assert await asks(tuesday) == [("maya", "waiting")]
    await tuesday.move(2 * MINUTE)
    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]
    await tuesday.move(6 * MINUTE)
    assert await asks(tuesday) == [("maya", "expired"), ("tom", "expired")]
    assert "no leader can come right now" in await card_text(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    assert "@maya is coming" in await card_text(tuesday, "ana")


async def test_next_leader_is_asked_if_the_agent_says_that_the_helper_has_not_come_yet(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    await tuesday.move(6 * MINUTE)
    assert await card_text(tuesday, "ana") == "Is @maya with you?"
    await press_card(tuesday, "ana", names.NOT_YET)
    assert await asks(tuesday) == [("maya", "accepted"), ("tom", "waiting")]


async def test_wait_for_a_helper_who_replaced_another_lasts_until_that_helpers_own_answer(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    await tuesday.move(6 * MINUTE)
    await press_card(tuesday, "ana", names.NOT_YET)
    await press_ask(tuesday, "tom", names.COMING)

    since, until = tuesday.now - HOUR, tuesday.now + HOUR
    async with tuesday.database.reading() as session:
        ids = ("U0MAYA0000", "U0TOM00000")
        maya, tom = [await people.fetch_person(session, tuesday.workspace.id, id) for id in ids]
        assert await queries.list_waits(session, maya, since, until) == []
        (wait,) = await queries.list_waits(session, tom, since, until)
        assert 6 * MINUTE <= wait < 7 * MINUTE
        assert await queries.list_waits(session, tom, since, until - HOUR - MINUTE) == []
