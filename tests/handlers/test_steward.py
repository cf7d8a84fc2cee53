"""Tests of `/steward`: its answers, and other commands typed after it."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.messages import suggestions
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.org.workspaces import Address
from bot.slack.outbox import outbox
from bot.slack.post import Post
from tests.harness import Slack, World, eventually


async def say(slack: Slack, user: str, words: str, channel: str = "harbour-support") -> str:
    answer = await slack.command(user, words, channel=channel, word="/steward")
    return answer.text + str(answer.ack.get("blocks", ""))


async def test_steward_command_without_text_names_the_leaders_and_the_next_events(slack: Slack) -> None:
    said = await say(slack, "ana", "")

    assert "<#C0HARBOURS> is led by <@U0MAYA0000> and <@U0TOM00000>" in said
    assert "Weekly summary" in said


async def test_steward_command_runs_other_commands_typed_after_it(slack: Slack) -> None:
    assert (await say(slack, "maya", "shoutout @ana for the other word")).startswith("Thanks! ")
    assert "Thank someone" in await say(slack, "maya", "Shoutout help")


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("seting", suggestions.not_understood("/steward", "seting")),
        ("juggle", suggestions.not_understood("/steward", "juggle")),
        ("<!channel>", suggestions.not_understood("/steward", "@channel")),
        ("shoutot @ana for a slip", suggestions.not_understood("/steward", "shoutot <@U0ANA00000> for a slip")),
        ("balanse", suggestions.not_understood("/steward", "balanse")),
        ("help", "`/balance` shows leaders how they spend their time"),
    ],
)
async def test_steward_command_with_misspelled_or_unknown_words_gets_a_suggestion(
    slack: Slack, words: str, answer: str
) -> None:
    assert answer in await say(slack, "ana", words)


async def test_steward_command_in_a_channel_without_a_team_explains_the_setup(slack: Slack) -> None:
    await slack.do("users", user="gina", real_name="Gina Alves")

    assert "This channel isn't a team yet. A workspace admin or a leader of another team can set it up" in await say(
        slack, "gina", "", channel="general"
    )


async def test_message_held_during_an_absence_is_sent_on_return(slack: Slack, world: World) -> None:
    async with world.database.reading() as session:
        team = (await session.scalars(select(Team))).one()
    await say(slack, "ana", "away for 2 weeks")
    async with world.database.begin() as session:
        ana = Address(world.workspace.id, "U0ANA00000")
        await outbox.put(session, Post("A reminder."), to=ana, not_before=world.now, hours_of=team)
    await world.move(timedelta(hours=2))
    assert await slack.said("bot", "ana") == []
    await say(slack, "ana", "back")

    assert await eventually(lambda: slack.said("bot", "ana")) == ["A reminder."]


async def test_team_without_leaders_is_reported_and_its_settings_can_be_opened_by_an_admin(
    slack: Slack, world: World
) -> None:
    await slack.do("users", user="tom", deleted=True)
    await slack.do("channels", channel="harbour-support", remove=["maya"])
    await world.sandbox.settled()

    assert "has no leaders yet" in await say(slack, "ana", "")
    await slack.command("grace", "settings", word="/steward")
    (view,) = await slack.views("grace")
    assert "No leaders yet" in str(view["blocks"])


async def test_steward_command_asks_a_person_in_several_teams_which_one_is_meant(slack: Slack, world: World) -> None:
    async with world.database.begin() as session:
        await membership.create_team(
            session, world.workspace, channel_id="C0ALERTS00", name="queue-alerts", zone="Europe/Lisbon",
            leaders=["U0MAYA0000"], agents=["U0BEN00000"], now=world.now,
        )  # fmt: skip

    assert "You're in several teams" in await say(slack, "maya", "", channel="general")
    await slack.do("users", user="gina", real_name="Gina Alves")
    await slack.do("channels", channel="harbour-support", add=["gina"], remove=["dina"])

    async def joined() -> bool:
        return "is led by" in await say(slack, "gina", "")

    await eventually(joined)
