"""Tests of the coffee ritual over eight weeks: everybody is paired in each of four rounds, and no pair repeats."""

from datetime import UTC, datetime
from itertools import combinations
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import delete, func, select

from bot.features.rituals.coffee import fetch_groups
from bot.features.rituals.models import CoffeePair, Participation, QuizAnswer, RunState
from bot.features.rituals.settings import Coffee, RitualPreferences
from bot.messages.rituals.cards import MET, NOT_MET
from bot.org.people import Person
from bot.org.teams.models import Member
from tests.absences import away
from tests.handlers.drivers import dm, keep_only_jobs, press, settled, turn_off_rituals
from tests.handlers.rituals.drivers import channel, press_listed, ritual_runs, said, until
from tests.handlers.spikes.drivers import FIRING, RESOLVED, signal
from tests.harness import Json, World

TEAM = ["ana", "ben", "chidi", "dina", "eli", "fay", "maya", "tom"]
COFFEE = "Coffee pairing: "


async def turn_on_coffee(world: World) -> None:
    """Turn on the coffee ritual, and turn off all others."""
    await turn_off_rituals(world)
    await press_listed(world, "maya", "rituals:on", "coffee")
    await world.slack.submit("maya", often="every other week", weekday="1", at="10:00")
    await world.slack.submit("maya")
    await settled(world)


async def came(world: World) -> list[tuple[str, Json]]:
    return [(at, message) for at, message in await said(world) if message["text"].startswith(COFFEE)]


async def groups(world: World) -> list[list[list[str]]]:
    """Return the names in each group of every coffee ritual that was posted."""
    async with world.database.reading() as session:
        runs = [
            run for ritual, run in await ritual_runs(world) if ritual.slug == "coffee" and run.state == RunState.SAID
        ]
        found = [await fetch_groups(session, run) for run in sorted(runs, key=lambda run: run.starts_at)]
    return [[sorted(each.name for each in group) for group in each] for each in found]


async def person(world: World, name: str, **changes: object) -> None:
    async with world.database.begin() as session:
        theirs = (await session.scalars(select(Person).where(Person.name == name))).one()
        for field, value in changes.items():
            setattr(theirs, field, value)


@pytest.mark.long
async def test_coffee_ritual_pairs_everybody_every_other_week_without_repeats(sunday: World) -> None:
    await turn_on_coffee(sunday)
    await keep_only_jobs(sunday, "rituals")
    await until(sunday, "5 May 12:00")

    posts = await came(sunday)
    assert [at for at, _ in posts] == ["Tue 11 10:00", "Tue 25 10:00", "Tue 8 10:00", "Tue 22 10:00"]
    rounds = await groups(sunday)
    met = [tuple(two) for paired in rounds for group in paired for two in combinations(group, 2)]
    assert [sorted(name for group in paired for name in group) for paired in rounds] == [TEAM] * 4
    assert len(met) == len(set(met)) == 16
    assert len({message["blocks"][1]["text"]["text"] for _, message in posts}) == 4, "each asks something else"


@pytest.mark.long
async def test_coffee_post_has_a_prompt_and_a_host_and_names_no_pairs(sunday: World) -> None:
    await turn_on_coffee(sunday)
    await until(sunday, "11 March 12:00")

    ((_, message),) = await came(sunday)
    assert [block["block_id"] for block in message["blocks"]] == ["ritual", "prompt", "host"]
    assert str(message["blocks"][:2]).count("<@U0") == 0


@pytest.mark.long
async def test_people_who_are_away_or_opted_out_get_no_coffee_partner(sunday: World) -> None:
    await turn_on_coffee(sunday)
    await person(sunday, "ben", absences=away(sunday.now.replace(day=13)))
    async with sunday.database.begin() as session:
        tom = (await session.scalars(select(Person).where(Person.name == "tom"))).one()
        RitualPreferences(coffee=Coffee.RATHER_NOT).keep(tom)
    await until(sunday, "11 March 12:00")

    (paired,) = await groups(sunday)
    assert sorted(name for group in paired for name in group) == [each for each in TEAM if each not in ("ben", "tom")]
    assert not [each for each in await sunday.slack.messages("bot", "ben") if "offee" in str(each)]


@pytest.mark.long
async def test_coffee_ritual_is_canceled_and_its_host_is_told_if_nobody_can_be_paired(sunday: World) -> None:
    await turn_on_coffee(sunday)
    await until(sunday, "11 March 9:30")
    ((_, planned),) = await ritual_runs(sunday)
    async with sunday.database.begin() as session:
        await session.execute(delete(Member).where(Member.user_id != planned.host_id))
    await until(sunday, "11 March 12:00")

    assert not await channel(sunday, "offee")
    ((_, after),) = await ritual_runs(sunday)
    assert after.state == RunState.LET_GO
    host = str(planned.host_id)[2:].rstrip("0").lower()
    await dm(sunday, host, "*Coffee pairing* is off this time, so you don't need to host it.")


@pytest.mark.long
async def test_coffee_ritual_moved_by_a_spike_pairs_those_present_at_the_new_time(sunday: World) -> None:
    await turn_on_coffee(sunday)
    await until(sunday, "11 March 9:50")
    await signal(sunday, FIRING, 42)
    await until(sunday, "11 March 10:40")
    async with sunday.database.reading() as session:
        assert not (await session.scalars(select(CoffeePair))).all()
    await person(sunday, "dina", absences=away(sunday.now.replace(day=13)))
    await signal(sunday, RESOLVED)
    await until(sunday, "11 March 11:40")

    ((at, _),) = await came(sunday)
    assert at == "Tue 11 11:00"
    (found,) = await groups(sunday)
    assert sorted(map(len, found)) == [2, 2, 3]
    assert not any("dina" in group for group in found)


async def dms(world: World, name: str, part: str) -> list[tuple[datetime, Json]]:
    """Return the DMs about coffee that contain `part`, with their times."""
    said = [each for each in await world.slack.messages("bot", name) if each.get("bot_id")]
    theirs = [each for each in said if part in str(each["blocks"]) and "coffee" in str(each["blocks"])]
    return [(datetime.fromtimestamp(float(each["ts"]), UTC), each) for each in theirs]


@pytest.mark.long
async def test_everybody_gets_a_coffee_dm_in_working_hours_and_a_question_a_week_later(sunday: World) -> None:
    await turn_on_coffee(sunday)
    await until(sunday, "12 March 12:00")
    told = {name: await dms(sunday, name, "'block_id': 'coffee'") for name in TEAM}

    assert {name: len(each) for name, each in told.items()} == dict.fromkeys(TEAM, 1)
    ((at, message),) = told["eli"]
    assert at.astimezone(ZoneInfo("America/New_York")).hour == 9
    (other,) = [group for group in (await groups(sunday))[0] if "eli" in group]
    assert all(f"U0{name.upper()}" in message["text"] for name in other if name != "eli")

    await until(sunday, "19 March 12:00")
    asked = {name: await dms(sunday, name, NOT_MET) for name in TEAM}
    assert {name: len(each) for name, each in asked.items()} == dict.fromkeys(TEAM, 1)
    for name, button in (("ana", MET), ("ben", NOT_MET), ("ben", NOT_MET)):
        await press(sunday, name, asked[name][0][1], button)
    await settled(sunday)
    async with sunday.database.reading() as session:
        said = await session.execute(select(QuizAnswer.person_id, QuizAnswer.said).order_by(QuizAnswer.person_id))
        assert [(row.person_id[2:5], row.said) for row in said] == [("ANA", "met"), ("BEN", "not met")]
        assert await session.scalar(select(func.count()).where(Participation.person_id == "U0ANA00000")) == 1
    assert await dms(sunday, "ana", NOT_MET) == []
