"""The grammar of a command: its word, a name at the head, free text."""

import pytest

from bot.messages.commands import split


@pytest.mark.parametrize(
    ("text", "word", "rest"),
    [
        ("topic more time", "topic", "more time"),
        ("  Topic   more time ", "topic", "more time"),
        ("shoutout\n<@U1|dina> for it", "shoutout", "<@U1|dina> for it"),
        ("shoutout\u00a0<@U1|dina> for it", "shoutout", "<@U1|dina> for it"),
        ("spike\tphones 4", "spike", "phones 4"),
        ("celebrate\u2003the release", "celebrate", "the release"),
        ("topic\u3000休みの日", "topic", "休みの日"),
        ("shoutout\u200b@dina for it", "shoutout", "@dina for it"),
        ("shoutout<@U1|dina> for it", "shoutout", "<@U1|dina> for it"),
        ("spike#phones 4", "spike", "#phones 4"),
        ("topic: more time", "topic", "more time"),
        ("topic - more time", "topic", "more time"),
        ("/shoutout @dina", "shoutout", "@dina"),
        ("*done*", "done", ""),
        ("help.", "help", ""),
        ("1on1", "1on1", ""),
        ("", "", ""),
        (" \n\u00a0", "", ""),
        ("<@U1|ana b> hi", "<@U1|ana b>", "hi"),
        ("@Ana hi", "@Ana", "hi"),
        ("#phones 4", "#phones", "4"),
        (":tada: done", ":tada:", "done"),
        ("topic line one\nline two", "topic", "line one\nline two"),
    ],
)  # fmt: skip
def test_a_text_is_split_into_its_word_and_the_rest(text: str, word: str, rest: str) -> None:
    assert split(text) == (word, rest)
