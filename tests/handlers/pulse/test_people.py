"""Tests of whom a round asks and counts: people join, leave, lead, are away, or have had their nudges of the day."""

from datetime import UTC, datetime

import pytest

from bot.features.pulse import rules
from bot.features.pulse.rules import Level
from bot.messages.pulse import forms
from bot.org import people
from tests.handlers.pulse.drivers import HOUR, agents, answer, cards, close_round, id_of, move_to, rounds
from tests.handlers.pulse.members import (
    DAY,
    asked,
    budget_left,
    evening_of,
    join,
    jump,
    leave,
    make_leader,
    posted_to,
    spend_all_nudges,
    stay_away,
)
from tests.harness import Json, World

SIX = ("ana", "ben", "chidi", "dina", "eli", "fay")
OPENS = datetime(2031, 3, 11, 10, tzinfo=UTC)
SECOND, THIRD, FOURTH, FIFTH = (OPENS + days * DAY for days in (1, 2, 3, 6))
"""The round's working days; the weekend is between the fourth and the fifth."""
CLOSES = datetime(2031, 3, 19, 16, tzinfo=UTC)


async def open_settings(world: World, name: str) -> str:
    """Type `/steward pulse`, and return what the view says above everything else."""
    await world.slack.command(name, "pulse", word="/steward")
    view = (await world.slack.views(name))[-1]
    await world.slack.do("views/close", user=name, view_id=view["id"])
    return str(next(block["text"]["text"] for block in view["blocks"] if block["type"] == "section"))


async def few(world: World, name: str) -> str:
    """Return what a person reads if the team has four agents."""
    async with world.database.reading() as session:
        reader = await people.fetch_person(session, world.workspace.id, await id_of(world, name))
    return forms.status(None, None, rules.FEWEST_AGENTS - 1, rules.FEWEST_AGENTS, reader)


async def test_round_opens_closes_and_asks_the_agents_as_the_other_tests_assume(running: World) -> None:
    (found,) = await rounds(running)
    assert (found.opened_at, found.closes_at, await agents(running)) == (OPENS, CLOSES, [*SIX])
    assert await asked(running, SIX) == dict.fromkeys(SIX, 1)


async def test_team_of_four_has_no_round_and_its_leader_reads_why(waiting: World) -> None:
    await leave(waiting, "eli", "fay")
    before = await open_settings(waiting, "maya")
    await move_to(waiting, OPENS + HOUR)
    assert await rounds(waiting) == []
    assert before.startswith(await few(waiting, "maya"))
    assert await few(waiting, "ana") in await open_settings(waiting, "ana")
    assert await asked(waiting, SIX[:4]) == dict.fromkeys(SIX[:4], 0)


async def test_team_of_five_has_a_round(waiting: World) -> None:
    await leave(waiting, "fay")
    await move_to(waiting, OPENS + HOUR)
    assert [each.members for each in await rounds(waiting)] == [5]


async def test_team_that_shrinks_to_four_goes_on_and_shows_nothing(running: World) -> None:
    await leave(running, "eli", "fay")
    for name in SIX[:4]:
        await answer(running, name, 5, 5, comment="more time")
    found = await close_round(running)
    assert (found.asked, found.answered, found.levels) == (4, 4, [])


async def test_answer_of_an_agent_who_leaves_afterwards_is_counted(running: World) -> None:
    for name in SIX[:5]:
        await answer(running, name, 5, 5)
    await leave(running, "eli", "dina", "fay")
    found = await close_round(running)
    assert (found.asked, found.answered, found.levels) == (5, 5, [Level.HIGH, Level.HIGH])


async def test_person_who_joins_is_not_asked_until_the_next_round(running: World) -> None:
    await join(running, "nora")
    await evening_of(running, FIFTH)
    assert await cards(running, "nora") == []
    assert (await close_round(running)).asked == 6
    await move_to(running, OPENS + 28 * DAY + 8 * HOUR)
    assert [each.members for each in await rounds(running)] == [6, 7]
    assert len(await cards(running, "nora")) == 1


@pytest.mark.parametrize("how", [leave, make_leader])
async def test_agent_who_leaves_or_becomes_a_leader_before_answering_is_no_longer_asked_or_counted(
    running: World, how: object
) -> None:
    assert callable(how)
    await how(running, "fay")
    await move_to(running, SECOND)
    assert await cards(running, "fay") == []
    await evening_of(running, FIFTH)
    assert await asked(running, SIX) == {**dict.fromkeys(SIX, 1), "fay": 0}
    assert (await close_round(running)).asked == 5


async def test_person_who_leaves_after_the_last_morning_of_a_round_is_not_counted(running: World) -> None:
    await move_to(running, CLOSES - HOUR)
    await leave(running, "fay")
    assert (await close_round(running)).asked == 5


async def test_agent_who_becomes_a_leader_after_answering_is_counted(running: World) -> None:
    await answer(running, "ana", 5, 5)
    await make_leader(running, "ana")
    await move_to(running, SECOND)
    found = await close_round(running)
    assert (found.asked, found.answered) == (6, 1)


async def test_person_who_is_away_all_the_time_is_neither_asked_nor_counted(waiting: World) -> None:
    await stay_away(waiting, "ana", OPENS - DAY, CLOSES + DAY)
    await evening_of(waiting, FIFTH)
    assert await asked(waiting, SIX) == {**dict.fromkeys(SIX, 1), "ana": 0}
    assert (await close_round(waiting)).asked == 5
    await evening_of(waiting, CLOSES + 2 * DAY)
    assert await cards(waiting, "ana") == []


async def test_person_who_is_away_at_first_is_asked_on_return_in_their_own_hours(waiting: World) -> None:
    back = FOURTH.replace(hour=0)
    await stay_away(waiting, "eli", OPENS - DAY, back)
    await move_to(waiting, back + 12 * HOUR)
    assert await cards(waiting, "eli") == [], "it is eight in the morning in New York"
    await move_to(waiting, back + 14 * HOUR)
    assert len(await cards(waiting, "eli")) == 1
    assert sent_at((await cards(waiting, "eli"))[0]) >= back + 13 * HOUR
    assert (await close_round(waiting)).asked == 6


def sent_at(message: Json) -> datetime:
    return datetime.fromtimestamp(float(message["ts"]), UTC)


async def test_person_who_was_asked_and_is_away_when_reminded_is_counted(running: World) -> None:
    await stay_away(running, "ana", SECOND, CLOSES + DAY)
    await evening_of(running, FIFTH)
    assert await cards(running, "ana") == [], "the reminder waits for them to come back"
    assert (await close_round(running)).asked == 6


async def test_agents_who_have_not_answered_the_pulse_are_reminded_on_its_third_and_fifth_day(running: World) -> None:
    await answer(running, "ana", 5, 5)
    first = await shown(running)
    await evening_of(running, SECOND)
    assert await shown(running) == first
    await evening_of(running, THIRD)
    third = await shown(running)
    await answer(running, "ben", 5, 5)
    await evening_of(running, FOURTH)
    assert await shown(running) == third
    await evening_of(running, FIFTH)
    fifth = await shown(running)
    await evening_of(running, FIFTH + DAY)
    assert await shown(running) == fifth
    again = [
        {name for name in SIX if later[name] != before[name]} for before, later in ((first, third), (third, fifth))
    ]
    assert again == [{*SIX} - {"ana"}, {*SIX} - {"ana", "ben"}]


def changed(before: dict[str, str], after: dict[str, str]) -> set[str]:
    return {name for name in SIX if before[name] != after[name]}


async def shown(world: World) -> dict[str, str]:
    """Return the timestamp of each person's only card."""
    found = {}
    for name in SIX:
        (card,) = await cards(world, name)
        found[name] = card["ts"]
    return found


async def test_person_without_nudges_left_is_asked_on_the_next_working_morning(waiting: World) -> None:
    await spend_all_nudges(waiting, "ana", OPENS)
    await evening_of(waiting, OPENS)
    assert await asked(waiting, SIX) == {**dict.fromkeys(SIX, 1), "ana": 0}
    await move_to(waiting, SECOND.replace(hour=9, minute=5))
    assert len(await cards(waiting, "ana")) == 1


async def test_person_without_nudges_left_keeps_the_card_and_is_not_reminded(running: World) -> None:
    before = await shown(running)
    await spend_all_nudges(running, "ana", THIRD)
    await evening_of(running, THIRD)
    assert changed(before, await shown(running)) == {*SIX} - {"ana"}


async def test_question_and_reminders_use_up_everybodys_budget_whether_or_not_they_answered(running: World) -> None:
    await answer(running, "ana", 5, 5)
    await evening_of(running, THIRD)
    assert {name: await budget_left(running, name, THIRD) for name in SIX} == dict.fromkeys(SIX, 1)


@pytest.mark.parametrize("days", [2, 3, 6, 7])
async def test_bot_that_was_down_reminds_everybody_once(running: World, days: int) -> None:
    """The reminders of the days that it missed come as one."""
    before = await shown(running)
    await jump(running, OPENS + days * DAY)
    await evening_of(running, OPENS + days * DAY)
    assert changed(before, await shown(running)) == {*SIX}
    assert [await posted_to(running, name) for name in SIX] == [1] * len(SIX)
