"""Tests of the one-on-one form, whose fields create promises, roadblocks and ideas."""

import pytest
from sqlalchemy import select

from bot.followups.models import Followup
from bot.messages.one_on_ones.names import BY, IDEA, NOTE, PROMISE, ROADBLOCK
from bot.refusals import followups as refusals
from tests.handlers.drivers import dm, settled
from tests.handlers.one_on_ones.drivers import ANA
from tests.harness import Json, World

MAYA = "U0MAYA0000"


async def opened(world: World, user: str, other: str) -> Json:
    await world.slack.command(user, f"@{other}", word="/1on1")
    return (await world.slack.views(user))[-1]


async def raised(world: World) -> dict[str, Followup]:
    async with world.database.reading() as session:
        return {each.kind: each for each in await session.scalars(select(Followup).order_by(Followup.id))}


async def test_leader_can_make_a_promise_to_the_agent_in_the_one_on_one_form(monday: World) -> None:
    assert "Promise to" in str(await opened(monday, "maya", "ana"))
    answer = await monday.slack.submit("maya", **{PROMISE: "ask IT about the vouchers", BY: "2031-03-07", NOTE: "x"})
    await settled(monday)
    (this,) = (await raised(monday)).values()
    assert (this.kind, this.owner_id, this.recipient_id, this.audience) == ("promise", MAYA, ANA, "pair")
    assert (str(this.due_on), this.source.partition(":")[0]) == ("2031-03-07", "one_on_one")
    assert "ask IT about the vouchers" in str(answer.ack["view"])
    assert "ask IT about the vouchers" in str(await dm(monday, "ana", "vouchers"))


async def test_agent_can_raise_a_roadblock_and_an_idea_in_the_one_on_one_form(monday: World) -> None:
    view = await opened(monday, "ana", "maya")
    assert PROMISE not in {block["block_id"] for block in view["blocks"]}
    await monday.slack.submit("ana", **{ROADBLOCK: "two logins a call", IDEA: "a macro for refunds"})
    await settled(monday)
    found = await raised(monday)
    assert {kind: (each.author_id, each.is_named) for kind, each in found.items()} == {
        "roadblock": (ANA, False), "idea": (ANA, True),
    }  # fmt: skip
    assert "roadblocks:undo" in str(await dm(monday, "ana", "two logins a call"))
    assert "ideas:undo" in str(await dm(monday, "ana", "a macro for refunds"))
    channel = str(await monday.slack.said("harbour-support", "ben"))
    assert "two logins a call" in channel
    assert "a macro for refunds" in channel


@pytest.mark.parametrize(
    ("values", "field", "refusal"),
    [
        ({PROMISE: "ask IT", BY: "2031-02-27"}, BY, refusals.PAST_DAY),
        ({PROMISE: ":tada:"}, PROMISE, refusals.NO_TEXT["promise"]),
        ({ROADBLOCK: "?"}, ROADBLOCK, refusals.NO_TEXT["roadblock"]),
        ({IDEA: "…"}, IDEA, refusals.NO_TEXT["idea"]),
    ],
)
async def test_error_is_shown_at_its_field_of_the_one_on_one_form_and_nothing_is_saved(
    monday: World, values: dict[str, str], field: str, refusal: str
) -> None:
    await opened(monday, "maya", "ana")
    answer = await monday.slack.submit("maya", **{**values, NOTE: "kept for later"})
    assert answer.errors == {field: refusal}
    assert not await raised(monday)
