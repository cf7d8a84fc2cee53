"""Tests of what `/steward me` tells about the nudges of the last four weeks, and of *Mute* there."""

from datetime import timedelta

import pytest
from sqlalchemy import delete, select

from bot.nudges.cards import MUTE, UNMUTE
from bot.nudges.models import HISTORY_PERIOD, Nudge, NudgeState
from bot.nudges.selection import NudgePreferences
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.workflows.nudges import SENT_PERIOD, TITLES
from tests.handlers.drivers import settled
from tests.handlers.followups.drivers import press_note
from tests.handlers.home.drivers import opens, press
from tests.harness import Json, World

DONE, DECLINED, IGNORED, UNHEARD = NudgeState.DONE, NudgeState.DECLINED, NudgeState.IGNORED, NudgeState.UNHEARD


@pytest.fixture
async def unasked(tuesday: World) -> World:
    """Return a world in which nobody has had a nudge yet."""
    async with tuesday.database.begin() as session:
        await session.execute(delete(Nudge))
    return tuesday


async def was_sent(world: World, kind: str, *states: NudgeState, to: str = "U0TOM00000", days_ago: int = 1) -> None:
    """Store nudges of a kind that somebody got, one in each of these states."""
    said_at = world.now - timedelta(days=days_ago)
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        session.add_all(
            Nudge(
                workspace_id=team.workspace_id, team_id=team.id, person_id=to, kind=kind, about=f"{days_ago}:{nth}",
                facts={}, card=f"nudges:{to}:{kind}:{days_ago}:{nth}", said_at=said_at, ends_at=said_at, state=state,
            )
            for nth, state in enumerate(states)
        )  # fmt: skip


async def me(world: World, name: str = "tom") -> list[Json]:
    return list((await world.slack.command(name, "me", word="/steward")).ack["blocks"])


def listed(blocks: list[Json], button: str = MUTE) -> list[str]:
    """Return the texts beside which a button stands."""
    return [each["text"]["text"] for each in blocks if each.get("accessory", {}).get("action_id") == button]


async def muted(world: World) -> list[str]:
    async with world.database.reading() as session:
        return NudgePreferences.of((await session.scalars(select(Person).where(Person.name == "tom"))).one()).muted


async def test_steward_me_counts_ones_own_nudges_of_four_weeks_by_what_came_of_them(unasked: World) -> None:
    await was_sent(unasked, "one_on_ones.due", DONE, DONE, DECLINED, days_ago=27)
    await was_sent(unasked, "shadowing.suggest", IGNORED, NudgeState.SAID)
    await was_sent(unasked, "promises.due", UNHEARD)
    await was_sent(unasked, "visits.offer", DONE, days_ago=29)
    await was_sent(unasked, "ideas.answer", DONE, to="U0MAYA0000")
    await was_sent(unasked, "some.kind_that_is_gone", DONE)

    blocks = await me(unasked)
    assert listed(blocks) == [
        "“one-on-ones due”: 3 times · 2 done · 1 not this time",
        "“who to sit with next”: twice · 1 no answer",
    ]
    assert "• “promises that are due”" in str(blocks)
    assert listed(await me(unasked, "maya")) == ["“ideas without an answer”: once · 1 done"]


async def test_steward_me_says_nothing_about_nudges_to_somebody_who_got_none(unasked: World) -> None:
    await was_sent(unasked, "ideas.answer", DONE, to="U0MAYA0000")

    assert "uggested" not in str(await me(unasked))


async def test_steward_me_lists_the_five_most_frequent_kinds_that_are_not_muted(unasked: World) -> None:
    kinds = ["visits.theme", "promises.due", "ideas.answer", "tank.low", "notices.read", "roadblocks.take"]
    for nth, each in enumerate(kinds, 1):
        await was_sent(unasked, each, *[DONE] * nth)

    def titles(blocks: list[Json]) -> list[str]:
        return [each.partition(":")[0] for each in listed(blocks)]

    assert titles(await me(unasked)) == [f"“{TITLES[each]}”" for each in reversed(kinds[1:])]
    await press_note(unasked, "tom", MUTE)
    await settled(unasked)
    assert await muted(unasked) == [kinds[-1]]
    assert titles(await me(unasked)) == [f"“{TITLES[each]}”" for each in reversed(kinds[:-1])]


async def test_mute_button_puts_the_kind_among_the_muted_ones_in_the_same_message(unasked: World) -> None:
    await was_sent(unasked, "ideas.answer", DONE)
    await me(unasked)
    await press_note(unasked, "tom", MUTE)
    await settled(unasked)

    (note,) = await unasked.slack.notes("tom")
    assert (listed(note["blocks"]), len(listed(note["blocks"], UNMUTE))) == ([], 1)
    await press_note(unasked, "tom", UNMUTE)
    await settled(unasked)
    assert await muted(unasked) == []


async def test_mute_button_changes_the_sheet_of_home_and_sends_no_message(unasked: World) -> None:
    await was_sent(unasked, "ideas.answer", DONE)
    await opens(unasked.slack, "tom")
    await press(unasked.slack, "tom", "home:me")
    (sheet,) = await unasked.slack.views("tom")
    said = await unasked.slack.said("bot", "tom")
    await unasked.slack.do("actions", user="tom", view_id=sheet["id"], action_id=MUTE, value="ideas.answer")
    await settled(unasked)

    (sheet,) = await unasked.slack.views("tom")
    assert (listed(sheet["blocks"]), len(listed(sheet["blocks"], UNMUTE))) == ([], 1)
    assert await unasked.slack.said("bot", "tom") == said


def test_nudges_are_kept_for_as_long_as_steward_me_counts_them() -> None:
    assert SENT_PERIOD <= HISTORY_PERIOD


def test_no_kind_of_nudge_is_about_a_private_matter_so_that_lists_may_name_all_kinds() -> None:
    assert {each.partition(".")[0] for each in TITLES} & {"pulse", "hard_contacts", "hand_ups", "voice"} == set()
