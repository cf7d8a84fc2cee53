"""Tests of debriefs: leaders who helped in a spike are asked once, and answers become roadblocks and ideas."""

from datetime import timedelta

from sqlalchemy import select, text

from bot.features.debriefs import Debrief
from bot.features.spikes.models import State
from bot.features.spikes.settings import SpikePreferences
from bot.followups.models import Followup
from bot.org.people import Person
from tests.handlers.drivers import dm, press, settled
from tests.handlers.spikes.drivers import ASKED, MINUTE, latest, queue
from tests.harness import World

QUESTION = "What went wrong for customers, what held agents back"
HURT = "they wait for a refund, as @ana saw"
SAW = {"hurt": "they wait for a refund", "held": "two logins a call", "hurt_for": "help pages", "held_for": "product"}


async def helped(world: World, name: str = "maya") -> None:
    """Start a spike of the queue phones, and join it as a leader."""
    await queue(world, "ana", "spike phones 42")
    if name == "tom":
        await press(world, "maya", await dm(world, "maya", ASKED), "spikes:cannot")
        await settled(world)
    await press(world, name, await dm(world, name, ASKED), "spikes:join_30")
    await settled(world)
    await world.move(12 * MINUTE)


async def asked_how_often(world: World, name: str = "maya") -> int:
    return len([each for each in await world.slack.messages("bot", name) if "debriefs:tell" in str(each)])


async def raised(world: World) -> list[Followup]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Followup).order_by(Followup.id)))


async def told(world: World, **filled: object) -> str:
    """Submit the debrief form as maya, and return the answer."""
    await press(world, "maya", await dm(world, "maya", QUESTION), "debriefs:tell")
    answer = await world.slack.submit("maya", **filled)
    await settled(world)
    return str(answer.ack)


async def test_debrief_becomes_an_idea_and_a_roadblock_for_the_leaders(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    assert (await latest(tuesday)).state == State.RESOLVED

    assert "Saved. I'll tell you when a leader answers." in await told(tuesday, **{**SAW, "hurt": HURT})
    assert (await latest(tuesday)).state == State.DEBRIEFED
    card = await dm(tuesday, "maya", "can read your note about *phones*")
    assert "actions" not in str(card["blocks"])
    found = (await latest(tuesday)).id
    rows = await raised(tuesday)
    assert [(each.kind, each.destination, each.state, each.audience) for each in rows] == [
        ("idea", "help pages", "open", "leaders"), ("roadblock", "product", "open", "leaders"),
    ]  # fmt: skip
    assert [each.text for each in rows] == ["they wait for a refund, as <@U0ANA00000> saw", "two logins a call"]
    assert {(each.author_id, each.is_named, each.source) for each in rows} == {("U0MAYA0000", True, f"spike:{found}")}


async def test_answer_about_customers_in_a_debrief_can_become_a_roadblock(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    await told(tuesday, hurt="they wait for a refund", hurt_is="roadblock")

    assert [(each.kind, each.destination) for each in await raised(tuesday)] == [("roadblock", "product")]


async def test_queue_notes_command_points_to_the_lists_of_roadblocks_and_ideas(tuesday: World) -> None:
    answer = await queue(tuesday, "tom", "notes")

    assert "`/roadblock` and `/idea`" in answer.text


async def test_leader_who_joined_twice_is_asked_for_one_debrief(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "maya", "done")
    assert await asked_how_often(tuesday) == 1
    await queue(tuesday, "maya", "join 15")
    await queue(tuesday, "maya", "done")
    await queue(tuesday, "ben", "calm phones")

    assert await asked_how_often(tuesday) == 1


async def test_debrief_filled_in_during_a_spike_counts_when_the_spike_ends(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "maya", "done")
    await told(tuesday, **SAW)
    assert (await latest(tuesday)).state in (State.OPEN, State.ASKING)
    await queue(tuesday, "ben", "calm phones")

    assert (await latest(tuesday)).state == State.DEBRIEFED


async def test_nothing_this_time_button_answers_the_debrief(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    question = await dm(tuesday, "maya", QUESTION)
    await press(tuesday, "maya", question, "debriefs:tell")
    await press(tuesday, "maya", question, "debriefs:nothing")
    await settled(tuesday)
    await dm(tuesday, "maya", "No debrief note for *phones*.")
    assert (await latest(tuesday)).state == State.RESOLVED

    late = await tuesday.slack.submit("maya", **SAW)
    assert "That has already been answered." in str(late.ack)
    assert await raised(tuesday) == []


async def test_debrief_with_people_to_thank_opens_the_shoutout_form(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    answer = await told(tuesday, thank=["U0ANA00000", "U0BEN00000"])

    assert "shoutouts:form" in answer
    assert "U0ANA00000" in answer
    assert "U0BEN00000" in answer
    assert (await latest(tuesday)).state == State.DEBRIEFED
    assert await raised(tuesday) == []


async def test_empty_debrief_form_counts_as_nothing_this_time(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")

    assert "No note this time." in await told(tuesday)
    assert (await latest(tuesday)).state == State.RESOLVED


async def test_debrief_request_waits_for_the_leaders_working_hours(tuesday: World) -> None:
    await helped(tuesday)
    await tuesday.slack.command("maya", "away until tomorrow", word="/steward")
    await settled(tuesday)
    await queue(tuesday, "ben", "calm phones")
    assert await asked_how_often(tuesday) == 0

    await tuesday.move(timedelta(days=1))
    assert await asked_how_often(tuesday) == 1


async def test_leader_who_opted_out_is_not_asked_for_a_debrief(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        maya = (await session.scalars(select(Person).where(Person.name == "maya"))).one()
        SpikePreferences(is_asked=False).keep(maya)
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")

    assert await asked_how_often(tuesday) == 0
    async with tuesday.database.reading() as session:
        assert (await session.scalars(select(Debrief))).all() == []


async def test_answers_of_a_debrief_are_encrypted_in_the_database(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    await told(tuesday, **SAW)
    async with tuesday.database.reading() as session:
        for table in ("debriefs", "followups", "followup_events", "outbox", "scheduled_jobs"):
            rows = str([dict(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).mappings()])
            assert not [word for word in ("refund", "two logins") if word in rows], table
