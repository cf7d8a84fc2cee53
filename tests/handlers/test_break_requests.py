"""Tests of break requests that are refused, or that replace an earlier request."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.features.breaks.models import Break, State
from bot.features.breaks.queries import LONGEST, SHORTEST
from bot.messages import breaks as messages
from bot.refusals import breaks as refusals
from tests.handlers.drivers import settled
from tests.handlers.hand_ups.drivers import element
from tests.harness import Answer, Json, World

MINUTE = timedelta(minutes=1)


async def ask(world: World, name: str, text: str = "break 15") -> Answer:
    answer = await world.slack.command(name, text, word="/queue")
    await settled(world)
    return answer


async def states(world: World) -> list[str]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(Break.state).order_by(Break.id))]


async def cards(world: World, name: str) -> list[Json]:
    """Return the break cards in an agent's DM."""
    found = await world.slack.messages("bot", name)
    return [each for each in found if each.get("blocks") and each["blocks"][0]["block_id"] == "break"]


@pytest.mark.parametrize("text", ["break lunch", "break 3", "break 61", "break 15 lunch"])
async def test_break_request_without_a_valid_length_is_refused(tuesday: World, text: str) -> None:
    answer = await ask(tuesday, "ana", text)

    assert answer.text == refusals.no_length(SHORTEST, LONGEST)
    assert await states(tuesday) == []


async def test_break_request_is_refused_while_another_is_open_or_its_break_is_in_progress(tuesday: World) -> None:
    await ask(tuesday, "ana")
    assert (await ask(tuesday, "ana")).text == refusals.ASKED_BEFORE
    await tuesday.move(12 * MINUTE)
    assert await states(tuesday) == [State.UNANSWERED]
    card = (await cards(tuesday, "ana"))[-1]
    await tuesday.slack.do("actions", user="ana", channel="bot", ts=card["ts"], **element(card, messages.TAKE))
    assert (await ask(tuesday, "ana")).text == refusals.ON_BREAK
    await tuesday.move(16 * MINUTE)
    assert (await ask(tuesday, "ana")).text == messages.ASKED


async def test_new_break_request_replaces_one_that_no_leader_has_answered(tuesday: World) -> None:
    await ask(tuesday, "ana")
    await tuesday.move(12 * MINUTE)
    answer = await ask(tuesday, "ana", "break 20")

    assert answer.text == messages.ASKED
    assert await states(tuesday) == [State.DROPPED, State.ASKING]
    assert len(await cards(tuesday, "ana")) == 1
