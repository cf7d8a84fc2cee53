"""Conversion of text to and from Slack's mrkdwn."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.slack import mrkdwn
from bot.slack.mrkdwn import clean, escape, mentions, shortened, unescape


@pytest.mark.parametrize(
    ("sent", "typed"),
    [
        ("a &lt;b&gt; &amp; c", "a <b> & c"),
        ("<@U1|ana> and <@U2>", "<@U1> and <@U2>"),
        ("see <https://a.example/x|the page>", "see https://a.example/x"),
        ("in <#C1|empathy>", "in #empathy"),
        ("<!here> <!channel|channel>", "@here @channel"),
        ("<!subteam^S1|@night-shift>", "@night-shift"),
        ("&amp;lt;", "&lt;"),
        ("in <#C1> and <#C1|>", "in <#C1> and <#C1>"),
        ("<!subteam^S1>", "@group"),
    ],
)
def test_slack_markup_is_converted_to_text_as_people_type_it(sent: str, typed: str) -> None:
    assert unescape(sent) == typed


def test_missing_names_of_mentioned_channels_and_groups_are_filled_in() -> None:
    named = {"C1": "general", "S1": "night-shift"}

    assert unescape("<#C1> <#C1|> <#C2|own> <!subteam^S1>", named) == "#general #general #own @night-shift"


@pytest.mark.parametrize(
    ("typed", "seen"),
    [
        ("  two\n\n lines\t", "two lines"),
        ("\u202eevil\u202c", "evil"),
        ("zero\u200bwidth\ufeff", "zerowidth"),
        ("family \U0001f468\u200d\U0001f469", "family \U0001f468\u200d\U0001f469"),
        ("\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645"),
        ("nul\x00l", "null"),
    ],
)
def test_invisible_characters_are_removed(typed: str, seen: str) -> None:
    assert clean(typed) == seen


@pytest.mark.parametrize(
    ("typed", "shown"),
    [
        ("<b> & co", "&lt;b&gt; &amp; co"),
        ("thanks <@U1>", "thanks <@U1>"),
        ("<!channel>", "&lt;!channel&gt;"),
        ("@here now", "@\u2060here now"),
        ("me@hereford", "me@hereford"),
    ],
)
def test_typed_text_is_escaped_so_that_it_cannot_mention_a_group(typed: str, shown: str) -> None:
    assert escape(typed) == shown


@given(st.text())
def test_escaped_text_has_no_markup_except_mentions(typed: str) -> None:
    shown = escape(typed)

    assert "<!" not in shown
    assert shown.count("<") == shown.count("<@") + shown.count("<#")


@given(st.text(alphabet=st.characters(exclude_characters="@<")))
def test_typed_text_survives_escaping_and_unescaping(typed: str) -> None:
    assert unescape(escape(typed)) == typed


def test_shortened_text_keeps_what_follows_a_typed_angle_bracket() -> None:
    assert shortened("I <3 the new macros, and so does everybody else", 30) == "I <3 the new macros, and so d…"
    assert shortened("<" * 40, 30) == "<" * 29 + "…"


def test_shortened_text_does_not_end_in_a_partial_mention() -> None:
    assert shortened("thanks <@U0123456789>", 12) == "thanks…"
    assert shortened("short", 12) == "short"


def test_mentions_are_joined_with_commas_and_a_final_and() -> None:
    assert mentions(["U1", "U2", "U3"]) == "<@U1>, <@U2> and <@U3>"


def test_somebody_erased_gets_a_capital_at_the_start_of_a_sentence() -> None:
    assert mrkdwn.opening_mention("gone-5eed") == "A former colleague"
    assert mrkdwn.opening_mention("U0ANA00000") == mrkdwn.mention("U0ANA00000") == "<@U0ANA00000>"
    assert mrkdwn.mention("gone-5eed") == "a former colleague"
