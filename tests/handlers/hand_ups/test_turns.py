"""Tests of hand-ups in a team of seven leaders: when each is asked, and what the agent's card shows at each step."""

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
    """Return the action IDs of a message's buttons."""
    return {
        each["action_id"] for block in message["blocks"] for each in block.get("elements", []) if "action_id" in each
    }


async def test_leaders_and_then_deputies_are_asked_about_a_hand_up_every_five_minutes(seven: World) -> None:
    await raise_hand(seven, "ana")
    for number in range(6):
        assert len(await asked(seven)) == number + 1
        said = await card_text(seven, "ana")
        assert said.startswith(f"I'm asking the {ORDINALS[number]} of {SIX} leaders.")
        assert not [name for name in (*LEADERS, DEPUTY_AT_WORK) if name in said]
        await seven.move(5 * MINUTE)

    assert await minutes_until_asked(seven) == [0, 5, 10, 15, 20, 25]
    assert {*(await asked(seven))[:5]} == {*LEADERS}
    assert (await asked(seven))[5:] == [DEPUTY_AT_WORK]
    assert (await hand_up(seven)).state == State.UNANSWERED
    assert "no leader can come right now" in await card_text(seven, "ana")
    assert not await ask_cards(seven, DEPUTY_OFF_WORK)


async def test_deputy_off_work_is_asked_only_if_the_agent_requests_it(seven: World) -> None:
    await raise_hand(seven, "ana")
    await seven.move(31 * MINUTE)
    assert DEPUTY_OFF_WORK not in await asked(seven)
    assert names.DEPUTIES in actions((await cards(seven, "ana"))[-1])
    await press_card(seven, "ana", names.DEPUTIES)

    assert (await asked(seven))[6:] == [DEPUTY_OFF_WORK]
    assert len(await ask_cards(seven, DEPUTY_OFF_WORK)) == 1
    await press_ask(seven, DEPUTY_OFF_WORK, names.COMING)
    assert "@zoe is coming" in await card_text(seven, "ana")


async def test_while_a_customer_is_waiting_all_leaders_are_asked_after_three_did_not_answer(
    seven: World,
) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    assert (await card_text(seven, "ana")).startswith(f"I'm asking the first of {SIX} leaders.")
    await seven.move(timedelta(minutes=6, seconds=1))

    assert [round(each) for each in await minutes_until_asked(seven)] == [0, 2, 4, 6, 6, 6]
    assert [state for _, state in await asks(seven)] == ["expired"] * 3 + ["waiting"] * 3
    assert (await card_text(seven, "ana")).startswith("I'm asking all the other leaders at work.")
    await seven.move(2 * MINUTE)
    assert [state for _, state in await asks(seven)] == ["expired"] * 6
    assert "no leader can come right now" in await card_text(seven, "ana")


async def test_card_of_a_hand_up_does_not_count_a_leader_who_helps_another_agent(seven: World) -> None:
    await raise_hand(seven, "ben")
    await press_ask(seven, (await asked(seven))[0], names.COMING)
    await raise_hand(seven, "ana")

    assert (await card_text(seven, "ana")).startswith(f"I'm asking the first of {NUMBERS[2]} leaders.")


async def test_agent_does_not_see_which_leader_declined_a_hand_up(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.ANOTHER)

    assert await asks(seven) == [(first, "declined"), ((await asked(seven))[1], "waiting")]
    assert (await card_text(seven, "ana")).startswith(f"I'm asking the second of {SIX} leaders.")
    assert first not in str(await seven.slack.messages("bot", "ana"))


async def test_offer_to_come_in_ten_minutes_stops_further_asks_if_no_customer_is_waiting(
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


async def test_agent_is_asked_after_five_minutes_whether_the_accepting_leader_has_come(seven: World) -> None:
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


async def test_asks_continue_after_a_leader_offers_to_come_in_ten_minutes_if_a_customer_is_waiting(
    seven: World,
) -> None:
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


async def test_leader_who_can_come_now_replaces_the_leader_who_offered_to_come_in_ten_minutes(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    second = (await asked(seven))[1]
    await press_ask(seven, second, names.COMING)

    assert f"@{second} is coming" in await card_text(seven, "ana")
    assert "knows that you're coming" not in (await ask_cards(seven, first))[-1]["text"]
    await press_card(seven, "ana", names.SORTED)
    assert (await hand_up(seven)).state == State.ENDED


async def test_asks_resume_if_a_customer_starts_waiting_after_a_leader_promised_to_come_in_ten_minutes(
    seven: World,
) -> None:
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


async def test_no_other_leader_is_asked_if_a_customer_starts_waiting_while_a_leader_is_coming(seven: World) -> None:
    await raise_hand(seven, "ana")
    await press_ask(seven, (await asked(seven))[0], names.COMING)
    await raise_hand_for_waiting_customer(seven, "ana")

    assert (await hand_up(seven)).is_waiting
    assert [state for _, state in await asks(seven)] == ["accepted"]


async def test_agent_still_expects_the_first_of_two_leaders_who_offered_to_come_in_ten_minutes(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    second = (await asked(seven))[1]
    await seven.move(MINUTE)
    await press_ask(seven, second, names.IN_A_WHILE)

    assert (await card_text(seven, "ana")).startswith(f"@{first} can come at")
    assert "in 10 minutes" in (await ask_cards(seven, first))[-1]["text"]


async def test_leader_asked_before_a_hand_up_was_put_on_hold_is_asked_first_after_the_hold(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_card(seven, "ana", names.HOLD)
    assert (await card_text(seven, "ana")).startswith("Paused until")
    assert await asks(seven) == [(first, "withdrawn")]
    await seven.move(14 * MINUTE)
    assert await asks(seven) == [(first, "withdrawn")]
    await seven.move(1 * MINUTE)
    assert await asks(seven) == [(first, "waiting")]
    assert (await card_text(seven, "ana")).startswith(f"I'm asking the first of {SIX} leaders.")
    await seven.move(5 * MINUTE)
    assert [state for _, state in await asks(seven)] == ["expired", "waiting"]


async def test_leaders_asked_together_before_a_hold_are_asked_together_after_it(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    await seven.move(timedelta(minutes=6, seconds=1))
    assert [state for _, state in await asks(seven)] == ["expired"] * 3 + ["waiting"] * 3
    await press_card(seven, "ana", names.HOLD)
    await press_card(seven, "ana", names.RESUME)

    assert [state for _, state in await asks(seven)] == ["expired"] * 3 + ["waiting"] * 3
    assert (await card_text(seven, "ana")).startswith("I'm asking all the other leaders at work.")


async def test_third_ask_after_a_hold_goes_to_all_remaining_leaders_if_a_customer_is_waiting(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    await seven.move(timedelta(minutes=4, seconds=1))
    await press_card(seven, "ana", names.HOLD)
    await press_card(seven, "ana", names.RESUME)

    assert [state for _, state in await asks(seven)] == ["expired"] * 2 + ["waiting"] * 4


async def test_ask_is_posted_again_after_a_hold_so_that_the_leader_is_notified(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    before = (await ask_cards(seven, first))[-1]["ts"]
    await press_card(seven, "ana", names.HOLD)
    await press_card(seven, "ana", names.RESUME)

    (card,) = await ask_cards(seven, first)
    assert card["ts"] > before, "an edit does not notify"
    assert names.COMING in actions(card)


async def test_leader_who_did_not_answer_in_time_can_still_accept_a_hand_up(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await seven.move(6 * MINUTE)
    second = (await asked(seven))[1]
    await press_ask(seven, first, names.COMING)

    assert await asks(seven) == [(first, "accepted"), (second, "withdrawn")]
    assert f"@{first} is coming" in await card_text(seven, "ana")
    assert names.COMING not in actions((await ask_cards(seven, second))[-1])


async def test_expired_ask_about_a_hand_up_has_a_button_only_while_nobody_is_coming(seven: World) -> None:
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


async def test_leader_who_came_can_mark_a_hand_up_as_sorted(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.COMING)
    await press_ask(seven, first, names.HERE)
    await seven.move(9 * MINUTE)
    await press_ask(seven, first, names.SORTED)

    assert f"@{first} says it's sorted" in await card_text(seven, "ana")
    assert (await hand_up(seven)).state == State.ENDED
    assert element((await cards(seven, "ana"))[-1], names.AFTERWARDS)


async def test_minutes_spent_helping_with_a_hand_up_count_as_front_line_in_the_balance(seven: World) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.COMING)
    await press_ask(seven, first, names.HERE)
    await seven.move(12 * MINUTE)
    await press_card(seven, "ana", names.SORTED)
    balance = await seven.slack.command(first, "", word="/balance")

    assert "12 min" in str(balance.ack), balance.ack
    assert "12 minutes" in (await ask_cards(seven, first))[-1]["text"]


async def test_hand_up_ends_with_the_agents_working_day_and_sends_nothing_the_next_morning(seven: World) -> None:
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
