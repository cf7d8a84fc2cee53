"""Properties of the parser of shout-outs, checked on generated texts."""

import re
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.features.shoutouts.settings import Settings
from bot.messages.shoutouts.parser import Thanks, parse_command, parse_message

PHRASES = Settings().phrases
NAMES = st.lists(st.sampled_from(["UANA", "UBEN", "UCHIDI", "UDINA", "UELI"]), min_size=1, max_size=5, unique=True)
BETWEEN = st.sampled_from(
    [
        " ", ", ", " and ", " und ", ", et ", " y ", " e ", " og ", " och ", " ja ",
        " a ", " és ", " ve ", " и ", ", plus ",
        " + ", " / ", "/", " &amp; ", " | ", "; ", "\n", "\n• ", "\n- ", "\n3. ", " :tada: ",
    ]
)  # fmt: skip
PHRASE = st.sampled_from(
    ["Kudos to ", "kudos ", "*Kudos* to ", "Shout out to ", "Shoutout: ", "Props! ", "Hats off to "]
)
BEHIND = st.sampled_from(["", " for the handover", "!", " 🎉", "\n\nSee you tomorrow.", " für alles"])
STYLE = st.sampled_from(["", "*", "_", "~", "*_"])
STYLED = st.sampled_from(
    ["kudos to A for the phones and B", "kudos to A, B and C", "no kudos to A", "kudos to A for B’s day", "kudos? A"]
)


@given(NAMES, BETWEEN, PHRASE, BEHIND)
def test_everybody_in_a_list_is_thanked_with_any_separator_and_any_phrase(
    names: list[str], between: str, phrase: str, behind: str
) -> None:
    listed = between.join(f"<@{name}>" for name in names)

    assert parse_message(phrase + listed + behind, PHRASES) == Thanks(tuple(names))


@given(NAMES, BETWEEN, BEHIND)
def test_shoutout_command_and_message_with_the_same_text_thank_the_same_people(
    names: list[str], between: str, behind: str
) -> None:
    text = between.join(f"<@{name}>" for name in names) + behind

    assert parse_command(text).thanks == parse_message(f"kudos {text}", PHRASES)


@given(STYLED, STYLE, STYLE)
def test_styling_of_a_shoutout_never_affects_who_is_thanked(text: str, words: str, names: str) -> None:
    plain = re.sub("[ABC]", r"<@U\g<0>>", text)
    styled = re.sub("[ABC]", rf"{names}<@U\g<0>>{names[::-1]}", text)
    styled = re.sub("kudos|no |phones", lambda found: f"{words}{found[0].strip()}{words[::-1]} ", styled)

    assert parse_message(styled, PHRASES) == parse_message(plain, PHRASES)


@given(st.text(alphabet="<>@US1|*_~`&;gt\n .,!?-kudosto:/+()", max_size=200))
def test_shoutout_parser_raises_no_exception_for_any_text(text: str) -> None:
    found = parse_message(f"kudos {text}", PHRASES)

    assert not set(found.whom) & set(found.perhaps)
    assert set(parse_command(text).thanks.whom) <= set(parse_command(text).names)


@pytest.mark.parametrize(
    "piece",
    [
        "<http:", "kudos ", "kudos to ", "kudos <@U1> ", "*", "`", "```", "&gt;", "\n", "kudos ,", "<@U1>,", "<@",
        " and for <@U2>", "@a", ":a", "(", "no ", "@_", "<!subteam^S", "1.", "\n1.", "\n ", "kudos\n", "a'", "\n<@U2>",
        "a!", "(<@U2>", "—",
    ],
)  # fmt: skip
def test_time_to_parse_a_shoutout_is_linear_in_the_length_of_the_text(piece: str) -> None:
    began = time.process_time()
    parse_message("kudos <@U1>" + piece * 100_000, PHRASES)
    parse_command(piece * 100_000)

    assert time.process_time() - began < 1
