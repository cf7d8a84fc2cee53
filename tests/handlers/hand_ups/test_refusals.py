"""Tests of hand-ups with invalid input, changes of people and channels, errors from Slack and double presses."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import func, select

from bot.features.hand_ups.models import Ending, HandUp, State
from bot.features.hand_ups.rules import HOLD
from bot.messages.hand_ups import forms, names
from bot.org.people import Person
from bot.refusals import common, hand_ups
from bot.workflows.hand_ups.requests import DAILY_LIMIT
from tests.handlers.drivers import dm, settled
from tests.handlers.hand_ups.drivers import (
    LEADERS,
    MINUTE,
    WORDS,
    ask_cards,
    asked,
    asks,
    card_text,
    cards,
    change_people,
    element,
    fill_in,
    hand_up,
    make_leaders,
    make_second_team,
    press_ask,
    press_card,
    raise_hand,
    raise_hand_for_waiting_customer,
)  # fmt: skip
from tests.harness import Json, World


async def how_many(world: World) -> int:
    async with world.database.reading() as session:
        return await session.scalar(select(func.count()).select_from(HandUp)) or 0


def initial(view: Json) -> str:
    (found,) = [each["element"]["initial_value"] for each in view["blocks"] if each.get("block_id") == names.TEXT]
    return str(found)


@pytest.mark.parametrize(
    ("name", "words"),
    [("maya", hand_ups.FOR_AGENTS), ("grace", hand_ups.FOR_AGENTS), ("nils", common.IN_NO_TEAM)],
    ids=["leader", "sponsor", "in no team"],
)
async def test_only_agents_can_raise_a_hand(tuesday: World, name: str, words: str) -> None:
    if name == "nils":
        await tuesday.slack.do("users", user="nils", real_name="Nils Berg")
        await tuesday.sandbox.settled()
    answer = await tuesday.slack.command(name, WORDS, word="/handup", channel="general")

    assert words in answer.text
    assert await how_many(tuesday) == 0


async def test_agent_in_two_teams_picks_one_in_a_hand_up_form_that_keeps_the_text(tuesday: World) -> None:
    await make_second_team(tuesday, leaders=["grace"], agents=["ana"])
    await tuesday.slack.command("ana", WORDS, word="/handup", channel="bot")
    assert await how_many(tuesday) == 0
    view = (await tuesday.slack.views("ana"))[-1]
    assert initial(view) == WORDS
    (menu,) = [each["element"] for each in view["blocks"] if each["block_id"] == names.TEAM]
    (general,) = [each["value"] for each in menu["options"] if each["text"]["text"] == "#general"]
    await fill_in(tuesday, "ana", **{names.TEXT: WORDS, names.TEAM: general})

    assert await asked(tuesday) == ["grace"]


@pytest.mark.parametrize("text", ["", "  ", "help"])
async def test_hand_up_command_without_text_opens_the_form(tuesday: World, text: str) -> None:
    await raise_hand(tuesday, "ana", text)

    assert (await tuesday.slack.views("ana"))[-1]["callback_id"] == names.FORM
    assert await how_many(tuesday) == 0


@pytest.mark.parametrize(
    ("text", "refusal"),
    [(":fire: :fire:", hand_ups.NO_WORDS), ("\U0001f525", hand_ups.NO_WORDS), ("@ben", hand_ups.NO_WORDS),
     ("refund " * 428, common.too_long(forms.LONGEST_LINE))],
    ids=["emoji names", "emoji", "only a person", "3,000 characters"],
)  # fmt: skip
async def test_hand_up_command_with_invalid_text_opens_a_form_that_keeps_the_text(
    tuesday: World, text: str, refusal: str
) -> None:
    answer = await raise_hand(tuesday, "ana", text)

    assert answer.ack == {}
    view = (await tuesday.slack.views("ana"))[-1]
    assert refusal in str(view["blocks"][0])
    assert initial(view) == text.strip()
    assert await how_many(tuesday) == 0
    await fill_in(tuesday, "ana", **{names.TEXT: WORDS})
    assert (await hand_up(tuesday)).words == WORDS


@pytest.mark.parametrize("text", ["  ", "\n\n", ":fire:"])
async def test_hand_up_form_without_words_shows_an_error_at_the_field(tuesday: World, text: str) -> None:
    await raise_hand(tuesday, "ana", "")
    answer = await fill_in(tuesday, "ana", **{names.TEXT: text})

    assert answer.errors == {names.TEXT: hand_ups.NO_WORDS}


async def test_second_and_third_command_within_a_minute_add_lines_to_the_open_hand_up(tuesday: World) -> None:
    for words in (WORDS, "she is on line 2", "and *angry* <!channel>"):
        await raise_hand(tuesday, "ana", words)

    assert await how_many(tuesday) == 1
    (card,) = await ask_cards(tuesday, "maya")
    assert ">she is on line 2" in str(card["blocks"][0])
    assert "<!channel>" not in str(card)
    await press_ask(tuesday, "maya", names.COMING)
    await raise_hand(tuesday, "ana", "she has hung up")
    assert ">she has hung up" in str((await ask_cards(tuesday, "maya"))[-1]["blocks"][0])
    assert "@maya is coming" in await card_text(tuesday, "ana")


async def test_concurrent_hand_up_commands_of_one_agent_create_one_hand_up(tuesday: World) -> None:
    await asyncio.gather(*(tuesday.slack.command("ana", WORDS, word="/handup") for _ in range(3)))
    await settled(tuesday)

    assert await how_many(tuesday) == 1
    assert await asks(tuesday) == [("maya", "waiting")]


async def test_total_length_of_the_lines_of_a_hand_up_is_limited(tuesday: World) -> None:
    for number in range(5):
        answer = await raise_hand(tuesday, "ana", f"{number}" * 590)

    assert (await tuesday.slack.views("ana"))[-1]["callback_id"] == names.FORM
    assert len((await hand_up(tuesday)).words) <= forms.LONGEST_WORDS
    assert answer.ack == {}


async def test_answer_timeout_of_a_hand_up_is_shorter_once_the_agent_says_a_customer_is_waiting(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await tuesday.move(2 * MINUTE)
    assert await asks(tuesday) == [("maya", "waiting")]
    await press_card(tuesday, "ana", names.CUSTOMER)

    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]


async def test_hand_up_beyond_the_daily_limit_is_refused_and_the_answer_repeats_its_text(tuesday: World) -> None:
    for _ in range(DAILY_LIMIT):
        await raise_hand(tuesday, "ana")
        await press_card(tuesday, "ana", names.SORTED)
    answer = await raise_hand(tuesday, "ana", "one more refund")

    assert common.daily_limit(DAILY_LIMIT) in answer.text
    assert "one more refund" in answer.text
    assert await how_many(tuesday) == DAILY_LIMIT


async def test_form_that_adds_a_line_to_yesterdays_hand_up_is_refused(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_card(tuesday, "ana", names.ADD)
    await tuesday.move(timedelta(days=1))
    answer = await tuesday.slack.submit("ana", **{names.TEXT: "she is on line 2"})

    assert hand_ups.ENDED in str(answer.ack)
    assert (await hand_up(tuesday)).words == WORDS
    assert not [each for each in await ask_cards(tuesday, "maya") if "hand_ups:" in str(each)]


async def test_leader_demoted_after_being_asked_cannot_accept_a_hand_up(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await make_leaders(tuesday, "tom")
    await press_ask(tuesday, "maya", names.COMING)

    await dm(tuesday, "maya", hand_ups.FOR_LEADERS)
    assert (await hand_up(tuesday)).state == State.ASKING


async def test_next_leader_is_asked_about_a_hand_up_when_the_first_is_demoted(seven: World) -> None:
    await change_people(seven, leaders=["maya", "nora", "tom"], deputies=["tom"])
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    if first == "maya":
        await press_ask(seven, first, names.ANOTHER)
    await change_people(seven, leaders=["maya", "tom"], deputies=["tom"])

    assert ("nora", "withdrawn") in await asks(seven)
    assert (await asks(seven))[-1] in [("maya", "waiting"), ("tom", "waiting")]


@pytest.mark.parametrize("is_there", [False, True])
async def test_next_leader_is_asked_when_the_leader_helping_with_a_hand_up_leaves_the_team(
    seven: World, is_there: bool
) -> None:
    await raise_hand(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.COMING)
    if is_there:
        await press_ask(seven, first, names.HERE)
    await seven.slack.do("channels", channel="harbour-support", remove=[first])
    await settled(seven)

    assert [state for _, state in await asks(seven)] == ["accepted", "waiting"]
    assert (await card_text(seven, "ana")).startswith("I'm asking the second of")
    assert WORDS not in str((await ask_cards(seven, first))[-1]), "who has left does not read on"


async def test_leader_who_promised_to_come_in_ten_minutes_and_left_is_no_longer_expected(seven: World) -> None:
    await raise_hand_for_waiting_customer(seven, "ana")
    first = (await asked(seven))[0]
    await press_ask(seven, first, names.IN_A_WHILE)
    await seven.slack.do("channels", channel="harbour-support", remove=[first])
    await settled(seven)

    assert first not in await card_text(seven, "ana")
    await seven.move(8 * MINUTE)
    assert "no leader can come right now" in await card_text(seven, "ana")


async def test_hand_up_ends_when_the_agent_leaves_the_team(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await tuesday.slack.do("channels", channel="harbour-support", remove=["ana"])
    await settled(tuesday)

    assert (await hand_up(tuesday)).ending == Ending.LEFT
    assert await asks(tuesday) == [("maya", "withdrawn")]
    assert "no longer in that team" in await card_text(tuesday, "ana")


async def test_agent_who_becomes_a_leader_is_not_asked_about_their_own_hand_up(seven: World) -> None:
    await raise_hand(seven, "ana")
    await change_people(seven, leaders=[*LEADERS, "ana"], deputies=[])
    await seven.move(30 * MINUTE)

    assert "ana" not in await asked(seven)
    assert (await hand_up(seven)).state == State.UNANSWERED


async def test_next_leader_is_asked_about_a_hand_up_when_slack_refuses_the_first_dm(tuesday: World) -> None:
    await tuesday.slack.do("faults", method="chat.postMessage", error="messages_tab_disabled")
    await raise_hand(tuesday, "ana")
    assert await ask_cards(tuesday, "maya") == []
    await tuesday.move(MINUTE)

    assert await asks(tuesday) == [("maya", "expired"), ("tom", "waiting")]


async def test_no_leader_is_asked_about_a_hand_up_while_all_are_in_do_not_disturb(tuesday: World) -> None:
    for name in ("maya", "tom"):
        await tuesday.slack.do("users", user=name, dnd={"enabled": True, "from": "10:00", "until": "11:00"})
    await settled(tuesday)
    await raise_hand(tuesday, "ana")

    assert await asks(tuesday) == []
    assert "no leader can come right now" in await card_text(tuesday, "ana")
    await tuesday.move(31 * MINUTE)
    assert await asks(tuesday) == [("maya", "waiting")]
    assert (await card_text(tuesday, "ana")).startswith("I'm asking a leader.")


async def test_out_of_hours_hand_up_shows_when_a_leader_is_back_and_asks_that_leader_then(
    tuesday: World,
) -> None:
    async with tuesday.database.begin() as session:
        for each in await session.scalars(select(Person).where(Person.name.in_(["maya", "tom"]))):
            each.absences = [(tuesday.now - MINUTE, tuesday.now + 30 * MINUTE)]
    await raise_hand(tuesday, "ana")

    assert await asks(tuesday) == []
    assert (await card_text(tuesday, "ana")).startswith("Sorry, no leader is at work until 11:00")
    await tuesday.move(31 * MINUTE)
    assert await asks(tuesday) == [("maya", "waiting")]


async def unanswered(world: World) -> None:
    await raise_hand(world, "ana")
    await world.move(11 * MINUTE)


async def test_hand_up_is_posted_to_the_channel_once_and_the_post_is_updated_when_it_is_sorted(tuesday: World) -> None:
    await unanswered(tuesday)
    await press_card(tuesday, "ana", names.CHANNEL)
    assert initial((await tuesday.slack.views("ana"))[-1]) == WORDS
    await fill_in(tuesday, "ana", **{names.TEXT: "who can help with a refund?"})

    said = [text for text in await tuesday.slack.said("harbour-support", "ben") if "needs help" in text]
    assert said == [":raised_hand: <@U0ANA00000> needs help: who can help with a refund?"]
    with pytest.raises(AssertionError):
        element((await cards(tuesday, "ana"))[-1], names.CHANNEL)
    await press_card(tuesday, "ana", names.SORTED)
    assert not [text for text in await tuesday.slack.said("harbour-support", "ben") if "needs help" in text]


async def test_hand_up_cannot_be_posted_in_an_archived_channel_and_the_form_keeps_its_text(tuesday: World) -> None:
    await unanswered(tuesday)
    await tuesday.slack.do("channels", channel="harbour-support", archived=True)
    await settled(tuesday)
    await press_card(tuesday, "ana", names.CHANNEL)
    answer = await fill_in(tuesday, "ana", **{names.TEXT: WORDS})

    assert answer.errors == {names.TEXT: hand_ups.CLOSED_CHANNEL}
    assert (await hand_up(tuesday)).posted_at is None


@pytest.mark.parametrize("action", [names.SORTED, names.HOLD])
async def test_agents_button_on_a_hand_up_pressed_twice_takes_effect_once(tuesday: World, action: str) -> None:
    await raise_hand(tuesday, "ana")
    message = (await cards(tuesday, "ana"))[-1]
    twice = (
        tuesday.slack.do("actions", user="ana", channel="bot", ts=message["ts"], **element(message, action))
        for _ in range(2)
    )
    await asyncio.gather(*twice)
    await settled(tuesday)

    this = await hand_up(tuesday)
    assert this.state == {names.SORTED: State.ENDED, names.HOLD: State.HELD}[action]
    assert this.held_until is None or this.held_until <= tuesday.now + HOLD
    assert len(await cards(tuesday, "ana")) == 1


@pytest.mark.parametrize("action", [names.COMING, names.IN_A_WHILE, names.ANOTHER])
async def test_leaders_button_on_a_hand_up_pressed_twice_takes_effect_once(tuesday: World, action: str) -> None:
    await raise_hand(tuesday, "ana")
    message = (await ask_cards(tuesday, "maya"))[-1]
    twice = (
        tuesday.slack.do("actions", user="maya", channel="bot", ts=message["ts"], **element(message, action))
        for _ in range(2)
    )
    await asyncio.gather(*twice)
    await settled(tuesday)

    assert [state for _, state in await asks(tuesday)] == (
        ["declined", "waiting"] if action == names.ANOTHER else ["accepted"]
    )
    assert len(await cards(tuesday, "ana")) == 1


async def test_leader_who_is_coming_to_an_agent_is_not_asked_about_another_hand_up(tuesday: World) -> None:
    await raise_hand(tuesday, "ana")
    await press_ask(tuesday, "maya", names.COMING)
    await raise_hand(tuesday, "ben", "the printer is on fire")

    assert await asks(tuesday) == [("maya", "accepted"), ("tom", "waiting")]
