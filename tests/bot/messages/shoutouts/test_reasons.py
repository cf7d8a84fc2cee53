"""Reasons of shout-outs, as they are stored and displayed."""

import pytest

from bot.features.shoutouts.rules import find_values, unknown_tags
from bot.messages.shoutouts.reasons import as_typed, normalize_reason, unnamed_mentions, without_lead, without_quotes
from bot.slack.mrkdwn import escape

NAMED = {"C1": "general", "C3": "empathy", "S1": "night-shift"}


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("for <#C1>", "for <#C1|general>"),
        ("for <#C1|>", "for <#C1|general>"),
        ("for <#C1|renamed>", "for <#C1|renamed>"),
        ("for <#C2>", "for <#C2>"),
        ("for <#G2|ops-étage>", "for <#G2|ops-étage>"),
        ("telling <!subteam^S1>", "telling @night-shift"),
        ("telling <!subteam^S1|@nights>", "telling @nights"),
        (
            "for <#C1> &amp; <@U1|ben>,\n in <https://a.example|the page>",
            "for <#C1|general> & <@U1>, in https://a.example",
        ),
        ("for &lt;#C1&gt;", "for <#C1>"),
    ],
)
def test_channels_and_groups_in_a_shoutout_reason_keep_their_names(sent: str, kept: str) -> None:
    assert normalize_reason(sent, NAMED) == kept


@pytest.mark.parametrize(
    ("sent", "own"),
    [
        ("&gt; where is my order?\nKudos to <@U1>", "Kudos to <@U1>"),
        ("Kudos to <@U1>\n  &gt; where is it?\nso calm", "Kudos to <@U1>\nso calm"),
        ("Kudos to <@U1>\n&gt;&gt;&gt; all\nthe rest", "Kudos to <@U1>"),
        ("&gt; kudos to <@U1>", "&gt; kudos to <@U1>"),
        ("Kudos to <@U1> for ```\n&gt; a\n```", "Kudos to <@U1> for ```\n&gt; a\n```"),
        ("for 3 &gt; 2", "for 3 &gt; 2"),
    ],
)
def test_quoted_lines_are_not_part_of_the_reason_of_a_shoutout(sent: str, own: str) -> None:
    assert without_quotes(sent) == own


@pytest.mark.parametrize(
    "sent", ["cleaning up <#C1>", "cleaning up <#C1|empaty>", "<#C9|> and <#C2|sunshine>", "for <#G7>"]
)
def test_channel_in_a_shoutout_reason_is_not_reported_as_an_unknown_tag(sent: str) -> None:
    assert unknown_tags(normalize_reason(sent, NAMED), ["empathy"]) == {}


@pytest.mark.parametrize("sent", ["calm #empathy", "calm <#C3>", "calm <#C3|empathy>", "<#C9|Empathy> always"])
def test_tag_of_a_team_value_is_found_even_if_a_channel_has_the_same_name(sent: str) -> None:
    assert find_values(normalize_reason(sent, NAMED), ["empathy"]) == ["empathy"]


@pytest.mark.parametrize("kept", ["for <#C1|general>", "for <#C1>", "for <@U1> in <#G1|ops-étage>"])
def test_channels_and_mentions_in_a_shoutout_reason_are_not_escaped(kept: str) -> None:
    assert escape(kept) == kept


@pytest.mark.parametrize("typed", ["<#C1|two words>", "<#c1>", "<!subteam^S1>", "<#C1|<!here>>"])
def test_malformed_channel_markup_in_a_shoutout_reason_is_escaped(typed: str) -> None:
    assert "<#" not in escape(typed)
    assert "<!" not in escape(typed)


def test_only_channels_and_groups_mentioned_without_a_name_are_looked_up() -> None:
    assert unnamed_mentions("<#C1> <#C2|x> <#C3|> <!subteam^S1> <!subteam^S2|@x> <@U1>") == {"C1", "C3", "S1"}


@pytest.mark.parametrize(
    ("text", "rest"),
    [
        (" for it", "it"),
        (": well done", "well done"),
        (" – because of it", "of it"),
        ("\n• it", "it"),
        ("forever", "forever"),
        (" for staying calm", "staying calm"),
        (" for the help with refunds", "for the help with refunds"),
        (": For your patience", "For your patience"),
        (" because the queue was long", "the queue was long"),
        (" :tada: it", ":tada: it"),
        (":it", "it"),
        (" &amp; it", "it"),
        (" &lt;3 it", "&lt;3 it"),
    ],
)
def test_punctuation_and_connecting_words_before_a_shoutout_reason_are_removed(text: str, rest: str) -> None:
    assert without_lead(text) == rest


def test_reason_from_slack_is_displayed_in_a_form_that_the_giver_can_retype() -> None:
    sent = "<@U1|ana> &amp; <@U2> in <#C1|general> with <!subteam^S1|@nights> <!here>"

    assert as_typed(sent) == "@ana &amp; <@U2> in #general with @nights @\u2060here"
