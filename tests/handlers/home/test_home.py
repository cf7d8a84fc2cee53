"""Tests of the Home tab: what it shows to whom, and whose tab is published after a change."""

from collections import Counter
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from bot.messages import absences
from bot.org import people
from bot.org.teams import membership
from bot.org.teams.models import Team
from bot.slack import home
from tests.handlers.drivers import keep_only_jobs, opt_out_of_shadowing
from tests.handlers.home.drivers import ANA, MAYA, SOON, opens, press, published, shown
from tests.harness import Slack, World, eventually, opened


async def test_agent_sees_the_thanks_they_received_on_home(slack: Slack) -> None:
    await slack.command("maya", "private @ana for the quiet word with a worried customer")
    said = await opens(slack, "ana")

    assert f"*Hello <@{ANA}>.* Only you can see this page." in said
    assert "Latest shout-outs for you" in said
    assert "the quiet word with a worried customer _(private)_" in said
    assert "<#C0HARBOURS> is led by <@U0MAYA0000> and <@U0TOM00000>. It has 6 agents." in said
    assert "Getting started" not in said
    assert "home:coming" not in said


async def test_agent_who_prefers_quiet_thanks_still_sees_thanks_on_home(slack: Slack) -> None:
    await slack.command("ana", "me", word="/steward")
    await opens(slack, "ana")
    await press(slack, "ana", "home:me")
    view = (await slack.views("ana"))[-1]
    await slack.do("actions", user="ana", view_id=view["id"], action_id="settings:open_own:shoutouts")
    await slack.submit("ana", **{"shoutouts.announce": "none"})
    await slack.command("maya", "@ana for the calm voice today")

    assert "the calm voice today" in await opens(slack, "ana")


async def test_leader_sees_the_next_step_the_teams_latest_thanks_and_buttons(slack: Slack) -> None:
    said = await opens(slack, "maya")

    assert "*Getting started in <#C0HARBOURS>* (3 of 5 done): choose the team's public holidays" in said
    assert "*Latest thanks in <#C0HARBOURS>*" in said
    assert "home:settings" in said
    assert "Weekly summary" not in said


@pytest.mark.parametrize("user", ["maya", "grace"])
async def test_leader_and_sponsor_open_the_list_of_upcoming_posts_from_home(slack: Slack, user: str) -> None:
    await opens(slack, user)
    await press(slack, user, "home:coming")
    sheet = str((await slack.views(user))[-1])

    assert "<#C0HARBOURS> is led by <@U0MAYA0000> and <@U0TOM00000>. It has 6 agents." in sheet
    assert "The next seven days" in sheet
    assert "Weekly summary" in sheet


async def test_leader_opens_their_balance_from_home_and_logs_time_there(slack: Slack) -> None:
    await slack.command("maya", "log strategy 90 staffing", word="/balance")
    assert "strategy 1 h 30 min" in await opens(slack, "maya")
    await press(slack, "maya", "balance:show")
    view = (await slack.views("maya"))[-1]
    assert "*Strategy* 1 h 30 min" in str(view)

    await slack.do("actions", user="maya", view_id=view["id"], action_id="balance:open")
    assert (await slack.views("maya"))[-1]["callback_id"] == "balance:form"


async def test_getting_started_section_disappears_when_all_steps_are_done(slack: Slack, world: World) -> None:
    async with world.database.begin() as session:
        team = (await session.scalars(select(Team))).one()
        team.settings = {"hours": {"country": "PT"}, "shoutouts": {"values": ["calm"]}}

    assert "Getting started" not in await opens(slack, "maya")


async def test_getting_started_section_disappears_after_a_month(slack: Slack, world: World) -> None:
    await keep_only_jobs(world)
    await world.move(timedelta(days=31))

    assert "Getting started" not in await opens(slack, "maya")


async def test_nudge_is_on_home_until_it_is_answered(slack: Slack, world: World) -> None:
    async with world.database.begin() as session:
        (await session.scalars(select(Team))).one().settings = {"shoutouts": {"coverage": 3}}
    await opt_out_of_shadowing(world)
    await opens(slack, "maya")
    await world.move(timedelta(days=1))
    said = await shown(slack, "maya")
    assert "'text': 'For you'" in said
    assert "Nobody has thanked" in said

    await press(slack, "maya", "shoutouts:see")
    assert (await slack.views("maya"))[-1]["callback_id"] == "shoutouts:form"
    await world.move(SOON)
    assert "'text': 'For you'" not in await shown(slack, "maya")


async def test_sponsor_sees_their_teams_on_home(slack: Slack) -> None:
    said = await opens(slack, "grace")

    assert "*Hello <@U0GRACE000>.*" in said
    assert "*<#C0HARBOURS>:* 2 leaders, 6 agents." in said
    assert "*Latest thanks in <#C0HARBOURS>*" in said
    assert "Latest shout-outs for you" not in said
    assert "home:settings" in said


async def test_home_tells_a_person_without_a_team_how_to_start(slack: Slack, world: World) -> None:
    await slack.do("users", user="gina", real_name="Gina Alves")
    await world.sandbox.settled()
    said = await opens(slack, "gina")

    assert "I'm Steward." in said
    assert "You're not in a team yet. Join your team's channel" in said
    await press(slack, "gina", "home:me")
    assert (await slack.views("gina"))[-1]["title"]["text"] == "About you"


async def test_person_in_two_teams_sees_both_teams_on_home(slack: Slack, world: World) -> None:
    async with world.database.begin() as session:
        await membership.create_team(
            session, world.workspace, channel_id="C0QUEUEALE", name="queue-alerts", zone="Europe/Lisbon",
            leaders=[ANA], agents=[MAYA], now=world.now,
        )  # fmt: skip
    said = await opens(slack, "ana")

    assert "<#C0HARBOURS> is led by" in said
    assert "*<#C0QUEUEALE>:* 1 leader, 1 agent." in said
    assert "Getting started in <#C0QUEUEALE>" in said
    assert "Getting started in <#C0HARBOURS>" not in said
    assert "Fun tank for <#C0HARBOURS>" in said


async def test_home_before_setup_offers_it_to_admins_and_tells_others_whom_to_ask(
    tmp_path: Path, database_url: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: Any) -> None: ...

    monkeypatch.setattr("bot.demo.ensure_demo_team", nothing)
    async with opened(tmp_path, database_url) as world:
        await world.steward.sync.sync_due()
        grace, ana = await opens(world.slack, "grace"), await opens(world.slack, "ana")

    assert "(1 of 3 done): type `/steward setup` in <#C0HARBOURS>" in grace
    assert "Ask <@U0GRACE000> to type `/invite @steward` and then `/steward setup`" in ana


async def test_opening_the_messages_tab_publishes_no_home(slack: Slack, world: World) -> None:
    await slack.do("home/open", user="ana", tab="messages")
    await world.sandbox.settled()
    await world.move(SOON)

    assert not await published(slack)


async def test_shoutout_changes_only_the_receivers_home(slack: Slack, world: World) -> None:
    for user in ("ana", "ben", "tom", "grace"):
        await opens(slack, user)
    before = await published(slack)
    await slack.command("maya", "@ana for the note that ended three chats")
    await world.move(SOON)

    assert "the note that ended three chats" in await shown(slack, "ana")
    assert await published(slack) - before == Counter({ANA: 1})


async def test_undone_shoutout_disappears_from_home(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    await slack.command("maya", "@ana for a thing too soon said")
    await world.move(SOON)
    (note,) = await slack.notes("maya")
    await slack.press("maya", "shoutouts:undo", channel="harbour-support", ts=note["ts"])
    await world.move(SOON)

    assert "too soon said" not in await shown(slack, "ana")


async def test_thanks_in_channel_messages_are_on_home_and_follow_edits(slack: Slack, world: World) -> None:
    for user in ("ana", "ben"):
        await opens(slack, user)
    posted = await slack.do("messages", user="maya", channel="harbour-support", text="kudos to @ana for the handover")
    await world.sandbox.settled()
    await world.move(SOON)
    assert "kudos to" in await shown(slack, "ana")

    await slack.do("messages/edit", user="maya", channel="harbour-support", ts=posted["ts"],
                   text="kudos to @ben for the handover")  # fmt: skip
    await world.sandbox.settled()
    await world.move(SOON)
    assert "the handover" not in await shown(slack, "ana")
    assert "the handover" in await shown(slack, "ben")


async def test_several_quick_changes_cause_at_most_two_publications(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    for number in range(3):
        await slack.command("maya", f"@ana for thing {number}")
    await world.move(SOON)

    said = await shown(slack, "ana")
    assert all(f"thing {number}" in said for number in range(3))
    assert (await published(slack))[ANA] <= 1 + 2  # once when it is opened, and at most two debounced publications


async def test_unchanged_home_is_not_published_again(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    async with world.database.begin() as session:
        home.mark_changed(session, world.workspace.id, [ANA], now=world.now)
    await world.move(SOON)

    assert (await published(slack))[ANA] == 1


async def test_home_not_opened_for_a_week_is_published_only_when_it_is_opened(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    await keep_only_jobs(world, "home")
    await world.move(timedelta(days=8))
    before = (await published(slack))[ANA]
    await slack.command("maya", "@ana for waiting so long")
    await world.move(timedelta(days=1))
    assert (await published(slack))[ANA] == before

    assert "waiting so long" in await opens(slack, "ana")


async def test_home_shows_an_absence_until_it_ends(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    await slack.command("ana", "away for 2 weeks", word="/steward")
    await world.move(SOON)
    async with world.database.reading() as session:
        told = absences.away_now(await people.fetch_person(session, world.workspace.id, ANA), world.now)
    assert told
    assert told in await shown(slack, "ana")

    await slack.command("ana", "back", word="/steward")
    await world.move(SOON)
    assert told not in await shown(slack, "ana")


async def test_home_shows_a_team_only_to_its_current_members(slack: Slack, world: World) -> None:
    await slack.do("users", user="gina", real_name="Gina Alves")
    await world.sandbox.settled()
    await opens(slack, "gina")
    await slack.do("channels", channel="harbour-support", add=["gina"])
    await world.sandbox.settled()
    await world.move(SOON)
    assert "<#C0HARBOURS> is led by" in await shown(slack, "gina")

    await slack.do("channels", channel="harbour-support", remove=["gina"])
    await world.sandbox.settled()
    await world.move(SOON)
    assert "You're not in a team yet" in await shown(slack, "gina")


async def test_home_explains_how_to_reopen_a_team_whose_bot_was_removed(slack: Slack, world: World) -> None:
    await opens(slack, "maya")
    await slack.do("channels", channel="harbour-support", remove=["steward"])
    await world.sandbox.settled()
    await world.move(SOON)
    assert "I can't post there: the channel is archived" in await shown(slack, "maya")
    assert "invite me again. Type `/invite @steward`" in await shown(slack, "maya")

    await slack.do("channels", channel="harbour-support", add=["steward"])
    await world.sandbox.settled()
    await world.move(SOON)
    assert "invite me again" not in await shown(slack, "maya")


async def test_changed_settings_are_published_to_the_leaders_home(slack: Slack, world: World) -> None:
    for user in ("maya", "grace", "ana"):
        await opens(slack, user)
    before = await published(slack)
    await press(slack, "maya", "home:settings")
    view = (await slack.views("maya"))[-1]
    await slack.do("actions", user="maya", view_id=view["id"], action_id="settings:open", block_id="shoutouts")
    await slack.submit("maya", **{"shoutouts.values": "calm\ncare"})
    await world.move(SOON)

    assert "(4 of 5 done)" in await shown(slack, "maya")
    assert await published(slack) - before == Counter(
        {MAYA: 1}
    )  # nothing on the Home tabs of grace and ana has changed


async def test_thank_button_on_home_opens_the_shoutout_form(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    await press(slack, "ana", "home:thank")
    answer = await slack.submit("ana", receivers=["ben"], reason="for the night shift")

    assert "Thanks! " in str(answer.ack)


async def test_refused_button_on_home_is_answered_by_dm(slack: Slack, world: World) -> None:
    await opens(slack, "ana")
    await slack.do("channels", channel="harbour-support", remove=["ana"])
    await world.sandbox.settled()
    await press(slack, "ana", "home:thank")

    assert "You're not in a team yet." in (await eventually(lambda: slack.said("bot", "ana")))[-1]
