"""Tests of one-on-ones listed on cards of several mornings: only the last card stays, and answers on any card count."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.features.one_on_ones.nudges import DUE
from bot.meetings.models import Meeting
from bot.messages.one_on_ones.names import PROPOSE, SKIP
from bot.nudges.models import Nudge
from tests.handlers.drivers import dm, press, settled
from tests.handlers.one_on_ones.drivers import latest
from tests.harness import Json, World

TITLE, AGAIN = "one-on-ones to book", "One-on-ones still to book"
WISH = -1
"""The index of the card about an agent's request among the leader's cards."""


async def cards(world: World) -> list[Nudge]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Nudge).where(Nudge.kind == DUE).order_by(Nudge.id)))


async def shown(world: World) -> list[Json]:
    return [each for each in await world.slack.messages("bot", "maya") if "row_" in str(each) or PROPOSE in str(each)]


@pytest.fixture
async def tuesday(monday: World) -> World:
    """Return a world on a Tuesday on which a second card lists the four people of Monday's unanswered card."""
    await monday.move(timedelta(days=1))
    await dm(monday, "maya", AGAIN)
    return monday


async def test_second_morning_card_of_one_on_ones_is_short_and_replaces_the_first(tuesday: World) -> None:
    (card,) = await shown(tuesday)
    assert str(card).count(f"'{PROPOSE}'") == 4
    assert "due by" not in card["text"]
    assert not [each for each in await tuesday.slack.messages("bot", "maya") if TITLE in str(each)]


async def test_later_card_of_one_on_ones_omits_those_answered_on_the_earlier_card(monday: World) -> None:
    card = await dm(monday, "maya", TITLE)
    await press(monday, "maya", card, PROPOSE)
    await settled(monday)
    await monday.move(timedelta(days=1))

    (left,) = await shown(monday)
    assert str(left).count(f"'{PROPOSE}'") == 3
    assert left["ts"] != card["ts"]


@pytest.mark.parametrize(("on", "action"), [(0, PROPOSE), (0, SKIP), (WISH, PROPOSE), (WISH, SKIP)])
async def test_one_on_one_answered_on_one_card_is_answered_on_every_card(tuesday: World, on: int, action: str) -> None:
    if on == WISH:
        (nudge, _) = await cards(tuesday)
        agent_id = nudge.facts["rows"][2]["agent"]
        await tuesday.slack.command(agent_id.removeprefix("U0").rstrip("0").lower(), "ask", word="/1on1")
        await dm(tuesday, "maya", f"<@{agent_id}> would like a one-on-one with you")
    await press(tuesday, "maya", (await shown(tuesday))[on], action)
    await settled(tuesday)

    first, second = [nudge.facts["answers"] for nudge in await cards(tuesday)]
    assert first == second
    assert len(first) == 1
    assert [str(each).count(f"'{action}'") for each in (await shown(tuesday))[:1]] == [3]


async def test_one_on_one_recorded_as_held_is_answered_on_every_card(tuesday: World) -> None:
    (nudge, _) = await cards(tuesday)
    agent_id = nudge.facts["rows"][1]["agent"]
    await tuesday.slack.command("maya", f"done <@{agent_id}>", word="/1on1")
    await settled(tuesday)

    answers = [nudge.facts["answers"] for nudge in await cards(tuesday)]
    assert answers == [{str(nudge.facts["rows"][1]["series"]): {"is": "met"}}] * 2


async def test_second_press_of_the_propose_button_does_not_replace_the_offered_times(tuesday: World) -> None:
    (card,) = await shown(tuesday)
    await press(tuesday, "maya", card, PROPOSE)
    _, meeting = await latest(tuesday)
    await press(tuesday, "maya", card, PROPOSE)
    await settled(tuesday)

    async with tuesday.database.reading() as session:
        (same,) = await session.scalars(select(Meeting))
    assert (same.id, same.offered, same.refused) == (meeting.id, meeting.offered, [])
