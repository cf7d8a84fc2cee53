"""Tests of `/shadow`: whom to shadow next and why, what agents see, and unknown words."""

import pytest

from bot.meetings.models import State
from bot.messages import suggestions
from bot.org.people import Person
from tests.handlers.drivers import dm, press, settled
from tests.handlers.shadowing.drivers import latest, planned
from tests.harness import Slack, World


async def test_shadow_command_shows_a_leader_whom_to_shadow_next_and_why(slack: Slack) -> None:
    shown = await slack.command("maya", "", word="/shadow")

    said = str(shown.ack["blocks"])
    assert "for 45 minutes" in said
    assert "shadowing:ask" in said
    assert "No leader has shadowed " in said
    assert "works for you both. I'll ask " in said


async def test_deputy_can_ask_for_a_shadowing_session(world: World) -> None:
    answer = await world.slack.command("tom", "@ben", word="/shadow")

    assert answer.text.startswith("I've asked <@U0BEN00000> for a shadowing session: ")
    assert (await latest(world)).organizer_id == "U0TOM00000"


async def test_agent_gets_an_explanation_of_shadowing_and_can_opt_out(slack: Slack) -> None:
    shown = await slack.command("ana", "", word="/shadow")

    assert "It's not an appraisal." in shown.text
    assert "*Shadowing and visits*" in str(shown.ack["blocks"])
    assert "settings:open_own:shadowing" in str(shown.ack["blocks"])


async def test_booked_shadowing_session_is_listed_for_leader_and_agent(tuesday: World) -> None:
    await planned(tuesday)
    for name, other in (("maya", "U0ANA00000"), ("ana", "U0MAYA0000")):
        shown = await tuesday.slack.command(name, "", word="/shadow")
        assert f"<@{other}>, *Wednesday, 5 March at 10:00*" in str(shown.ack["blocks"])


@pytest.mark.parametrize(
    ("name", "words", "answer"),
    [
        ("maya", "don", suggestions.not_understood("/shadow", "don")),
        ("maya", "xyz", suggestions.not_understood("/shadow", "xyz")),
        ("maya", "visits done we saw @Ben", suggestions.not_understood("/shadow visits", "done we saw @Ben")),
        ("maya", "help", "*Shadowing*"),
        ("maya", "@ana @ben", "Name one person: `/shadow @ana`."),
        ("maya", "done @ana @ben", "Name one person: `/shadow @ana`."),
        ("maya", "@ana tomorrow", suggestions.not_understood("/shadow", "<@U0ANA00000> tomorrow")),
        ("maya", "@nobody", "Name one person: `/shadow @ana`."),
        ("maya", "@maya", "You can only shadow agents in a team you lead."),
        ("maya", "@tom", "You can only shadow agents in a team you lead."),
        ("maya", "@steward", "You can only shadow agents in a team you lead."),
        ("ben", "@ana", "Only leaders can shadow agents."),
        ("ben", "done @ana", "Only leaders can shadow agents."),
        ("maya", "done", "I don't know of a recent session. Name the agent: `/shadow done @ana`."),
    ],
)
async def test_shadow_command_with_unclear_words_gets_help_or_a_refusal(
    slack: Slack, name: str, words: str, answer: str
) -> None:
    assert (await slack.command(name, words, word="/shadow")).text.startswith(answer)


async def test_refusal_of_a_shadow_command_with_two_names_repeats_the_text(slack: Slack) -> None:
    assert "for the refunds" in (await slack.command("maya", "@ana @ben for the refunds", word="/shadow")).text


async def test_shadowing_session_that_was_not_booked_can_be_wrapped_up(world: World) -> None:
    await world.slack.command("maya", "done @ben", word="/shadow")
    kept = await world.slack.submit("maya", learnt="He knows every shortcut")
    assert "Only you can read it." in str(kept.ack)
    await settled(world)

    meeting = await latest(world)
    assert (meeting.attendee_id, meeting.state, meeting.sealed is not None) == ("U0BEN00000", State.MET, True)


@pytest.mark.parametrize(
    ("words", "learnt"),
    [
        ("done @ben knows every shortcut", "knows every shortcut"),
        ("@ben done: so calm", "so calm"),
        ("done @Ben", None),
    ],
)
async def test_wrap_up_is_about_the_person_named_at_the_start_of_the_command(
    slack: Slack, words: str, learnt: str | None
) -> None:
    await slack.command("maya", words, word="/shadow")

    (view,) = await slack.views("maya")
    assert view["private_metadata"] == "0:U0BEN00000"
    assert view["blocks"][1]["element"].get("initial_value") == learnt


async def test_wrap_up_is_not_about_a_person_named_in_free_text(tuesday: World) -> None:
    meeting = await planned(tuesday)
    await tuesday.move(meeting.span[1])
    await tuesday.slack.command("maya", "done we missed @ben's second screen", word="/shadow")

    (view,) = await tuesday.slack.views("maya")
    assert view["private_metadata"] == f"{meeting.id}:U0ANA00000"
    assert view["blocks"][1]["element"]["initial_value"] == "we missed @ben's second screen"
    await tuesday.slack.submit("maya", roadblock="@eli has none", due="2031-03-12")
    await settled(tuesday)
    await press(tuesday, "maya", await dm(tuesday, "maya", "shadowing:read"), "shadowing:read")
    written = str((await tuesday.slack.views("maya"))[-1]["blocks"])
    assert "we missed <@U0BEN00000>'s second screen" in written
    assert "<@U0ELI00000> has none" in written


async def test_refusal_of_a_wrap_up_too_long_for_its_form_repeats_the_text(slack: Slack) -> None:
    words = "second screen " * 150
    answer = await slack.command("maya", f"done @ben {words}", word="/shadow")

    assert words.strip() in answer.text
    assert await slack.views("maya") == []


async def test_leader_can_choose_between_two_agents_with_the_same_name(world: World) -> None:
    async with world.database.begin() as session:
        for id, full_name in (("U0BEN00000", "Ben Hartley"), ("U0DINA0000", "Ben Haddad")):
            person = await session.get_one(Person, (world.workspace.id, id))
            person.name, person.name_key, person.full_name = "Zoe", "zoe", full_name

    shown = await world.slack.command("maya", "@Zoe", word="/shadow")
    buttons = [block["accessory"]["value"] for block in shown.ack["blocks"] if "accessory" in block]
    assert buttons == ["0:U0BEN00000:0", "0:U0DINA0000:0"]
    assert (await world.slack.command("maya", "done @Zoe", word="/shadow")).text
    assert await world.slack.views("maya") == []


async def test_done_command_opens_the_wrap_up_of_the_latest_shadowing_session(tuesday: World) -> None:
    meeting = await planned(tuesday)
    await tuesday.move(meeting.span[1])
    await tuesday.slack.command("maya", "done", word="/shadow")
    await tuesday.slack.submit("maya", roadblock="the second screen is missing", due="2031-03-12")
    await settled(tuesday)
    assert (await latest(tuesday)).state == State.MET
    await dm(tuesday, "maya", ":white_check_mark: You sat with")

    await press(tuesday, "maya", await dm(tuesday, "maya", "shadowing:read"), "shadowing:read")
    assert "the second screen is missing" in str((await tuesday.slack.views("maya"))[-1]["blocks"])
