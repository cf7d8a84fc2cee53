"""Tests of hosting rituals: people host in turn, and can decline without giving a reason."""

from datetime import date

import pytest
from sqlalchemy import select

from bot.features.rituals.models import Participation, RitualRun
from bot.features.rituals.settings import Hosting, RitualPreferences
from bot.org.people import Person
from tests.absences import away
from tests.handlers.drivers import dm, keep_only_jobs, press, settled
from tests.handlers.rituals.drivers import ritual_runs, said, take_part, until
from tests.harness import World

ASKED = "to host *Question of the day*"


async def planned(world: World) -> tuple[RitualRun, str]:
    """Return Wednesday's question and the name of its host, as planned on Tuesday."""
    await opt_out_other_zones(world)
    await until(world, "4 March 15:00")
    occasion = next(each for _, each in await ritual_runs(world) if each.day == date(2031, 3, 5))
    return occasion, name_of(occasion.host_id)


async def opt_out_other_zones(world: World) -> None:
    """Opt people in other time zones out of hosting, because they would be asked while it is night in Lisbon."""
    async with world.database.begin() as session:
        for person in await session.scalars(select(Person).where(Person.zone != "Europe/Lisbon")):
            RitualPreferences(hosting=Hosting.RATHER_NOT).keep(person)


def name_of(id: str | None) -> str:
    return str(id)[2:].rstrip("0").lower()


async def test_host_of_a_ritual_who_answers_not_this_time_is_replaced_by_the_next(sunday: World) -> None:
    _, first = await planned(sunday)
    await press(sunday, first, await dm(sunday, first, ASKED), "rituals:skip")
    await settled(sunday)
    _, second = await planned(sunday)

    assert second != first
    assert "Nobody sees who said no." in str(await dm(sunday, first, "No problem."))
    await dm(sunday, second, ASKED)
    await until(sunday, "5 March 12:00")
    (_, message) = (await said(sunday))[-1]
    assert f"<@U0{second.upper()}" in str(message["blocks"])


async def test_host_of_a_ritual_who_swaps_with_another_person_stays_next_in_turn(sunday: World) -> None:
    occasion, first = await planned(sunday)
    await press(sunday, first, await dm(sunday, first, ASKED), "rituals:swap")
    form = (await sunday.slack.views(first))[-1]
    others = [each["value"] for each in form["blocks"][-1]["element"]["options"]]
    assert occasion.host_id not in others
    await sunday.slack.submit(first, whom=others[-1])
    await settled(sunday)

    assert "is hosting *Question of the day* this time. You're up next time." in str(
        await dm(sunday, first, "this time")
    )
    told = await dm(sunday, name_of(others[-1]), ASKED)
    assert f"<@{occasion.host_id}> would like you to host" in told["text"]
    await until(sunday, "7 March 9:30")
    friday = next(each for _, each in await ritual_runs(sunday) if each.day == date(2031, 3, 7))
    assert friday.host_id == occasion.host_id


async def test_second_press_of_the_skip_button_says_that_somebody_else_hosts_the_ritual(sunday: World) -> None:
    _, first = await planned(sunday)
    card = await dm(sunday, first, ASKED)
    await press(sunday, first, card, "rituals:skip")
    await press(sunday, first, card, "rituals:skip")
    await settled(sunday)

    await dm(sunday, first, "Someone else is hosting this one now.")


@pytest.mark.long
async def test_people_who_are_away_or_opted_out_are_not_asked_to_host_a_ritual(sunday: World) -> None:
    async with sunday.database.begin() as session:
        for person in await session.scalars(select(Person)):
            if person.name == "ben":
                RitualPreferences(hosting=Hosting.RATHER_NOT).keep(person)
            if person.name == "maya":
                person.absences = away(sunday.now.replace(month=4))
    await keep_only_jobs(sunday, "rituals")
    await until(sunday, "31 March 12:00")

    hosts = {name_of(each.host_id) for _, each in await ritual_runs(sunday)}
    assert len(hosts) > 3
    assert not hosts & {"ben", "maya"}


async def test_member_who_replies_or_reacts_counts_once_as_taking_part_in_a_ritual(sunday: World) -> None:
    await until(sunday, "5 March 12:00")
    (_, message) = (await said(sunday))[-1]
    await take_part(sunday, "ana", message, with_words=True)
    await take_part(sunday, "ana", message, with_words=False)
    await take_part(sunday, "ben", message, with_words=False)
    await take_part(sunday, "grace", message, with_words=False)

    async with sunday.database.reading() as session:
        assert sorted(await session.scalars(select(Participation.person_id))) == ["U0ANA00000", "U0BEN00000"]
