"""Tests of shout-outs end to end, with real Bolt, sockets and database."""

import asyncio
from datetime import timedelta

import pytest
from sqlalchemy import select

from bot.features.shoutouts.models import Credit, Shoutout
from bot.features.shoutouts.rules import RECEIVERS
from bot.messages.shoutouts.cards import KEEP, UNDO
from bot.org.teams import membership
from tests.handlers.shoutouts.assertions import card, count, note
from tests.harness import Slack, World, eventually

pytestmark = pytest.mark.on_the_wire

THANKS = "@ana thank you for the calm voice #empathy"


async def test_shoutout_command_gets_an_answer_a_card_and_a_note(slack: Slack, world: World) -> None:
    answer = await slack.command("maya", THANKS)

    assert answer.text.startswith("Thanks! I'm posting it in <#C0HARBOURS>, and <@U0ANA00000>")
    assert await card(slack, "calm voice") == [
        "<@U0MAYA0000> thanks <@U0ANA00000>: thank you for the calm voice #empathy"
    ]
    told = await eventually(lambda: slack.said("bot", "ana"))
    assert told[0].startswith("<@U0MAYA0000> thanked you")
    async with world.database.reading() as session:
        kept = await session.scalar(select(Shoutout).order_by(Shoutout.id.desc()).limit(1))
    assert kept
    assert kept.values == ["empathy"]


async def test_several_receivers_of_a_shoutout_share_a_card_and_get_a_note_each(slack: Slack) -> None:
    await slack.command("maya", "@ana, @ben and @chidi for the quiet handover")

    assert len(await card(slack, "quiet handover")) == 1
    for name in ("ana", "ben", "chidi"):
        assert len(await eventually(lambda name=name: slack.said("bot", name))) == 1


async def test_name_typed_in_a_shoutout_is_resolved_like_a_mention(world: World) -> None:
    before = await count(world)
    await _deliver(world, await _command_body(world) | {"text": "@ana for a name typed by hand"})

    assert await count(world) == before + 1


async def test_shoutout_command_without_text_opens_a_form_that_gives_a_shoutout(slack: Slack) -> None:
    await slack.command("ben", "")
    answer = await slack.submit("ben", receivers=["ana"], reason="for the second pair of eyes #craft")

    assert answer.ack["response_action"] == "update"
    assert await card(slack, "second pair of eyes")


async def test_shoutout_command_without_a_reason_opens_the_form_with_the_receiver(slack: Slack) -> None:
    await slack.command("ben", "@ana")

    (form,) = await slack.views("ben")
    assert form["blocks"][0]["element"]["initial_users"] == ["U0ANA00000"]


async def test_thanking_oneself_in_the_form_shows_an_error_at_the_field(slack: Slack) -> None:
    await slack.command("ana", "")
    answer = await slack.submit("ana", receivers=["ana"], reason="me")

    assert answer.errors[RECEIVERS].startswith("You can't thank yourself")


@pytest.mark.parametrize(
    ("reason", "shown"),
    [
        (
            "for <b>care</b> & *stars*",
            "<b>care</b> & *stars*".replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;"),
        ),
        ("for @channel and @here calm", "@\u2060channel and @\u2060here calm"),
        ("for \u202eupside\u202c d\u200bown", "upside down"),
        ("for <!channel> noise", "&lt;!channel&gt; noise"),
    ],
)
async def test_shoutout_with_markup_is_escaped_and_notifies_nobody_else(slack: Slack, reason: str, shown: str) -> None:
    await slack.command("ben", "")
    await slack.submit("ben", receivers=["ana"], reason=reason)

    assert (await card(slack, shown))[0].endswith(shown)


async def test_sponsor_can_give_a_shoutout_from_any_channel(slack: Slack) -> None:
    answer = await slack.command("grace", "@ana for listening", channel="general")

    assert answer.text.startswith("Thanks! ")


async def test_giver_in_two_teams_is_asked_which_team_a_shoutout_is_for(slack: Slack, world: World) -> None:
    async with world.database.begin() as session:
        second = await membership.create_team(
            session,
            world.workspace,
            channel_id="C0ALERTS00",
            name="queue-alerts",
            zone="Europe/Lisbon",
            leaders=["U0MAYA0000"],
            agents=["U0ANA00000"],
            now=world.now,
        )
    assert "Type the command in the channel" in (await slack.command("maya", "team", channel="general")).text
    asked = await slack.command("maya", "@ana for two teams at once", channel="general")
    assert asked.ack == {}, asked.body
    (form,) = await slack.views("maya")
    assert form["blocks"][0]["element"]["initial_users"] == ["U0ANA00000"]
    answer = await slack.submit("maya", receivers=["ana"], reason="for two teams at once", team=str(second.id))

    assert "<#C0ALERTS00>" in str(answer.ack["view"])


async def test_undo_of_a_shoutout_deletes_its_card_and_note(slack: Slack, world: World) -> None:
    await slack.command("maya", "@ana for something undone")
    await card(slack, "something undone")
    await eventually(lambda: slack.said("bot", "ana"))
    note = (await slack.notes("maya"))[-1]
    await slack.press("maya", UNDO, channel="harbour-support", ts=note["ts"])

    async def gone() -> bool:
        cards = [text for text in await slack.said("harbour-support", "maya") if "something undone" in text]
        return not cards and not await slack.said("bot", "ana")

    await eventually(gone)
    await eventually(lambda: _note_says(slack, "maya", "Undone"))


async def test_undo_of_a_shoutout_after_ten_minutes_is_refused_with_the_reason(slack: Slack, world: World) -> None:
    await slack.command("maya", "@ana for standing long")
    note = (await slack.notes("maya"))[-1]
    await world.move(timedelta(minutes=11))
    await slack.press("maya", UNDO, channel="harbour-support", ts=note["ts"])

    await eventually(lambda: _note_says(slack, "maya", "ten minutes"))
    assert await card(slack, "standing long")


async def test_shoutout_by_form_can_be_undone_in_a_dm_after_the_form_is_closed(slack: Slack) -> None:
    await slack.command("ben", "")
    await slack.submit("ben", receivers=["ana"], reason="for a form undone")
    await slack.do("views/close", user="ben", view_id=(await slack.views("ben"))[-1]["id"])
    await note(slack, "ben", "I'm posting it in <#C0HARBOURS>")
    answer = (await slack.messages("bot", "ben"))[-1]
    await slack.press("ben", UNDO, channel="bot", ts=answer["ts"])

    async def gone() -> bool:
        return not [text for text in await slack.said("harbour-support", "maya") if "a form undone" in text]

    await eventually(gone)
    await note(slack, "ben", "Undone")
    assert len(await slack.said("bot", "ben")) == 1


async def test_sixth_shoutout_of_a_day_can_be_postponed_to_the_next_morning(slack: Slack, world: World) -> None:
    for number in range(5):
        await slack.command("maya", f"@ana for thing {number} of today")
    answer = await slack.command("maya", "@ben for thing six")

    assert "That's your limit for today" in answer.text
    note = (await slack.notes("maya"))[-1]
    await slack.press("maya", KEEP, channel="harbour-support", ts=note["ts"])
    await eventually(lambda: _note_says(slack, "maya", "OK, I'll send it on Wednesday at 09:00"))
    await slack.press("maya", KEEP, channel="harbour-support", ts=note["ts"])
    await world.move(timedelta(hours=24))

    assert len(await card(slack, "thing six")) == 1
    assert len([text for text in await slack.said("bot", "ben") if "thing six" in text]) == 1


async def test_concurrent_shoutouts_do_not_exceed_the_daily_limit(slack: Slack, world: World) -> None:
    answers = await asyncio.gather(*(slack.command("maya", f"@ana for thing {n} at once") for n in range(8)))

    assert sum("Thanks! " in answer.text for answer in answers) == 5
    assert sum("That's your limit for today" in answer.text for answer in answers) == 3


async def test_concurrent_redeliveries_of_a_command_create_one_shoutout(world: World) -> None:
    before = await count(world)
    body = await _command_body(world)
    await asyncio.gather(*(_deliver(world, body) for _ in range(3)))

    assert await count(world) == before + 1


async def test_mine_and_team_commands_list_shoutouts(slack: Slack) -> None:
    await slack.command("maya", "@ana for a list to stand in")

    assert "a list to stand in" in str((await slack.command("ana", "mine")).ack["blocks"])
    assert "a list to stand in" in str((await slack.command("ana", "team")).ack["blocks"])


async def test_undone_shoutout_is_not_listed(slack: Slack) -> None:
    await slack.command("maya", "@ana for a list to leave")
    note = (await slack.notes("maya"))[-1]
    await slack.press("maya", UNDO, channel="harbour-support", ts=note["ts"])

    assert "a list to leave" not in str((await slack.command("ana", "mine")).ack)


async def test_receiver_named_twice_in_a_shoutout_gets_one_credit(slack: Slack, world: World) -> None:
    before = await count(world, Credit)
    await slack.command("maya", "@ana @ana @ben for being twice named")

    assert await count(world, Credit) == before + 2


async def _note_says(slack: Slack, viewer: str, words: str) -> bool:
    return any(words in note["text"] for note in await slack.notes(viewer))


async def _command_body(world: World) -> dict[str, str]:
    return {
        "command": "/shoutout",
        "text": "<@U0ANA00000|ana> for the same delivery",
        "team_id": world.workspace.id,
        "user_id": "U0MAYA0000",
        "channel_id": "C0HARBOURS",
        "trigger_id": "1.2.same",
        "response_url": "http://127.0.0.1:1/none",
    }


async def _deliver(world: World, body: dict[str, str]) -> None:
    from slack_bolt.request.async_request import AsyncBoltRequest

    response = await world.steward.bolt.async_dispatch(AsyncBoltRequest(mode="socket_mode", body=body))
    assert response.status == 200
