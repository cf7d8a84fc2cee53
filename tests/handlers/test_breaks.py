"""Tests of breaks: `/queue break`, asks to leaders in turn, and the notice to all leaders at work."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.escalation.models import Ask, Kind
from bot.features.breaks.models import Break, State
from bot.features.breaks.queries import LONGEST, SHORTEST
from bot.messages import breaks as names
from bot.nudges.models import Nudge
from bot.org.people import Person
from bot.refusals import breaks as refusals
from tests.handlers.drivers import press, settled
from tests.handlers.hand_ups.drivers import (
    DEPUTY_AT_WORK,
    DEPUTY_OFF_WORK,
    LEADERS,
    MINUTE,
)  # fmt: skip
from tests.harness import Answer, Json, World

OFF = "is off the queue"


async def ask_for_break(world: World, text: str = "15", name: str = "ana") -> Answer:
    answer = await world.slack.command(name, f"break {text}".strip(), word="/queue")
    await settled(world)
    return answer


async def breaks(world: World) -> list[Break]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Break).order_by(Break.id)))


async def asks(world: World) -> list[tuple[str, str]]:
    async with world.database.reading() as session:
        found = select(Person.name, Ask.state).join(Person, Person.id == Ask.person_id).where(Ask.kind == Kind.BREAK)
        return [(name, state) for name, state in (await session.execute(found.order_by(Ask.id))).all()]


async def last_with(world: World, name: str, block_id: str) -> Json:
    said = await world.slack.messages("bot", name)
    return [each for each in said if each.get("blocks") and each["blocks"][0]["block_id"] == block_id][-1]


async def answer(world: World, name: str, action: str) -> None:
    await press(world, name, await last_with(world, name, "ask"), action)
    await settled(world)


async def card(world: World) -> Json:
    said = await world.slack.messages("bot", "ana")
    (found,) = [each for each in said if each.get("blocks") and each["blocks"][0]["block_id"] == "break"]
    return found


async def notices(world: World) -> dict[str, list[str]]:
    """Return the notices about agents off the queue that each leader got, by name."""
    read = {}
    for name in (*LEADERS, DEPUTY_AT_WORK, DEPUTY_OFF_WORK):
        read[name] = [each["text"] for each in await world.slack.messages("bot", name) if OFF in each["text"]]
    return read


async def test_each_leader_at_work_gets_one_notice_after_one_approves_a_break(seven: World) -> None:
    await ask_for_break(seven)
    ((first, _),) = await asks(seven)
    assert (await card(seven))["text"].startswith("I'm asking a leader about your 15 minutes")
    await answer(seven, first, names.OK)

    read = await notices(seven)
    line = "<@U0ANA00000> is off the queue until 10:45."
    assert read == {name: [line] for name in (*LEADERS, DEPUTY_AT_WORK)} | {DEPUTY_OFF_WORK: []}
    said = (await card(seven))["text"]
    assert f"@{first} says OK. You're off the queue until 10:45" in said
    assert [each.state for each in await breaks(seven)] == [State.AGREED]
    async with seven.database.reading() as session:
        assert (await session.scalars(select(Nudge))).all() == [], "the line spends no budget"


async def test_notice_of_a_break_approved_for_later_contains_its_start(seven: World) -> None:
    await ask_for_break(seven, "20 min")
    ((first, _),) = await asks(seven)
    await answer(seven, first, names.IN_A_WHILE)

    assert "from 10:40 until 11:00" in (await card(seven))["text"]
    assert (await notices(seven))["maya"] == ["<@U0ANA00000> is off the queue from 10:40 until 11:00."]


async def test_next_leader_is_asked_after_an_anonymous_decline_of_a_break(seven: World) -> None:
    await ask_for_break(seven, "")
    ((first, _),) = await asks(seven)
    await answer(seven, first, names.ANOTHER)

    (_, (second, state)) = await asks(seven)
    assert (state, second != first) == ("waiting", True)
    assert first not in (await card(seven))["text"]


@pytest.mark.parametrize(("action", "state"), [(names.TAKE, State.AGREED), (names.DROP, State.DROPPED)])
async def test_agent_can_take_or_cancel_a_break_that_no_leader_has_answered(
    seven: World, action: str, state: State
) -> None:
    await ask_for_break(seven)
    for number in range(6):
        assert len(await asks(seven)) == number + 1
        await seven.move(5 * MINUTE)
    assert [each.state for each in await breaks(seven)] == [State.UNANSWERED]
    assert "No leader has said OK yet" in (await card(seven))["text"]
    assert not any((await notices(seven)).values())
    await press(seven, "ana", await card(seven), action)
    await settled(seven)

    (this,) = await breaks(seven)
    assert (this.state, this.leader_id) == (state, None)
    taken = 1 if state is State.AGREED else 0
    assert {name: len(read) for name, read in (await notices(seven)).items()} == dict.fromkeys(
        (*LEADERS, DEPUTY_AT_WORK), taken
    ) | {DEPUTY_OFF_WORK: 0}


async def test_agent_can_take_a_break_without_approval_when_no_leader_is_at_work(seven: World) -> None:
    await seven.move(timedelta(hours=12))
    await ask_for_break(seven)

    assert await asks(seven) == []
    assert [each.state for each in await breaks(seven)] == [State.UNANSWERED]
    assert "No leader is at work" in (await card(seven))["text"]
    await press(seven, "ana", await card(seven), names.TAKE)
    await settled(seven)
    assert not any((await notices(seven)).values())


async def test_invalid_length_of_a_break_is_refused_with_an_example(tuesday: World) -> None:
    for text in (
        "0", "4", "61", "600", "99999", "-5", "five", "half an hour", "1 hour", "5 hours", "15.5", "fifteen", "lunch",
        "15 lunch",
    ):  # fmt: skip
        assert (await ask_for_break(tuesday, text)).text == refusals.no_length(SHORTEST, LONGEST), text
    assert await breaks(tuesday) == []


@pytest.mark.parametrize(("text", "minutes"), [("", 15), ("5", 5), ("60 minutes", 60), ("for 20 min", 20)])
async def test_length_of_a_break_is_parsed_in_several_formats(tuesday: World, text: str, minutes: int) -> None:
    await ask_for_break(tuesday, text)

    assert [each.minutes for each in await breaks(tuesday)] == [minutes]


async def test_agent_can_request_another_break_only_after_the_first_is_over(tuesday: World) -> None:
    await ask_for_break(tuesday)
    assert (await ask_for_break(tuesday)).text == refusals.ASKED_BEFORE
    await answer(tuesday, "maya", names.OK)
    assert (await ask_for_break(tuesday)).text == refusals.ON_BREAK
    await tuesday.move(16 * MINUTE)
    assert (await ask_for_break(tuesday)).text == names.ASKED

    assert [each.state for each in await breaks(tuesday)] == [State.AGREED, State.ASKING]


async def test_new_break_request_replaces_one_that_no_leader_has_answered(tuesday: World) -> None:
    await ask_for_break(tuesday)
    await tuesday.move(12 * MINUTE)
    assert (await ask_for_break(tuesday, "20")).text == names.ASKED

    assert [each.state for each in await breaks(tuesday)] == [State.DROPPED, State.ASKING]
    assert await card(tuesday), "and the card of the first is gone"


async def test_only_agents_can_request_a_break(tuesday: World) -> None:
    for name in ("maya", "tom", "grace"):
        assert refusals.FOR_AGENTS in (await ask_for_break(tuesday, name=name)).text
    assert await breaks(tuesday) == []


async def test_agent_can_withdraw_a_break_request(tuesday: World) -> None:
    await ask_for_break(tuesday)
    await press(tuesday, "ana", await card(tuesday), names.DROP)
    await settled(tuesday)

    assert await asks(tuesday) == [("maya", "withdrawn")]
    assert [each.state for each in await breaks(tuesday)] == [State.DROPPED]


async def test_next_leader_is_asked_about_a_break_when_the_first_leaves_the_team(tuesday: World) -> None:
    await ask_for_break(tuesday)
    await tuesday.slack.do("channels", channel="harbour-support", remove=["maya"])
    await settled(tuesday)

    assert await asks(tuesday) == [("maya", "withdrawn"), ("tom", "waiting")]


async def test_break_request_is_withdrawn_when_the_agent_leaves_the_team(tuesday: World) -> None:
    await ask_for_break(tuesday)
    await tuesday.slack.do("channels", channel="harbour-support", remove=["ana"])
    await settled(tuesday)

    assert await asks(tuesday) == [("maya", "withdrawn")]
    assert [each.state for each in await breaks(tuesday)] == [State.DROPPED]
