"""Tests that refused shout-outs keep the typed text, in a form or, if none can be opened, in the answer."""

from sqlalchemy import select

from bot.features.shoutouts.models import Shoutout
from bot.features.shoutouts.rules import LONGEST_REASON, REASON
from bot.messages.shoutouts.forms import PRIVATE
from tests.handlers.shoutouts.assertions import card, count, filled
from tests.harness import Slack, World

ANA, BEN = "U0ANA00000", "U0BEN00000"
REFUSED = [
    ("@maya for being me", [], "being me", []),
    ("@maya @ana for both", [ANA], "both", []),
    ("@steward for being a bot", [], "being a bot", []),
    ("private @steward and @ana for it", [ANA], "it", [PRIVATE]),
    ("@ana :tada: :tada:", [ANA], ":tada: :tada:", []),
    ("@ana #empathy", [ANA], "#empathy", []),
    ("@ana " + "x" * (LONGEST_REASON + 179), [ANA], "x" * (LONGEST_REASON + 179), []),
    ("@ana @nobodyhere for a thing", [ANA], "for a thing", []),
    ("thank you all for the week", [], "thank you all for the week", []),
    ("the phones rang all day, and then came @ana", [ANA], "the phones rang all day, and then came @ana", []),
    ("@maya for @ben’s calm in #harbour-support", [], "@ben’s calm in #harbour-support", []),
]


async def test_refused_shoutout_command_opens_a_form_with_everything_that_was_typed(slack: Slack, world: World) -> None:
    before = await count(world)
    for text, receivers, reason, ticked in REFUSED:
        answer = await slack.command("maya", text)
        assert (answer.ack, await filled(slack, "maya")) == ({}, (True, receivers, reason, ticked)), text
    assert await count(world) == before


async def test_too_long_shoutout_reason_can_be_shortened_in_the_form(slack: Slack) -> None:
    await slack.command("maya", "@ana for " + "calm " * 130)
    assert REASON in (await slack.submit("maya")).errors
    await slack.submit("maya", reason="for a shorter one")

    assert await card(slack, "a shorter one")


async def test_names_typed_in_the_shoutout_form_are_mentions_on_the_card(slack: Slack) -> None:
    await slack.command("maya", "@maya for @ben’s calm, ben@firm.example and @channel")
    await slack.submit("maya", receivers=["ana"])

    (text,) = await card(slack, "calm, ben@firm.example")
    assert f"<@{BEN}>’s calm" in text
    assert "@channel" not in text


async def test_name_in_a_reason_stays_as_typed_if_its_mention_would_exceed_the_limit(
    slack: Slack, world: World
) -> None:
    """Both reasons end with @ben; the first has room for a mention, and the second does not."""
    for length in (LONGEST_REASON - 14, LONGEST_REASON - 5):
        await slack.command("maya", "")
        await slack.submit("maya", receivers=["ana"], reason="x" * length + " @ben")

    async with world.database.reading() as session:
        reasons = list(await session.scalars(select(Shoutout.reason).order_by(Shoutout.id.desc()).limit(2)))
    assert [each.rpartition(" ")[2] for each in reasons] == ["@ben", f"<@{BEN}>"]


async def test_refusal_of_a_shoutout_repeats_the_text_if_no_form_can_be_opened(slack: Slack, world: World) -> None:
    """The text is longer than a field, the person has no team, or Slack does not open the form."""
    long = "calm " * 700
    assert long.strip() in (await slack.command("maya", f"@ana for {long}")).text
    await slack.do("users", user="ivo", real_name="Ivo")
    await world.sandbox.settled()
    assert (
        "@ana for the warm welcome" in (await slack.command("ivo", "@ana for the warm welcome", channel="general")).text
    )
    await slack.do("faults", method="views.open", error="expired_trigger")
    assert "@ana &amp; @maya for it" in (await slack.command("maya", "@ana & @maya for it")).text


async def test_help_and_misspelled_subcommands_of_shoutout_open_no_form(slack: Slack) -> None:
    for text in ("mime", "help", "Mine", "teams"):
        assert (await slack.command("maya", text)).text
    assert not await slack.views("maya")


async def test_refusal_of_the_sixth_shoutout_of_a_day_repeats_its_text(slack: Slack) -> None:
    for number in range(5):
        await slack.command("maya", f"@ana for thing {number} of today")
    assert "for the sixth thing <@U0CHIDI000> saw" not in (await slack.command("maya", "help")).text
    answer = await slack.command("maya", "@ben for the sixth thing @chidi saw")

    assert "the sixth thing <@U0CHIDI000> saw" in answer.text
    await slack.command("maya", "")
    offered = await slack.submit("maya", receivers=["dina"], reason="for the seventh")
    assert "for the seventh" in str(offered.ack["view"])
