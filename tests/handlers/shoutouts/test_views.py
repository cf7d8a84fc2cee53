"""Tests of the shout-out form: opened by the command, the global shortcut, and the message shortcut."""

from datetime import timedelta

from bot.features.shoutouts.rules import LONGEST_REASON, MANNER, REASON, RECEIVERS
from bot.messages.shoutouts.cards import MESSAGE, SHORTCUT
from tests.handlers.shoutouts.assertions import card, credits, no_card, note
from tests.harness import Slack, World


async def test_private_shoutout_can_be_given_with_the_global_shortcut(slack: Slack, world: World) -> None:
    await slack.do("shortcuts", user="ben", callback_id=SHORTCUT)
    answer = await slack.submit(
        "ben", receivers=["ana"], reason="for the second pair of eyes", kind="good call", manner=["private"]
    )

    assert "Only <@U0ANA00000> sees it" in str(answer.ack["view"])
    assert "privately for a good call" in await note(slack, "ana", "second pair of eyes")
    await world.move(timedelta(seconds=5))
    assert await no_card(slack, "second pair of eyes")


async def test_reason_field_of_the_shoutout_form_has_the_length_limit_of_reasons(slack: Slack) -> None:
    await slack.command("ben", "")
    (form,) = await slack.views("ben")
    (field,) = [each["element"] for each in form["blocks"] if each["block_id"] == REASON]

    assert field["max_length"] == LONGEST_REASON


async def test_only_leaders_can_pick_the_whole_team_and_only_for_a_public_shoutout(slack: Slack) -> None:
    await slack.command("ben", "")
    assert "whole team" not in str(await slack.views("ben"))
    await slack.command("maya", "")
    answer = await slack.submit("maya", reason="for the week", manner=["private", "team"])
    assert "can't be private" in answer.errors[MANNER]
    answer = await slack.submit("maya", reason="for the week", manner=[])
    assert "Who do you want" in answer.errors[RECEIVERS]
    await slack.submit("maya", reason="for the week", manner=["team"])

    assert await card(slack, "thanks the whole team for the week")


async def test_shoutout_shortcut_thanks_a_messages_author_only_once(slack: Slack, world: World) -> None:
    ts = (await slack.do("messages", user="ana", channel="harbour-support", text="The manual refund works."))["ts"]
    before = await credits(world, "U0ANA00000")
    for answer in ("Thanks! ", "You've already thanked"):
        await slack.do("shortcuts", user="ben", callback_id=MESSAGE, channel="harbour-support", ts=ts)
        (form,) = await slack.views("ben")
        assert form["blocks"][0]["element"]["initial_users"] == ["U0ANA00000"]
        assert answer in str((await slack.submit("ben", reason="for finding it")).ack)

    link = f"archives/C0HARBOURS/p{ts.replace('.', '')}|See the message>"
    assert await card(slack, "for finding it")
    assert link in str(await slack.messages("harbour-support", "maya"))
    await note(slack, "ana", "for finding it")
    assert link in str(await slack.messages("bot", "ana"))
    assert await credits(world, "U0ANA00000") == before + 1


async def test_shoutout_shortcut_on_a_bots_or_ones_own_message_fills_in_no_receiver(slack: Slack) -> None:
    theirs = (await slack.do("messages", bot_id="queuewatch", channel="queue-alerts", text="FIRING"))["ts"]
    own = (await slack.do("messages", user="ben", channel="queue-alerts", text="I see it"))["ts"]
    for ts in (theirs, own):
        await slack.do("shortcuts", user="ben", callback_id=MESSAGE, channel="queue-alerts", ts=ts)
        assert "initial_users" not in (await slack.views("ben"))[-1]["blocks"][0]["element"]


async def test_shoutout_form_shows_an_error_at_its_field_for_a_receiver_who_has_left(
    slack: Slack, world: World
) -> None:
    await slack.command("ben", "@ana")
    await slack.do("users", user="ana", deleted=True)
    await world.move(timedelta(seconds=1))

    assert "has left" in (await slack.submit("ben", reason="for everything")).errors[RECEIVERS]
