"""Tests of `/funtank celebrate`, with text typed after it or in its form."""

import pytest
from sqlalchemy import select

from bot.features.celebrations.models import Celebration
from bot.features.celebrations.rules import WHAT
from bot.messages import suggestions
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from tests.handlers.shoutouts.assertions import card
from tests.harness import Answer, Slack, World


async def funtank(slack: Slack, text: str, user: str = "ana", channel: str = "harbour-support") -> Answer:
    return await slack.command(user, text, word="/funtank", channel=channel)


async def made(world: World) -> list[Celebration]:
    async with world.database.reading() as session:
        team = (await session.scalars(select(Team).order_by(Team.id))).first()
        assert team
        return list(await session.scalars(select(Celebration).where(Celebration.team_id == team.id)))


async def second_team(world: World) -> None:
    async with world.database.begin() as session:
        await membership.create_team(
            session, await session.get_one(Workspace, world.workspace.id), channel_id="C0GENERAL0", name="general",
            zone="Europe/Lisbon", leaders=["U0MAYA0000"], agents=["U0ANA00000"], now=world.now,
        )  # fmt: skip


async def team_id(world: World, name: str) -> str:
    async with world.database.reading() as session:
        return str(await session.scalar(select(Team.id).where(Team.name == name)))


async def test_celebration_is_posted_with_the_text_that_the_person_typed(slack: Slack, world: World) -> None:
    answer = await funtank(slack, "celebrate the backlog is at *zero* & @ben held on <!channel>")
    assert answer.text == "Posted in <#C0HARBOURS>."

    (said,) = await card(slack, "is celebrating")
    assert said.startswith(":tada: <@U0ANA00000> is celebrating: the backlog is at *zero* &amp; ")
    assert said.endswith("@\u2060channel")
    assert [each.person_id for each in await made(world)] == ["U0ANA00000"]


async def test_celebrate_command_without_text_opens_a_form(slack: Slack, world: World) -> None:
    await funtank(slack, "Celebrate")
    empty = await slack.submit("ana", what=" ")
    assert empty.errors["what"].startswith("Say what you want to celebrate")
    done = await slack.submit("ana", what="a hundred days\nwithout a late answer")

    assert "Posted in <#C0HARBOURS>." in str(done.ack)
    assert await card(slack, "is celebrating: a hundred days without a late answer")


async def test_person_in_several_teams_picks_one_in_a_celebration_form_that_keeps_the_text(
    slack: Slack, world: World
) -> None:
    await second_team(world)
    await funtank(slack, "celebrate we did it", channel="queue-alerts")
    (view,) = await slack.views("ana")
    assert "we did it" in str(view["blocks"])
    await slack.submit("ana", what="we did it", team=await team_id(world, "harbour-support"))

    assert await card(slack, "is celebrating: we did it")


async def test_names_typed_in_the_celebration_form_are_mentions_in_the_card(slack: Slack, world: World) -> None:
    await second_team(world)
    await funtank(slack, "celebrate @ben held on", channel="queue-alerts")
    (view,) = await slack.views("ana")
    assert view["blocks"][0]["element"]["initial_value"] == "@ben held on"
    await slack.submit("ana", what="@ben held on, and @Dina’s first week", team=await team_id(world, "harbour-support"))

    assert await card(slack, "is celebrating: <@U0BEN00000> held on, and <@U0DINA0000>’s first week")


async def test_overlong_celebration_text_is_refused_in_the_form_for_several_teams(slack: Slack, world: World) -> None:
    await second_team(world)
    await funtank(slack, f"celebrate {'x' * 600}", channel="queue-alerts")
    refused = await slack.submit("ana", team=await team_id(world, "harbour-support"))

    assert list(refused.errors) == [WHAT]


async def test_overlong_celebration_text_opens_a_form_that_keeps_it(slack: Slack) -> None:
    await funtank(slack, f"celebrate {'x' * 501}")
    (view,) = await slack.views("ana")

    assert [each["block_id"] for each in view["blocks"]] == ["refused", WHAT]
    assert view["blocks"][1]["element"]["initial_value"] == "x" * 501
    assert list((await slack.submit("ana")).errors) == [WHAT]
    assert (await slack.submit("ana", **{WHAT: "a calm Monday"})).errors == {}


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("help", "*Fun tank*"),
        ("celebarte", suggestions.not_understood("/funtank", "celebarte")),
        ("xyz", suggestions.not_understood("/funtank", "xyz")),
    ],
)
async def test_celebrate_command_with_unknown_words_gets_help_or_a_suggestion(
    slack: Slack, words: str, answer: str
) -> None:
    assert (await funtank(slack, words)).text.startswith(answer)


async def test_celebrate_command_works_as_a_subcommand_of_steward(slack: Slack) -> None:
    await slack.command("ben", "funtank celebrate a calm Monday", word="/steward")

    assert await card(slack, "<@U0BEN00000> is celebrating: a calm Monday")


async def test_fourth_celebration_of_a_day_is_refused_and_the_answer_repeats_its_text(
    slack: Slack, world: World
) -> None:
    for number in range(3):
        await funtank(slack, f"celebrate win {number}")
    await funtank(slack, "celebrate")
    in_form = await slack.submit("ana", what="win in a form")
    typed = await funtank(slack, "celebrate one win too many")

    assert [each.words for each in await made(world)] == ["win 0", "win 1", "win 2"]
    assert "win too many" in typed.text
    assert "win in a form" not in str(in_form.ack)
