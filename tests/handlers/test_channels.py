"""Tests of teams whose channel is renamed, archived or left, and of guests, external people and user groups."""

from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.org import channels
from bot.org.teams import membership
from bot.org.teams.models import Team
from tests.handlers.drivers import keep_only_jobs
from tests.harness import Slack, World, eventually

HARBOUR = "C0HARBOURS"


async def the_team(world: World) -> Team:
    async with world.database.reading() as session:
        return (await session.scalars(select(Team))).one()


async def in_team(world: World) -> set[str]:
    async with world.database.reading() as session:
        return {member.user_id for member in await membership.members(session, await the_team(world))}


async def test_team_is_renamed_with_its_channel(slack: Slack, world: World) -> None:
    await slack.do("channels", channel="harbour-support", name="harbour-crew")

    async def renamed() -> bool:
        return (await the_team(world)).name == "harbour-crew"

    await eventually(renamed)
    assert "#harbour-crew" in (await slack.command("ana", "team", channel="general")).body["ack"]["text"]


@pytest.mark.long
async def test_archived_channel_gets_no_posts_until_it_is_unarchived(slack: Slack, world: World) -> None:
    await slack.command("maya", "@ana for a week before the end")
    await eventually(lambda: slack.said("bot", "ana"))
    await slack.do("channels", channel="harbour-support", archived=True)
    await eventually(lambda: _closed(world, True))
    await keep_only_jobs(world, "shoutouts", "rituals")
    await world.move(timedelta(days=5))
    calls = [call for call in await slack.calls("chat.postMessage") if call["answer"].get("error")]
    assert calls == []
    await slack.do("channels", channel="harbour-support", archived=False)
    await eventually(lambda: _closed(world, False))
    await slack.command("maya", "@ana for a week after it")
    await world.move(timedelta(days=6))

    posts = [text for text in await slack.said("harbour-support", "ana") if ":raised_hands: *This week's" in text]
    assert len(posts) == 1


async def _closed(world: World, is_closed: bool) -> bool:
    return (await the_team(world)).is_closed is is_closed


async def test_team_is_closed_while_the_bot_is_not_in_its_channel(slack: Slack, world: World) -> None:
    await slack.do("channels", channel="harbour-support", remove=["steward"])
    await eventually(lambda: _closed(world, True))
    await slack.do("channels", channel="harbour-support", remove=["ben"], add=["steward"])
    await eventually(lambda: _closed(world, False))

    async def read_anew() -> bool:
        return "U0BEN00000" not in await in_team(world)

    await eventually(read_anew)


async def test_guests_are_team_members_but_external_people_and_bots_are_not(slack: Slack, world: World) -> None:
    await slack.do("users", user="gus", real_name="Gus Guest", is_ultra_restricted=True)
    await slack.do("users", user="sam", real_name="Sam Stranger")
    await slack.do("users", user="sam", is_stranger=True)
    await slack.do("channels", channel="harbour-support", add=["gus", "sam"])

    async def came() -> bool:
        return "U0GUS00000" in await in_team(world)

    await eventually(came)
    await world.sandbox.settled()
    assert "U0SAM00000" not in await in_team(world)


async def test_changes_of_user_groups_are_stored(slack: Slack, world: World) -> None:
    async def shift() -> dict[str, list[str]]:
        async with world.database.reading() as session:
            return await channels.people_of_groups(session, world.workspace.id, ["night-shift", "early-shift"])

    async def is_now(**groups: list[str]) -> bool:
        return await shift() == {name.replace("_", "-"): ids for name, ids in groups.items()}

    await eventually(lambda: is_now(night_shift=["U0BEN00000", "U0FAY00000"]))
    await slack.do("usergroups", usergroup="night-shift", users=["fay", "ana"])
    await slack.do("usergroups", usergroup="early-shift", users=["dina"])
    await eventually(lambda: is_now(night_shift=["U0FAY00000", "U0ANA00000"], early_shift=["U0DINA0000"]))
    await slack.do("usergroups", usergroup="night-shift", disabled=True)
    await eventually(lambda: is_now(early_shift=["U0DINA0000"]))


async def test_workspace_on_a_free_plan_works_without_user_groups(slack: Slack, world: World) -> None:
    await slack.do("settings", free_plan=True)
    await world.move(timedelta(days=2))

    assert (await slack.command("maya", "@ana for a plain plan")).text.startswith("Thanks! ")
