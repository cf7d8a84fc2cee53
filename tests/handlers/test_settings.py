"""Tests of team settings end to end: the list, changes in a form, errors, and the audit log."""

from datetime import time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.features.shoutouts.settings import Settings
from bot.messages import settings as messages
from bot.org import people
from bot.org.availability import working_hours
from bot.org.availability.working_hours import Day
from bot.org.teams import membership, settings
from bot.org.teams.models import Role, Team
from bot.scheduler.models import ScheduledJob
from tests.harness import Json, Slack, World

SUMMARY = "shoutouts.post_round_up"


async def listed(slack: Slack, user: str = "maya") -> Json:
    await slack.command(user, "settings", word="/steward")
    (view,) = await slack.views(user)
    return view


async def change(slack: Slack, feature: str, user: str = "maya", **values: Any) -> Any:
    view = await listed(slack, user)
    await slack.do("actions", user=user, view_id=view["id"], action_id=messages.OPEN, block_id=feature)
    return await slack.submit(user, **values)


async def the_team(world: World) -> Team:
    async with world.database.reading() as session:
        return (await session.scalars(select(Team))).one()


async def test_leader_can_change_the_settings_of_a_feature_in_its_form(slack: Slack, world: World) -> None:
    answer = await change(slack, "shoutouts", **{"shoutouts.daily": "3"})

    assert "Saved" in str(answer.ack["view"])
    team = await the_team(world)
    assert Settings.of(team).daily == 3
    async with world.database.reading() as session:
        (written,) = await settings.latest_changes(session, team)
    assert (written.changed_by, written.name, written.was, written.became) == ("U0MAYA0000", "shoutouts.daily", 5, 3)
    await slack.do("views/close", user="maya", view_id=(await slack.views("maya"))[-1]["id"])
    assert "Thank-you limit per person per day changed from 5 to 3" in str((await listed(slack))["blocks"])


async def test_weekly_summary_is_rescheduled_or_turned_off_by_its_settings(slack: Slack, world: World) -> None:
    thursday = {"shoutouts.summary_day": str(int(Day.THURSDAY)), "shoutouts.summary_at": "11:00"}
    await change(slack, "shoutouts", **thursday)
    await slack.command("maya", "@ana for the calm voice today")
    await world.sandbox.settled()
    async with world.database.reading() as session:
        due_at = await session.scalar(select(ScheduledJob.due_at).where(ScheduledJob.job == SUMMARY))
    assert due_at
    local = due_at.astimezone(ZoneInfo("Europe/Lisbon"))
    assert (local.weekday(), local.time()) == (Day.THURSDAY, time(11))

    await slack.do("views/close", user="maya", view_id=(await slack.views("maya"))[-1]["id"], all=True)
    off: dict[str, Any] = {"shoutouts.summary": []}
    await change(slack, "shoutouts", **off)
    async with world.database.reading() as session:
        assert await session.scalar(select(ScheduledJob.id).where(ScheduledJob.job == SUMMARY)) is None


async def test_unchanged_settings_are_neither_stored_nor_logged(slack: Slack, world: World) -> None:
    await change(slack, "hours")

    team = await the_team(world)
    assert team.settings == {}
    async with world.database.reading() as session:
        assert await settings.latest_changes(session, team) == []


@pytest.mark.parametrize(
    ("feature", "values", "field", "sentence"),
    [
        ("hours", {"hours.country": "Atlantis"}, "hours.country", "I don't know the holidays there"),
        ("people", {"leaders": ["maya", "steward"]}, "leaders", "@steward is a bot"),
        ("people", {"leaders": ["maya"], "deputies": ["tom"]}, "deputies", "A deputy is also a leader"),
    ],
)
async def test_invalid_setting_shows_an_error_at_its_field_and_changes_nothing(
    slack: Slack, world: World, feature: str, values: dict[str, Any], field: str, sentence: str
) -> None:
    before = await the_team(world)
    answer = await change(slack, feature, **values)

    assert answer.errors[field].startswith(sentence), answer.body
    after = await the_team(world)
    assert (after.settings, after.zone, after.sponsor_id) == (before.settings, before.zone, before.sponsor_id)
    async with world.database.reading() as session:
        assert {m.user_id for m in await membership.members(session, after) if m.role is Role.LEADER} == {
            "U0MAYA0000", "U0TOM00000",
        }  # fmt: skip


async def test_new_time_zone_keeps_the_local_time_of_scheduled_jobs(slack: Slack, world: World) -> None:
    await change(slack, "people", zone="America/New_York", leaders=["maya", "ana"], deputies=["ana"], sponsor="grace")

    team = await the_team(world)
    async with world.database.reading() as session:
        due = (await session.scalars(select(ScheduledJob).where(ScheduledJob.team_id == team.id))).all()
        leaders = {m.user_id: m.is_deputy for m in await membership.members(session, team) if m.role is Role.LEADER}
        written = {each.name for each in await settings.latest_changes(session, team)}
    rituals = [each for each in due if each.wall]
    assert {each.zone for each in rituals} == {"America/New_York"}
    assert all(each.due_at.astimezone(ZoneInfo(each.zone)).replace(tzinfo=None) == each.wall for each in rituals)
    assert leaders == {"U0MAYA0000": False, "U0ANA00000": True}
    assert written == {"people.leaders", "people.deputies", "people.zone"}


@pytest.mark.parametrize("title", ["Team leader", ""])
async def test_newcomer_can_be_made_a_leader_whatever_their_job_title(slack: Slack, world: World, title: str) -> None:
    new = {"user": "nora", "real_name": "Nora Silva", "title": title, "channels": ["harbour-support"]}
    nora = (await slack.do("users", **new))["user"]["id"]
    await world.sandbox.settled()
    await change(slack, "people", leaders=["maya", "tom", "nora"], deputies=["tom"])

    team = await the_team(world)
    async with world.database.reading() as session:
        leaders = {m.user_id for m in await membership.members(session, team) if m.role is Role.LEADER}
    assert leaders == {"U0MAYA0000", "U0TOM00000", nora}


async def test_new_sponsor_stops_being_an_agent(slack: Slack, world: World) -> None:
    await change(slack, "people", sponsor="dina")

    team = await the_team(world)
    async with world.database.reading() as session:
        members = {member.user_id for member in await membership.members(session, team)}
    assert team.sponsor_id == "U0DINA0000"
    assert "U0DINA0000" not in members


async def test_agent_cannot_open_the_teams_settings(slack: Slack) -> None:
    answer = await slack.command("ana", "settings", word="/steward")

    assert answer.text.startswith("Only the team's leaders can change its settings.")


async def test_former_leader_cannot_submit_an_open_settings_form(slack: Slack, world: World) -> None:
    view = await listed(slack, "tom")
    await slack.do("actions", user="tom", view_id=view["id"], action_id=messages.OPEN, block_id="shoutouts")
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        await membership.set_leaders(session, team, leaders=["U0MAYA0000"], now=world.now)
    answer = await slack.submit("tom", **{"shoutouts.daily": "9"})

    assert answer.ack["response_action"] == "push"
    assert "Only the team's leaders" in str(answer.ack["view"])
    assert Settings.of(await the_team(world)).daily == 5


async def test_agent_can_change_their_own_working_hours(slack: Slack, world: World) -> None:
    note = await slack.command("eli", "me", word="/steward")
    assert "agent, working Mon" in str(note.ack["blocks"])
    ts = (await slack.notes("eli"))[-1]["ts"]
    await slack.do("actions", user="eli", channel="harbour-support", ts=ts, action_id=f"{messages.OPEN_OWN}:hours")
    answer = await slack.submit("eli", **{"hours.start": "12:00", "hours.end": "20:00"})

    assert "Saved" in str(answer.ack["view"])
    team = await the_team(world)
    async with world.database.reading() as session:
        eli = await people.fetch_person(session, world.workspace.id, "U0ELI00000")
    routine = working_hours.person_hours(eli, team)
    assert (f"{routine.start:%H}", f"{routine.end:%H}", routine.zone) == ("12", "20", "America/New_York")
    assert len(routine.days) == 5
