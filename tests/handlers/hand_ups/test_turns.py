"""Tests of hand-ups in a team of seven leaders: when each is asked, and what the agent's card says at each step."""

from datetime import timedelta

from bot.features.hand_ups.models import State
from bot.messages.hand_ups import names
from bot.messages.hand_ups.cards import NUMBERS, ORDINALS
from tests.handlers.hand_ups.drivers import (
    DEPUTY_AT_WORK,
    DEPUTY_OFF_WORK,
    LEADERS,
    MINUTE,
    ask_cards,
    asked,
    asks,
    card_text,
    cards,
    element,
    hand_up,
    minutes_until_asked,
    press_ask,
    press_card,
    raise_hand,
    raise_hand_for_waiting_customer,
)  # fmt: skip
from tests.harness import Json, World

SIX = NUMBERS[3]


def actions(message: Json) -> set[str]:
    """Return the ids of a message's buttons."""
    return {
        each["action_id"] for block in message["blocks"] for each in block.get("elements", []) if "action_id" in each
    }


async def test_each_leader_at_work_is_asked_five_minutes_after_the_one_before_and_the_deputy_last(seven: World) -> None:
    await raise_hand(seven, "ana")
    for number in range(6):
        assert len(await asked(seven)) == number + 1
        said = await card_text(seven, "ana")
        assert said.startswith(f"Asking the {ORDINALS[number]} of {SIX} leaders, until")
        assert not [name for name in (*LEADERS, DEPUTY_AT_WORK) if name in said]
        await seven.move(5 * MINUTE)

    assert await minutes_until_asked(seven) == [0, 5, 10, 15, 20, 25]
    assert {*(await asked(seven))[:5]} == {*LEADERS}
    assert (await asked(seven))[5:] == [DEPUTY_AT_WORK]
    assert (await hand_up(seven)).state == State.UNANSWERED
    assert "no leader can come right now" in await card_text(seven, "ana")
    assert not await ask_cards(seven, DEPUTY_OFF_WORK)


async def test_deputy_off_work_is_asked_only_after_the_agent_wants_that(seven: World) -> None:
    await raise_hand(seven, "ana")
    await seven.move(31 * MINUTE)
    assert DEPUTY_OFF_WORK not in await asked(seven)
    assert names.DEPUTIES in actions((await cards(seven, "ana"))[-1])
    await press_card(seven, "ana", names.DEPUTIES)

    assert (await asked(seven))[6:] == [DEPUTY_OFF_WORK]
    assert len(await ask_cards(seven, DEPUTY_OFF_WORK)) == 1
    await press_ask(seven, DEPUTY_OFF_WORK, names.COMING)
    assert "@zoe is coming" in await card_text(seven, "ana")


async def test_three_leaders_have_two_minutes_each_while_a_customer_waits_and_then_all_others_are_asked_at_once(
    seven: World,
) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    assert (await card_text(seven, "ana")).startswith(f"Asking the first of {SIX} leaders, until")
    await seven.move(timedelta(minutes=6, seconds=1))

    assert [round(each) for each in await minutes_until_asked(seven)] == [0, 2, 4, 6, 6, 6]
    assert [state for _, state in await asks(seven)] == ["expired"] * 3 + ["waiting"] * 3
    assert (await card_text(seven, "ana")).startswith("Asking everyone else at work, until")
    await seven.move(2 * MINUTE)
    assert [state for _, state in await asks(seven)] == ["expired"] * 6
    assert "no leader can come right now" in await card_text(seven, "ana")


async def test_leader_who_helps_another_agent_is_not_counted(seven: World) -> None:
    await raise_hand(seven, "ben")
    await press_ask(seven, (await asked(seven))[0], names.COMING)
    await raise_hand(seven, "ana")

    assert (await card_text(seven, "ana")).startswith(f"Asking the first of {NUMBERS[2]} leaders, until")


async def test_agent_does_not_see_who_said_no(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.ANOTHER)

    assert await asks(seven) == [(first, "declined"), ((await asked(seven))[1], "waiting")]
    assert (await card_text(seven, "ana")).startswith(f"Asking the second of {SIX} leaders, until")
    assert first not in str(await seven.slack.messages("bot", "ana"))


async def test_leader_who_comes_in_ten_minutes_stops_the_asking_and_the_agent_is_asked_after_fifteen(
    seven: World,
) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    assert f"@{first} is coming at" in await card_text(seven, "ana")
    await seven.move(14 * MINUTE)
    assert len(await asked(seven)) == 1
    assert f"@{first} is coming" in await card_text(seven, "ana")
    await seven.move(1 * MINUTE)
    assert await card_text(seven, "ana") == f"Is @{first} with you?"


async def test_agent_is_asked_five_minutes_after_coming_whether_the_leader_is_there(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.COMING)
    await seven.move(4 * MINUTE)
    assert f"@{first} is coming" in await card_text(seven, "ana")
    await seven.move(1 * MINUTE)
    assert await card_text(seven, "ana") == f"Is @{first} with you?"
    await press_card(seven, "ana", names.THERE)
    assert f"@{first} is with you" in await card_text(seven, "ana")
    assert (await hand_up(seven)).state == State.HERE


async def test_others_are_asked_in_the_ten_minutes_while_a_customer_waits(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)

    said = await card_text(seven, "ana")
    assert said.startswith(f"@{first} can come at")
    assert len(await asked(seven)) == 2
    await seven.move(7 * MINUTE)
    assert len(await asked(seven)) == 6
    assert f"@{first} is coming at" in await card_text(seven, "ana")
    assert (await hand_up(seven)).helper_id


async def test_another_leader_comes_sooner_than_the_one_who_said_in_ten_minutes(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    second = (await asked(seven))[1]
    await press_ask(seven, second, names.COMING)

    assert f"@{second} is coming" in await card_text(seven, "ana")
    assert "knows that you're coming" not in (await ask_cards(seven, first))[-1]["text"]
    await press_card(seven, "ana", names.SORTED)
    assert (await hand_up(seven)).state == State.ENDED


async def test_next_leader_is_asked_when_a_customer_waits_after_one_said_in_ten_minutes(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    assert f"@{first} is coming at" in await card_text(seven, "ana")
    await seven.move(MINUTE)
    await press_card(seven, "ana", names.CUSTOMER)

    assert (await card_text(seven, "ana")).startswith(f"@{first} can come at")
    assert [state for _, state in await asks(seven)] == ["accepted", "waiting"]
    assert "I'm still asking others" in (await ask_cards(seven, first))[-1]["text"]
    await press_ask(seven, (await asked(seven))[1], names.COMING)
    assert f"@{(await asked(seven))[1]} is coming" in await card_text(seven, "ana")


async def test_nobody_else_is_asked_when_a_customer_waits_while_a_leader_comes_at_once(seven: World) -> None:
    await raise_hand(seven, "ana")
    await press_ask(seven, (await asked(seven))[0], names.COMING)
    await raise_hand_for_waiting_customer(seven, "ana")

    assert (await hand_up(seven)).is_waiting
    assert [state for _, state in await asks(seven)] == ["accepted"]


async def test_first_leader_who_said_in_ten_minutes_is_expected_when_a_second_says_so_too(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    second = (await asked(seven))[1]
    await seven.move(MINUTE)
    await press_ask(seven, second, names.IN_A_WHILE)

    assert (await card_text(seven, "ana")).startswith(f"@{first} can come at")
    assert "in 10 minutes" in (await ask_cards(seven, first))[-1]["text"]


async def test_leader_who_was_asked_before_the_pause_is_asked_again_after_it_and_then_the_next(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_card(seven, "ana", names.HOLD)
    assert (await card_text(seven, "ana")).startswith("On hold until")
    assert await asks(seven) == [(first, "withdrawn")]
    await seven.move(14 * MINUTE)
    assert await asks(seven) == [(first, "withdrawn")]
    await seven.move(1 * MINUTE)
    assert await asks(seven) == [(first, "waiting")]
    assert (await card_text(seven, "ana")).startswith(f"Asking the first of {SIX} leaders, until")
    await seven.move(5 * MINUTE)
    assert [state for _, state in await asks(seven)] == ["expired", "waiting"]


async def test_everybody_who_was_asked_before_the_pause_is_asked_after_it_while_a_customer_waits(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    await seven.move(timedelta(minutes=6, seconds=1))
    assert [state for _, state in await asks(seven)] == ["expired"] * 3 + ["waiting"] * 3
    await press_card(seven, "ana", names.HOLD)
    await press_card(seven, "ana", names.RESUME)

    assert [state for _, state in await asks(seven)] == ["expired"] * 3 + ["waiting"] * 3
    assert (await card_text(seven, "ana")).startswith("Asking everyone else at work, until")


async def test_third_leader_is_asked_after_the_pause_with_all_others_while_a_customer_waits(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    await seven.move(timedelta(minutes=4, seconds=1))
    await press_card(seven, "ana", names.HOLD)
    await press_card(seven, "ana", names.RESUME)

    assert [state for _, state in await asks(seven)] == ["expired"] * 2 + ["waiting"] * 4


async def test_leader_is_rung_anew_after_the_pause(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    before = (await ask_cards(seven, first))[-1]["ts"]
    await press_card(seven, "ana", names.HOLD)
    await press_card(seven, "ana", names.RESUME)

    (card,) = await ask_cards(seven, first)
    assert card["ts"] > before, "an edit does not notify"
    assert names.COMING in actions(card)


async def test_leader_who_did_not_answer_in_time_can_still_come(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await seven.move(6 * MINUTE)
    second = (await asked(seven))[1]
    await press_ask(seven, first, names.COMING)

    assert await asks(seven) == [(first, "accepted"), (second, "withdrawn")]
    assert f"@{first} is coming" in await card_text(seven, "ana")
    assert names.COMING not in actions((await ask_cards(seven, second))[-1])


async def test_leader_who_did_not_answer_has_a_button_only_while_nobody_else_comes(seven: World) -> None:
    await raise_hand(seven, "ana")
    await seven.move(6 * MINUTE)
    first, second = await asked(seven)
    assert names.COMING in actions((await ask_cards(seven, first))[-1])
    await press_ask(seven, second, names.COMING)
    assert names.COMING not in actions((await ask_cards(seven, first))[-1])
    await seven.move(6 * MINUTE)
    await press_card(seven, "ana", names.NOT_YET)
    assert names.COMING in actions((await ask_cards(seven, first))[-1])
    await press_card(seven, "ana", names.SORTED)
    assert not actions((await ask_cards(seven, first))[-1])


async def test_leader_says_that_it_is_sorted(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.COMING)
    await press_ask(seven, first, names.HERE)
    await seven.move(9 * MINUTE)
    await press_ask(seven, first, names.SORTED)

    assert f"@{first} says it's sorted" in await card_text(seven, "ana")
    assert (await hand_up(seven)).state == State.ENDED
    assert element((await cards(seven, "ana"))[-1], names.AFTERWARDS)


async def test_helpers_minutes_count_as_front_line(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.COMING)
    await press_ask(seven, first, names.HERE)
    await seven.move(12 * MINUTE)
    await press_card(seven, "ana", names.SORTED)
    balance = await seven.slack.command(first, "", word="/balance")

    assert "12 min" in str(balance.ack), balance.ack
    assert "12 minutes" in (await ask_cards(seven, first))[-1]["text"]


async def test_hand_up_ends_with_the_agents_working_day_and_nothing_rings_the_next_morning(seven: World) -> None:
    await seven.move(timedelta(hours=6, minutes=20))
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await seven.move(timedelta(hours=1, minutes=9))
    this = await hand_up(seven)
    assert this.state == State.ENDED
    assert "working day is over" in await card_text(seven, "ana")
    people = (*LEADERS, DEPUTY_AT_WORK, DEPUTY_OFF_WORK, "ana")
    shown = {name: len(await ask_cards(seven, name)) + len(await cards(seven, name)) for name in people}
    assert shown[first]
    await seven.move(timedelta(days=1))
    assert {name: len(await ask_cards(seven, name)) + len(await cards(seven, name)) for name in people} == shown
