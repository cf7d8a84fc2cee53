"""Tests of kinds of shout-outs: to user groups or the whole team, private, for good calls, and quiet."""

from datetime import timedelta

from bot.features.shoutouts.settings import Announce
from bot.messages.shoutouts.cards import USE
from bot.messages.shoutouts.forms import WHOLE_TEAM
from tests.handlers.shoutouts.assertions import announces, card, count, filled, no_card, no_note, note, whisper
from tests.harness import Slack, World


async def test_shoutout_to_a_user_group_thanks_each_of_its_people(slack: Slack, world: World) -> None:
    answer = await slack.command("ben", "@night-shift @ana for the quiet night")

    assert "<@U0FAY00000>" in answer.text
    assert "<@U0BEN00000>" not in answer.text
    await note(slack, "fay", "quiet night")
    await slack.command("ben", "@day-shift for nothing")
    assert (await filled(slack, "ben")).is_refused
    await slack.do("usergroups", usergroup="alone", users=["ben"])
    await world.sandbox.settled()
    await slack.command("ben", "@alone for too little")
    assert await filled(slack, "ben") == (True, [], "too little", [])


async def test_only_leaders_can_thank_the_whole_team_on_one_card(slack: Slack, world: World) -> None:
    answer = await slack.command("maya", "@channel for the week we had")

    assert answer.text.startswith("Thanks! I'm posting it in <#C0HARBOURS> for the whole team")
    assert await card(slack, "week we had") == ["<@U0MAYA0000> thanks the whole team for the week we had"]
    await world.move(timedelta(seconds=10))
    await no_note(slack, "ana")
    await slack.command("ana", "@team for nothing")
    assert await filled(slack, "ana") == (True, [], "nothing", [])
    assert "the whole team for the week" in str((await slack.command("ana", "mine")).ack)


async def test_private_shoutout_is_a_note_without_a_card(slack: Slack, world: World) -> None:
    answer = await slack.command("maya", "private good call @ana for the refund")

    assert "Only <@U0ANA00000> sees it" in answer.text
    said = await note(slack, "ana", "refund")
    assert said == "<@U0MAYA0000> thanked you privately for a good call: the refund"
    await world.move(timedelta(seconds=5))
    assert await no_card(slack, "the refund")
    assert "the refund _(private)_" in str((await slack.command("ana", "mine")).ack)
    assert "the refund" not in str((await slack.command("ben", "team")).ack)


async def test_shoutout_for_a_good_call_says_so_on_its_card(slack: Slack) -> None:
    await slack.command("maya", "good call @ana for refunding at once")

    (said,) = await card(slack, "refunding at once")
    assert said.startswith("<@U0MAYA0000> thanks <@U0ANA00000> for a good call: ")
    assert "for a good call: refunding at once" in str((await slack.command("ben", "team")).ack)


async def test_receiver_who_prefers_quiet_thanks_is_not_named_on_any_card(slack: Slack, world: World) -> None:
    await announces(world, "U0BEN00000", Announce.PRIVATE)
    await announces(world, "U0CHIDI000", Announce.NONE)
    answer = await slack.command("maya", "@ana @ben @chidi for the long call")

    assert "<@U0BEN00000> and <@U0CHIDI000> prefer quiet thanks" in answer.text
    assert (await card(slack, "long call"))[0].startswith("<@U0MAYA0000> thanks <@U0ANA00000> for the")
    await note(slack, "ben", "long call")
    assert "I'm keeping yours private" in (await slack.command("maya", "@chidi for the other one")).text
    await world.move(timedelta(seconds=5))
    await no_note(slack, "chidi")
    assert "the other one" in str((await slack.command("chidi", "mine")).ack)
    assert "U0BEN00000" not in str((await slack.command("dina", "team")).ack)


async def test_misspelled_value_of_a_shoutout_can_be_corrected_in_card_and_note(slack: Slack, world: World) -> None:
    answer = await slack.command("maya", "@ana for care with #4711 #empaty #sunshine")

    assert "`#empaty` isn't one of your team's values. Did you mean `#empathy`?" in answer.text
    assert "`#sunshine` isn't one of your team's values. They are `#empathy`, `#ownership`" in answer.text
    await card(slack, "#empaty")
    await note(slack, "ana", "#empaty")
    mine = (await slack.notes("maya"))[-1]
    await slack.press("maya", USE, channel="harbour-support", ts=mine["ts"])

    assert await card(slack, "#empathy #sunshine")
    await note(slack, "ana", "#empathy #sunshine")
    await whisper(slack, "maya", "#sunshine")
    assert await no_card(slack, "#empaty ")


async def test_shoutout_is_given_without_a_card_when_the_channel_is_archived(slack: Slack, world: World) -> None:
    await slack.do("channels", channel="harbour-support", archived=True)
    await world.move(timedelta(seconds=1))
    answer = await slack.command("maya", "@ana for staying to the end", channel="general")

    assert "I can't post in <#C0HARBOURS> any more" in answer.text
    await slack.command("maya", "@team for all of it", channel="general")
    assert await filled(slack, "maya") == (True, [], "for all of it", [WHOLE_TEAM])
    await note(slack, "ana", "to the end")


async def test_guest_can_receive_a_shoutout_but_a_person_of_another_company_cannot(slack: Slack, world: World) -> None:
    await slack.do("users", user="gina", real_name="Gina of Elsewhere", is_stranger=True)
    await slack.do("users", user="hal", real_name="Hal Outside", is_restricted=True)
    await world.move(timedelta(seconds=1))
    before = await count(world)

    await slack.command("maya", "@gina @ana for the parcel")
    assert await filled(slack, "maya") == (True, ["U0ANA00000"], "for the parcel", [])
    assert await count(world) == before
    await slack.command("maya", "@hal for the parcel")
    await note(slack, "hal", "the parcel")
