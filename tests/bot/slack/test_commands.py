"""The parser of commands, which finds the subcommand, names at the start, and free text."""

import pytest

from bot.org.people import Person
from bot.slack.commands import find_addressee, parse_names_at_start, split

CALLED = {
    "ana": [Person("T1", "UANA", "ana")],
    "ana sousa": [Person("T1", "UANA", "ana")],
    "josé": [Person("T1", "UJOSE", "José")],
    "zoe": [Person("T1", "UZOE", "Zoe"), Person("T1", "UZOE2", "zoe")],
    "o'brien": [Person("T1", "UOB", "O'Brien")],
    "प्रिया शर्मा": [Person("T1", "UPRIYA", "प्रिया शर्मा")],
}


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
def test_command_text_is_split_into_subcommand_and_rest(text: str, word: str, rest: str) -> None:
    assert split(text) == (word, rest)


@pytest.mark.parametrize(
    ("text", "ids", "after"),
    [
        ("<@U1> more time", [["U1"]], "more time"),
        ("<@U1>: more time", [["U1"]], "more time"),
        ("<@U1>, more time", [["U1"]], "more time"),
        ("<@U1> — more time", [["U1"]], "more time"),
        ("*<@U1>* more time", [["U1"]], "more time"),
        ("<@U1>", [["U1"]], ""),
        ("<@U1>.", [["U1"]], ""),
        ("<@U1> :tada: well", [["U1"]], ":tada: well"),
        ("<@U1> and <@U2> for it", [["U1"], ["U2"]], "for it"),
        ("<@U1>/<@U2> + <@U3> for it", [["U1"], ["U2"], ["U3"]], "for it"),
        ("<@U1> und <@U2> für alles", [["U1"], ["U2"]], "für alles"),
        ("<@U1> and so on", [["U1"]], "and so on"),
        ("<@U1> met <@U2>", [["U1"]], "met <@U2>"),
        ("@ana more time", [["UANA"]], "more time"),
        ("@Ana Sousa more time", [["UANA"]], "more time"),
        ("@ANA SOUSA: more time", [["UANA"]], "more time"),
        ("@Ana Sous more time", [["UANA"]], "Sous more time"),
        ("@Jose\u0301 hoje", [["UJOSE"]], "hoje"),
        ("@O'Brien hello", [["UOB"]], "hello"),
        ("@प्रिया शर्मा जी", [["UPRIYA"]], "जी"),
        ("@Zoe hello", [["UZOE", "UZOE2"]], "hello"),
        ("@nobody hello", [[]], "hello"),
    ],
)
def test_names_at_the_start_of_a_command_are_arguments(text: str, ids: list[list[str]], after: str) -> None:
    names = parse_names_at_start(text, CALLED)

    assert [list(each.ids) for each in names] == ids
    assert names[-1].after == after


@pytest.mark.parametrize(
    "text",
    [
        "",
        "talk to HR about <@U1>’s raise",
        "we spoke about <@U1> with the vendor",
        "<@U1>’s raise, before the others hear it",
        "<@U1>'s raise",
        "<@U1>-related tickets",
        "@ana's raise",
        "@Ana Sousa’s raise",
        "with <@U1>",
        "ana needs help",
        "ana@harbour.example wrote",
        "@ home",
        "#empathy <@U1>",
    ],
)
def test_names_in_the_free_text_of_a_command_are_not_arguments(text: str) -> None:
    assert parse_names_at_start(text, CALLED) == []


@pytest.mark.parametrize(
    ("text", "ids", "words"),
    [
        ("<@UBEN> more time", ["UBEN"], "more time"),
        ("more time", [], "more time"),
        ("talk to HR about <@UBEN>’s raise", [], "talk to HR about <@UBEN>’s raise"),
        ("<@UBEN>’s raise", [], "<@UBEN>’s raise"),
        ("<@UTOM> was rude to me", [], "<@UTOM> was rude to me"),
        ("<@UBEN> <@UTOM> was rude", ["UBEN"], "<@UTOM> was rude"),
        ("<@UBEN> and <@UTOM> argue", ["UBEN"], "and <@UTOM> argue"),
        ("<@UBEN> and <@UANA> argue", ["UBEN", "UANA"], "<@UBEN> and <@UANA> argue"),
        ("<@UBEN>, @ana: both", ["UBEN", "UANA"], "<@UBEN>, @ana: both"),
        ("@ana more time", ["UANA"], "more time"),
        ("@Zoe more time", ["UZOE"], "more time"),
        ("@nobody knows", [], "@nobody knows"),
        ("", [], ""),
    ],
)
def test_addressee_of_a_command_is_an_eligible_person_named_at_its_start(text: str, ids: list[str], words: str) -> None:
    found = find_addressee(text, CALLED, {"UBEN", "UANA", "UZOE"})

    assert (list(found.ids), found.words) == (ids, words)


def test_search_by_a_shared_name_returns_all_people_with_that_name() -> None:
    assert find_addressee("@Zoe more time", CALLED, {"UZOE", "UZOE2"})[:2] == (("UZOE", "UZOE2"), "more time")
