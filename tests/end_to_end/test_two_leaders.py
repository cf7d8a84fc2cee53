"""Tests of two leaders who act on a follow-up at once, on two replicas: only one of them succeeds."""

import asyncio
from collections.abc import AsyncIterator, Sequence
from functools import partial
from pathlib import Path

import pytest
from sqlalchemy import select

from bot.followups.models import Event, Followup, Reason, State
from bot.followups.rules import Step
from bot.refusals import followups as refusals
from tests.harness import Answer, Json, World, eventually, opened

CHANNEL = "harbour-support"
LEADERS = {"U0MAYA0000": "maya", "U0TOM00000": "tom"}
PROBLEMS = ("the refund screen freezes", "parcels get lost abroad", "our printer eats paper", "nobody answers in IT")
pytestmark = pytest.mark.usefixtures("patience")


@pytest.fixture
async def two(tmp_path: Path, postgres_url: str) -> AsyncIterator[World]:
    async with opened(tmp_path, postgres_url, replicas=2) as world:
        yield world


async def raised(world: World, command: str, text: str) -> Json:
    """Have Ana raise a roadblock or an idea, and return its card in the channel."""
    await world.slack.command("ana", text, word=command)

    async def found() -> Json | None:
        said = await world.slack.messages(CHANNEL, "ben")
        return next((each for each in said if text in str(each) and not each.get("ephemeral_to")), None)

    card: Json = await eventually(found)
    return card


async def press(world: World, name: str, card: Json, step: Step) -> Answer:
    """Press the button of a step on a card in the channel."""
    buttons = [each for block in card["blocks"] for each in block.get("elements", []) if "action_id" in each]
    value = next(each["value"] for each in buttons if each["action_id"] == f"followups:{step}")
    pressed = {"action_id": f"followups:{step}", "value": value}
    return Answer(await world.slack.do("actions", user=name, channel=CHANNEL, ts=card["ts"], **pressed))


async def stored(world: World) -> Sequence[Followup]:
    async with world.database.reading() as session:
        return (await session.scalars(select(Followup).order_by(Followup.id))).all()


async def steps_of(world: World, this: Followup) -> list[str]:
    async with world.database.reading() as session:
        return [*await session.scalars(select(Event.step).where(Event.followup_id == this.id).order_by(Event.id))]


async def count_late(world: World, name: str) -> int:
    """Return how often a leader was told that a roadblock had already changed."""
    return sum(refusals.SETTLED["roadblock"] in str(each) for each in await world.slack.notes(name))


async def test_roadblock_taken_by_two_leaders_at_once_gets_one_owner_and_tells_the_other(two: World) -> None:
    late = dict.fromkeys(LEADERS, 0)
    for text in PROBLEMS:
        card = await raised(two, "/roadblock", text)
        await asyncio.gather(*(press(two, name, card, Step.TAKE) for name in LEADERS.values()))

        this = (await stored(two))[-1]
        assert (this.state, await steps_of(two, this)) == (State.OWNED, [Step.RAISE, Step.TAKE])
        (other,) = LEADERS.keys() - {this.owner_id}
        late[other] += 1
        await eventually(partial(is_told, two, late))


async def is_told(world: World, late: dict[str, int]) -> bool:
    return {id: await count_late(world, name) for id, name in LEADERS.items()} == late


async def test_idea_merged_and_declined_by_two_leaders_at_once_is_closed_only_once(two: World) -> None:
    await raised(two, "/idea", "a shared list of good answers")
    card = await raised(two, "/idea", "quiet hours for the phones")
    await press(two, "maya", card, Step.CLOSE)
    await press(two, "tom", card, Step.MERGE)
    target, _ = await stored(two)

    answers = await asyncio.gather(
        two.slack.submit("maya", reason=Reason.DECLINED, why="There are too few of us."),
        two.slack.submit("tom", other=str(target.id)),
    )

    target, this = await stored(two)
    ends = {Reason.DECLINED: Step.CLOSE, Reason.MERGED: Step.MERGE}
    assert await steps_of(two, this) == [Step.RAISE, ends[Reason(this.reason or "")]]
    assert this.merged_into_id == (target.id if this.reason == Reason.MERGED else None)
    late = answers[this.reason == Reason.DECLINED]
    assert refusals.SETTLED["idea"] in str(late.ack), answers
