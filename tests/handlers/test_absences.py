"""Tests of absences: `/steward away`, `/steward back`, the list in `/steward me`, and messages that are held."""

from collections.abc import AsyncIterator
from datetime import UTC, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.meetings.models import Kind, Meeting, State
from bot.messages import absences as messages
from bot.org import people
from bot.org.availability.absences import AbsenceProblem
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.text import formats
from tests.harness import Answer, Json, World, eventually
from tests.snapshots import Resume

TUESDAY = datetime(2031, 3, 4, 10, tzinfo=UTC)


@pytest.fixture
async def tuesday(resume: Resume) -> AsyncIterator[World]:
    async with resume(at=TUESDAY) as world:
        yield world


async def say(world: World, words: str) -> Answer:
    return await world.slack.command("ana", words, word="/steward")


async def ana(world: World) -> Person:
    async with world.database.reading() as session:
        return await people.fetch_person(session, world.workspace.id, "U0ANA00000")


async def planned(world: World) -> list[tuple[datetime, datetime]]:
    person = await ana(world)
    return [(person.local(start), person.local(end)) for start, end in person.absences]


def buttons(answer: Answer | Json) -> list[Json]:
    blocks = answer.ack.get("blocks", []) if isinstance(answer, Answer) else answer["blocks"]
    found = [each.get("accessory", {}) for each in blocks]
    return [each for each in found if each.get("action_id") == messages.REMOVE]


async def press(world: World, nth: int) -> None:
    """Press the nth button that removes an absence in the latest ephemeral answer to Ana."""
    note = (await world.slack.notes("ana"))[-1]
    pressed = {key: buttons(note)[nth][key] for key in ("action_id", "value")}
    await world.slack.do("actions", user="ana", channel="harbour-support", ts=note["ts"], **pressed)
    await world.sandbox.settled()


async def test_absence_is_confirmed_in_the_format_of_the_readers_locale(tuesday: World) -> None:
    await tuesday.slack.do("users", user="ana", locale="en-US")
    await tuesday.sandbox.settled()
    answer = await say(tuesday, "away 11 March from 14:00")

    (start, _end), *_ = await planned(tuesday)
    assert formats.on(start, "en-US") == "Tuesday, March 11"
    assert f"{formats.on(start, 'en-US')} from 2:00 PM" in answer.text


async def test_absences_can_be_planned_shown_ended_and_removed(tuesday: World) -> None:
    world = tuesday
    now = (await ana(world)).local(world.now)
    kept = await say(world, "away next week")
    (week,) = await planned(world)
    person = await ana(world)

    assert week[0] > now
    assert (week[0].weekday(), week[1] - week[0]) == (0, timedelta(days=7))
    assert kept.text == messages.confirmation(person, person.absences, [], world.now).text
    await say(world, "away for an hour")
    assert len(buttons(await say(world, "away"))) == 2
    await say(world, "back")
    assert await planned(world) == [week]
    await say(world, "away in 2 weeks' time, sort of")
    assert await planned(world) == [week]
    await say(world, "away from 28 Dec until 4 Jan")
    await say(world, "me")
    await press(world, 0)
    ((start, end),) = await planned(world)
    assert (start.month, start.day, end.month, end.day) == (12, 28, 1, 4)
    await press(world, 0)
    assert len(await planned(world)) == 1


@pytest.mark.parametrize(
    ("words", "replaces"),
    [
        (["next week", "Monday"], True),
        (["next week", "next week"], False),
        (["next week", "Tuesday 11 March"], False),
        (["Monday", "next week"], False),
        (["until Friday", "for an hour"], True),
        (["for an hour", "until Friday"], False),
    ],
)
async def test_answer_to_a_new_absence_names_the_absence_that_it_replaces(
    tuesday: World, words: list[str], *, replaces: bool
) -> None:
    await say(tuesday, f"away {words[0]}")
    (before,) = (await ana(tuesday)).absences
    answer = await say(tuesday, f"away {words[1]}")
    person = await ana(tuesday)

    assert answer.text == messages.confirmation(person, person.absences, [before] if replaces else [], tuesday.now).text
    assert ("replaced" in {each["block_id"] for each in answer.ack["blocks"]}) == replaces


async def test_answer_to_a_new_absence_names_meetings_planned_during_it(tuesday: World) -> None:
    async with tuesday.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        at = TUESDAY + timedelta(days=1)
        whose = team.workspace_id, team.id, Kind.SHADOWING, "U0MAYA0000", "U0ANA00000"
        session.add(Meeting(*whose, 45, starts_at=at, made_at=TUESDAY, state=State.PLANNED))
    during, apart = await say(tuesday, "away tomorrow"), await say(tuesday, "away next week")

    (block,) = [each for each in during.ack["blocks"] if each["block_id"] == "planned"]
    assert "<@U0MAYA0000>" in block["text"]["text"]
    assert "planned" not in {each["block_id"] for each in apart.ack["blocks"]}


async def test_refusal_of_an_unclear_absence_repeats_the_typed_text(world: World) -> None:
    for words, why in (("when the <ship> comes", AbsenceProblem.UNCLEAR), ("from Monday", AbsenceProblem.ENDLESS)):
        assert (await say(world, f"away {words}")).text == messages.refused(why, words)
    assert "when the &lt;ship&gt; comes" in messages.refused(AbsenceProblem.UNCLEAR, "when the <ship> comes")
    assert await planned(world) == []


async def test_reminders_are_held_until_an_absence_ends(tuesday: World) -> None:
    world, slack = tuesday, tuesday.slack
    async with world.database.reading() as session:
        team = (await session.scalars(select(Team))).one()

    async def put(words: str) -> None:
        async with world.database.begin() as session:
            to = Address(world.workspace.id, "U0ANA00000")
            await outbox.put(session, Post(words), to=to, not_before=world.now, hours_of=team)

    await say(world, "away tomorrow")
    await put("Today.")
    assert await eventually(lambda: slack.said("bot", "ana")) == ["Today."]
    (day,) = (await ana(world)).absences
    await world.move(day[0] + timedelta(hours=11))
    await put("Tomorrow.")
    await world.move(timedelta(hours=2))
    assert await slack.said("bot", "ana") == ["Today."]
    await say(world, "back")
    await world.move(timedelta(seconds=5))
    assert await slack.said("bot", "ana") == ["Today.", "Tomorrow."]
