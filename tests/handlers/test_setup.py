"""Tests of the setup end to end: a command, a form and a preview turn a channel into a team.

The messages that the preview announced are then sent to the team.
"""

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from sqlalchemy import select

from bot.errors import Refusal
from bot.messages import setup as messages
from bot.org.availability.working_hours import WorkingHoursSettings
from bot.org.teams import membership, queries, settings
from bot.org.teams.models import Role, Team
from bot.org.teams.settings import Goals
from bot.workflows import recurring_jobs
from bot.workflows.setup import HELLOS
from tests.handlers.drivers import button
from tests.harness import Json, Mode, Slack, World, eventually, opened

pytestmark = pytest.mark.on_the_wire

DESK = "night-desk"
TUESDAY = datetime(2031, 11, 18, 10, tzinfo=UTC)


@pytest.fixture
async def desk(slack: Slack) -> str:
    """Create a channel with the bot and some people in it."""
    return await make_desk(slack)


async def make_desk(slack: Slack) -> str:
    made = await slack.do("channels", channel=DESK, user="maya", add=["ana", "eli", "fay", "steward"])
    return str(made["channel"]["id"])


async def set_up(slack: Slack, **values: object) -> str:
    """Submit the setup form and its preview, and return the blocks of the preview and of the confirmation."""
    await eventually(lambda: _opened(slack))
    previewed = await slack.submit("maya", **values)
    assert previewed.ack.get("response_action") == "push", previewed.body
    answer = await slack.submit("maya")
    assert answer.ack.get("response_action") == "update", answer.body
    return str(previewed.ack["view"]["blocks"]) + str(answer.ack["view"]["blocks"])


async def the_team(world: World, channel_id: str) -> Team:
    async with world.database.reading() as session:
        return (await session.scalars(select(Team).where(Team.channel_id == channel_id))).one()


async def members(world: World, team: Team) -> dict[str, Role]:
    async with world.database.reading() as session:
        return {member.user_id: member.role for member in await membership.members(session, team)}


async def test_team_can_be_set_up_with_defaults_only(slack: Slack, world: World, desk: str) -> None:
    said = await set_up(slack)

    assert "is now a team with 1 leader and 3 agents" in said
    assert "Weekly summary" in said
    assert "Lisbon time" in said
    team = await the_team(world, desk)
    assert team.zone == "Europe/Lisbon"
    assert WorkingHoursSettings.of(team) == WorkingHoursSettings(country="PT")
    assert await members(world, team) == {
        "U0MAYA0000": Role.LEADER, "U0ANA00000": Role.AGENT, "U0ELI00000": Role.AGENT, "U0FAY00000": Role.AGENT,
    }  # fmt: skip
    async with world.database.reading() as session:
        cards = [
            messages.team_greeting(team).text,
            messages.welcome_post(team, await membership.members(session, team)).text,
        ]

    async def introduced() -> bool:
        return await slack.said(DESK, "ana") == cards

    await eventually(introduced)
    assert (await slack.command("fay", "@ana for the first one here", channel=DESK)).text.startswith("Thanks! ")


async def test_every_field_of_the_setup_is_saved_and_logged(slack: Slack, world: World, desk: str) -> None:
    await set_up(
        slack,
        leaders=["maya", "eli"],
        deputies=["eli"],
        sponsor="grace",
        zone="America/New_York",
        **{
            "hours.days": ["0", "1", "2", "3"],
            "hours.start": "22:00",
            "hours.end": "06:00",
            "hours.country": "US",
            "shoutouts.values": "calm\n#care",
            "goals.goals": "Answer within a day\nNobody works alone at night",
        },
    )

    team = await the_team(world, desk)
    assert (team.sponsor_id, team.zone) == ("U0GRACE000", "America/New_York")
    week = WorkingHoursSettings.of(team)
    assert (week.days, f"{week.start:%H}-{week.end:%H}", week.country) == ([0, 1, 2, 3], "22-06", "US")
    assert Goals.of(team).goals == ["Answer within a day", "Nobody works alone at night"]
    async with world.database.reading() as session:
        written = await settings.latest_changes(session, team, limit=50)
    assert {"hours.start", "hours.country", "shoutouts.values", "goals.goals"} <= {change.name for change in written}
    assert {change.changed_by for change in written} == {"U0MAYA0000"}


async def test_setup_saves_and_sends_nothing_before_the_preview_is_confirmed(
    slack: Slack, world: World, desk: str
) -> None:
    await eventually(lambda: _opened(slack))
    previewed = (await slack.submit("maya", leaders=["maya", "eli"], **{"goals.goals": "Answer within a day"})).ack
    await world.sandbox.settled()

    async with world.database.reading() as session:
        assert await queries.team_of_channel(session, world.workspace.id, desk) is None
    assert previewed["view"]["callback_id"] == messages.PREVIEW
    assert not [each for each in await slack.messages("bot", "eli") if each.get("bot_id")]
    assert len(await slack.said(DESK, "ana")) == 1  # only the greeting

    await slack.do("views/close", user="maya", view_id=(await slack.views("maya"))[-1]["id"])
    (form,) = await slack.views("maya")
    assert form["callback_id"] == messages.FORM
    assert form["state"]["values"]["leaders"]["leaders"]["selected_users"] == ["U0MAYA0000", "U0ELI00000"]
    assert form["state"]["values"]["goals.goals"]["goals.goals"]["value"] == "Answer within a day"

    await slack.submit("maya", sponsor="grace")
    await slack.submit("maya")
    team = await the_team(world, desk)
    assert (team.sponsor_id, Goals.of(team).goals) == ("U0GRACE000", ["Answer within a day"])
    assert (await members(world, team))["U0ELI00000"] is Role.LEADER


async def test_setup_preview_shows_the_first_card_and_who_is_told_by_dm(slack: Slack, world: World, desk: str) -> None:
    await eventually(lambda: _opened(slack))
    view = (await slack.submit("maya", leaders=["maya", "eli"], sponsor="grace")).ack["view"]
    await slack.submit("maya")
    team = await the_team(world, desk)
    async with world.database.reading() as session:
        first = messages.welcome_post(team, await membership.members(session, team)).text

    texts = [block["text"]["text"] for block in view["blocks"] if block["block_id"].startswith("sent_")]
    assert all(line in texts[0] for line in first.splitlines())
    assert "<@U0ELI00000> and <@U0GRACE000>" in texts[1]
    assert "U0MAYA0000" not in texts[1]


async def test_setup_preview_announces_no_dm_to_a_sponsor_who_does_the_setup(
    slack: Slack, world: World, desk: str
) -> None:
    await slack.do("channels", channel=DESK, add=["grace"])

    async def form() -> bool:
        await slack.command("grace", "setup", channel=DESK, word="/steward")
        return bool(await slack.views("grace"))

    await eventually(form)
    view = (await slack.submit("grace", leaders=["maya"], sponsor="grace")).ack["view"]
    await slack.submit("grace")
    await world.sandbox.settled()

    texts = [block.get("text", {}).get("text", "") for block in view["blocks"]]
    told = next(text for text in texts if "By DM, right away" in text)
    assert "<@U0MAYA0000>" in told
    assert "U0GRACE000" not in told
    assert not [each for each in await slack.messages("bot", "grace") if each.get("bot_id")]


async def test_setup_form_is_validated_again_when_the_preview_is_confirmed(
    slack: Slack, world: World, desk: str
) -> None:
    await eventually(lambda: _opened(slack))
    await slack.submit("maya", sponsor="grace")
    await slack.do("users", user="grace", deleted=True)
    await world.sandbox.settled()
    answer = await slack.submit("maya")

    assert answer.ack["response_action"] == "update"
    async with world.database.reading() as session:
        assert await queries.team_of_channel(session, world.workspace.id, desk) is None


@pytest.mark.parametrize(
    ("goals", "fits"),
    [("x" * 2000, True), ("目標" * 1000, True), ("Answer\n" * 290, True), ("x" * 3000, False), ('"' * 1990, False)],
)
def test_setup_form_with_too_much_text_for_the_preview_is_refused(goals: str, fits: bool) -> None:
    form = {"leaders": ["U0MAYA0000"], "zone": "Europe/Lisbon", "goals.goals": goals}
    if fits:
        assert json.loads(messages.form_metadata("C1", form)) == {"channel": "C1", "form": form}
    else:
        with pytest.raises(Refusal) as refused:
            messages.form_metadata("C1", form)
        assert refused.value.field == "goals.goals"


async def test_invited_bot_greets_the_channel_with_a_setup_button(slack: Slack, world: World, desk: str) -> None:
    (hello,) = await eventually(lambda: greetings(slack))
    start = button(hello, messages.OPEN)
    await slack.do("actions", user="ana", channel=DESK, ts=hello["ts"], **start)
    await eventually(lambda: slack.notes("ana", DESK))
    assert await slack.views("ana") == []

    async def opens() -> bool:
        await slack.do("actions", user="maya", channel=DESK, ts=hello["ts"], **start)
        return bool(await slack.views("maya"))

    await eventually(opens)
    await slack.submit("maya")
    await slack.submit("maya")
    await eventually(lambda: _is_pressed(slack))
    answer = await slack.do("actions", user="maya", channel=DESK, ts=hello["ts"], **start)
    assert not answer["ok"]
    assert await the_team(world, desk)


async def greetings(slack: Slack) -> list[Json]:
    said = await slack.messages(DESK, "tom")
    return [each for each in said if each.get("bot_id") and messages.OPEN in str(each["blocks"])]


async def _is_pressed(slack: Slack) -> bool:
    return not await greetings(slack)


async def test_bot_greets_the_channel_again_when_invited_again(slack: Slack, desk: str) -> None:
    await eventually(lambda: greetings(slack))
    await slack.do("channels", channel=DESK, remove=["steward"])
    await slack.do("channels", channel=DESK, add=["steward"])

    async def twice() -> bool:
        return len(await greetings(slack)) == 2

    await eventually(twice)


async def test_bot_invited_back_to_a_team_posts_few_greetings_without_a_setup_button(
    slack: Slack, world: World
) -> None:
    async with world.database.reading() as session:
        (team,) = (await session.scalars(select(Team))).all()
    for _ in range(HELLOS + 2):
        await slack.do("channels", channel="harbour-support", remove=["steward"])
        await slack.do("channels", channel="harbour-support", add=["steward"])
        await world.sandbox.settled()
    await world.move(timedelta(seconds=10))

    said = await slack.messages("harbour-support", "ana")
    assert [each["text"] for each in said].count(messages.rejoined_greeting(team).text) == HELLOS
    assert messages.OPEN not in str(said)


@pytest.mark.parametrize(
    ("values", "field", "sentence"),
    [
        ({"leaders": ["steward"]}, "leaders", "@steward is a bot. Pick a person."),
        ({"sponsor": "maya"}, "sponsor", "The sponsor can't be one of the leaders"),
        ({"deputies": ["ana"]}, "deputies", "A deputy is also a leader"),
        ({"hours.country": "XX"}, "hours.country", "I don't know the holidays there"),
        ({"zone": "Mars/Base"}, "zone", "I don't know that time zone"),
    ],
)
async def test_invalid_value_in_the_setup_form_shows_an_error_at_its_field(
    slack: Slack, world: World, desk: str, values: dict[str, object], field: str, sentence: str
) -> None:
    await eventually(lambda: _opened(slack))
    answer = await slack.submit("maya", **values)

    assert answer.errors[field].startswith(sentence), answer.body
    async with world.database.reading() as session:
        assert await queries.team_of_channel(session, world.workspace.id, desk) is None


async def _opened(slack: Slack) -> bool:
    await slack.command("maya", "setup", channel=DESK, word="/steward")
    return bool(await slack.views("maya"))


async def test_agent_who_cannot_do_the_setup_is_told_whom_to_ask(slack: Slack, desk: str) -> None:
    answer = await slack.command("ana", "setup", channel=DESK, word="/steward")

    assert "Ask <@U0GRACE000> to type `/steward setup` here" in answer.text


async def test_setup_in_a_channel_without_the_bot_asks_for_an_invitation(slack: Slack) -> None:
    answer = await slack.command("grace", "setup", channel="general", word="/steward")

    assert "Type `/invite @steward`" in answer.text


async def test_team_cannot_be_set_up_twice(slack: Slack) -> None:
    answer = await slack.command("maya", "setup", word="/steward")

    assert answer.text == "This channel is already a team. Change it with `/steward settings`."


async def test_team_members_follow_the_channels_members(slack: Slack, world: World, desk: str) -> None:
    await set_up(slack, leaders=["maya", "eli"])
    team = await the_team(world, desk)
    await slack.do("channels", channel=DESK, add=["ben"], remove=["eli", "ana"])
    await eventually(lambda: _is(world, team, {"U0MAYA0000", "U0FAY00000", "U0BEN00000"}))
    await slack.do("channels", channel=DESK, add=["eli"])
    await eventually(lambda: _is(world, team, {"U0MAYA0000", "U0FAY00000", "U0BEN00000", "U0ELI00000"}))
    await slack.do("users", user="fay", deleted=True)
    await eventually(lambda: _is(world, team, {"U0MAYA0000", "U0BEN00000", "U0ELI00000"}))

    assert (await members(world, team))["U0ELI00000"] is Role.LEADER


async def _is(world: World, team: Team, ids: set[str]) -> bool:
    return set(await members(world, team)) == ids


@pytest.mark.long
async def test_messages_of_the_first_two_weeks_are_sent_at_the_times_in_the_setup_preview(
    tmp_path: Path, left: str | None, mode: Mode | None
) -> None:
    """The two weeks have daily shout-outs and reactions, and a public holiday on Monday, 1 December."""
    async with opened(tmp_path, left, at=TUESDAY, mode=mode) as world:
        await make_desk(world.slack)
        await compare_two_weeks(world.slack, world, "night-desk")


async def compare_two_weeks(slack: Slack, world: World, channel: str) -> None:
    said = await set_up(slack)
    desk = (await slack.look("messages", channel=channel))["channel"]
    team = await the_team(world, desk)
    async with world.database.reading() as session:
        coming = await recurring_jobs.upcoming(session, team, now=world.now)
    start = world.now
    for day in range(1, 15):
        await slack.command("maya", f"@ana for a good day {day}", channel=DESK)
        ts = (await slack.do("messages", user="ana", channel=DESK, text=f"Day {day} is done"))["ts"]
        await slack.do("reactions", user="maya", channel=DESK, ts=ts, name="raised_hands")
        await world.sandbox.settled()
        await world.move(start + timedelta(days=day))

    sent = {
        "Weekly summary": instants(await slack.messages(DESK, "ana"), ":raised_hands: *This week's"),
        "Daily note about emoji thanks": instants(await slack.messages("bot", "ana"), "with an emoji"),
    }
    assert sent == {title: [at for at, ritual in coming if ritual.title == title] for title in sent}
    assert {title: len(found) for title, found in sent.items()} == {
        "Weekly summary": 2,
        "Daily note about emoji thanks": 9,
    }
    for at in sent["Weekly summary"]:
        local = at.astimezone(ZoneInfo(team.zone))
        assert f"{local:%a} {local.day} {local:%b}" in said
    assert "every working day at 16:00" in said
    assert "Public holiday: Monday, 1 December (Restoration of Independence Day)" in said


def instants(messages: list[Json], words: str) -> list[datetime]:
    found = [float(message["ts"]) for message in messages if words in str(message)]
    return [datetime.fromtimestamp(ts, UTC).replace(microsecond=0) for ts in found]
