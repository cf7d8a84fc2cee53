"""Tests of debriefs: leaders who helped are asked once; notes are encrypted, and leaders can read and answer them."""

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from bot.features.debriefs import Debrief, Note
from bot.features.spikes.models import State
from bot.features.spikes.settings import SpikePreferences
from bot.org.people import Person
from tests.handlers.drivers import dm, press, settled
from tests.handlers.spikes.drivers import ASKED, MINUTE, latest, queue
from tests.harness import World

QUESTION = "What went wrong for customers, what held agents back"
HURT = "they wait for a refund, as @ana saw"
SAW = {"hurt": "they wait for a refund", "held": "two logins a call", "hurt_for": "help pages", "held_for": "product"}


async def helped(world: World, name: str = "maya") -> None:
    """Start a spike of phones, and have a leader join."""
    await queue(world, "ana", "spike phones 42")
    if name == "tom":
        await press(world, "maya", await dm(world, "maya", ASKED), "spikes:cannot")
        await settled(world)
    await press(world, name, await dm(world, name, ASKED), "spikes:join_30")
    await settled(world)
    await world.move(12 * MINUTE)


async def asked_how_often(world: World, name: str = "maya") -> int:
    return len([each for each in await world.slack.messages("bot", name) if "debriefs:tell" in str(each)])


async def notes(world: World) -> list[Note]:
    async with world.database.reading() as session:
        return list(await session.scalars(select(Note).order_by(Note.id)))


async def told(world: World, **filled: object) -> str:
    """Return the answer to maya's filled-in debrief form."""
    await press(world, "maya", await dm(world, "maya", QUESTION), "debriefs:tell")
    answer = await world.slack.submit("maya", **filled)
    await settled(world)
    return str(answer.ack)


async def test_debrief_from_the_end_of_a_spike_to_a_leaders_answer(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    assert (await latest(tuesday)).state == State.RESOLVED

    assert "Saved. I'll tell you when a leader answers." in await told(tuesday, **{**SAW, "hurt": HURT})
    assert (await latest(tuesday)).state == State.DEBRIEFED
    card = await dm(tuesday, "maya", "can read your note about *phones*")
    assert "actions" not in str(card["blocks"])
    assert [(each.kind, each.destination, each.writer_id, each.queue) for each in await notes(tuesday)] == [
        ("idea", "help pages", "U0MAYA0000", "phones"), ("roadblock", "product", "U0MAYA0000", "phones"),
    ]  # fmt: skip

    overview = await queue(tuesday, "tom", "")
    assert "2 debrief notes still need an answer." in str(overview.ack)
    assert "refund" not in str(overview.ack)
    await queue(tuesday, "tom", "notes")
    listed = (await tuesday.slack.views("tom"))[-1]
    assert "they wait for a refund, as <@U0ANA00000> saw" in str(listed)
    held = next(each for each in listed["blocks"] if each["type"] == "actions")["elements"][0]
    pressed = {"action_id": held["action_id"], "value": held["value"]}
    await tuesday.slack.do("actions", user="tom", view_id=listed["id"], **pressed)
    sent = await tuesday.slack.submit("tom", came="One login from Monday on, says @Ben")
    assert "will get it during working hours" in str(sent.ack)
    await settled(tuesday)
    heard = await dm(tuesday, "maya", "One login from Monday on, says <@U0BEN00000>")
    assert "on what held agents back in *phones*:" in heard["text"]

    await tuesday.slack.do("actions", user="tom", view_id=listed["id"], **pressed)
    again = await tuesday.slack.submit("tom", came="Another word")
    assert again.errors == {"came": "Someone has already answered that note."}


async def test_leader_who_joined_twice_is_asked_for_one_debrief(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "maya", "done")
    assert await asked_how_often(tuesday) == 1
    await queue(tuesday, "maya", "join 15")
    await queue(tuesday, "maya", "done")
    await queue(tuesday, "ben", "calm phones")

    assert await asked_how_often(tuesday) == 1


async def test_debrief_during_a_spike_counts_once_the_spike_ends(tuesday: World) -> None:
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
    assert await notes(tuesday) == []


async def test_people_to_thank_in_a_debrief_open_the_shoutout_form(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    answer = await told(tuesday, thank=["U0ANA00000", "U0BEN00000"])

    assert "shoutouts:form" in answer
    assert "U0ANA00000" in answer
    assert "U0BEN00000" in answer
    assert (await latest(tuesday)).state == State.DEBRIEFED
    assert await notes(tuesday) == []


async def test_empty_debrief_form_counts_as_nothing_this_time(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")

    assert "No note this time." in await told(tuesday)
    assert (await latest(tuesday)).state == State.RESOLVED


async def test_debrief_waits_for_the_leaders_working_hours(tuesday: World) -> None:
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


@pytest.mark.parametrize("name", ["ana", "grace"])
async def test_agents_and_sponsors_cannot_read_debrief_notes(tuesday: World, name: str) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    await told(tuesday, **SAW)

    assert "note" not in (await queue(tuesday, name, "")).text
    await queue(tuesday, name, "notes")
    assert "refund" not in str(await tuesday.slack.views(name))


async def test_debrief_notes_are_encrypted_in_the_database(tuesday: World) -> None:
    await helped(tuesday)
    await queue(tuesday, "ben", "calm phones")
    await told(tuesday, **SAW)
    await queue(tuesday, "tom", "notes")
    listed = (await tuesday.slack.views("tom"))[-1]
    held = next(each for each in listed["blocks"] if each["type"] == "actions")["elements"][0]
    await tuesday.slack.do(
        "actions", user="tom", view_id=listed["id"], action_id=held["action_id"], value=held["value"]
    )
    await tuesday.slack.submit("tom", came="a single login")
    async with tuesday.database.reading() as session:
        for table in ("debriefs", "debrief_notes", "outbox", "scheduled_jobs"):
            rows = str([dict(row) for row in (await session.execute(text(f"SELECT * FROM {table}"))).mappings()])
            assert not [word for word in ("refund", "two logins", "single login") if word in rows], table
