"""Mentions in text fields: mentions are displayed as names, and typed names are converted back into mentions."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.messages.mentions import (
    LONGEST_FIELD,
    field,
    mentions_to_names,
    name_for_field,
    names_to_mentions,
    split_to_fit,
)
from bot.org.people import Person
from bot.text.normalization import normalize_name, typed_names

PEOPLE = [
    Person("T1", "UANA", "Ana Sousa"),
    Person("T1", "UBEN", "ben"),
    Person("T1", "UBOT", "Ben | Support"),
    Person("T1", "UJOSE", "José"),
    Person("T1", "ULENA", "Ana-Lena"),
    Person("T1", "UOLD", "ben", has_left=True),
    Person("T1", "UZOE", "Zoe"),
    Person("T1", "UZOE2", "zoe"),
]


def called(text: str) -> dict[str, list[Person]]:
    here = [each for each in PEOPLE if not each.has_left]
    return {
        key: who for key in typed_names(text) if (who := [each for each in here if normalize_name(each.name) == key])
    }


NAMES = {each.id: name_for_field(each, called(f"@{each.name}")) for each in PEOPLE} | {"C1": "#queue-alerts"}
BOTH_WAYS = [
    ("<@UBEN>", "@ben"),
    ("talk to HR about <@UBEN>’s raise", "talk to HR about @ben’s raise"),
    ("<@UBEN>'s and <@UBEN>: (<@UBEN>), *<@UBEN>*. <@UBEN>?", "@ben's and @ben: (@ben), *@ben*. @ben?"),
    ("<@UANA> asked <@UBEN>", "@Ana Sousa asked @ben"),
    ("<@UANA>\n<@UBEN>", "@Ana Sousa\n@ben"),
    ("<@ULENA>’s turn", "@Ana-Lena’s turn"),
    ("por <@UJOSE>, sim", "por @José, sim"),
    ("write to ana@firm.example or me@ben", "write to ana@firm.example or me@ben"),
    ("@channel and @here, @everyone", "@channel and @here, @everyone"),
    ("`@ben` and ```@ben\n@ben``` say <@UBEN>", "`@ben` and ```@ben\n@ben``` say @ben"),
    ("an uneven ` before <@UBEN>", "an uneven ` before @ben"),
    ("https://a.example/@ben is <@UBEN>’s", "https://a.example/@ben is @ben’s"),
    ("@nobody, @ and @@", "@nobody, @ and @@"),
    ("<@UNEVER> whom nobody told us of", "<@UNEVER> whom nobody told us of"),
    ("@benny and @ben-lena", "@benny and @ben-lena"),
    ("", ""),
]
SHOWN = [
    ("<@UZOE> of two", "@Zoe of two"),
    ("<@UOLD> has left", "ben has left"),
    ("<@UBOT> is a desk", "Ben | Support is a desk"),
    ("see <#C1>", "see #queue-alerts"),
    ("see <#C1|alerts> and <#C2|phones> and <#C3>", "see #queue-alerts and #phones and <#C3>"),
    ("<@UBEN><@UANA>", "@ben@Ana Sousa"),
]
KEPT = [
    ("@Zoe of two", "@Zoe of two"),
    ("@BEN and @ana  sousa", "<@UBEN> and @ana  sousa"),
    ("@Jose\u0301 por tudo", "<@UJOSE> por tudo"),
    ("@ana sousa’s", "<@UANA>’s"),
    ("@ana alone", "@ana alone"),
]


@pytest.mark.parametrize(("kept", "shown"), [*BOTH_WAYS, *SHOWN])
def test_mention_is_shown_as_a_name_in_a_text_field(kept: str, shown: str) -> None:
    assert mentions_to_names(kept, NAMES) == shown


@pytest.mark.parametrize(("kept", "shown"), [*BOTH_WAYS, *[(kept, shown) for shown, kept in KEPT]])
def test_name_typed_in_a_text_field_becomes_a_mention(kept: str, shown: str) -> None:
    assert names_to_mentions(shown, called(shown)) == kept


@given(st.lists(st.sampled_from([f"<@{each.id}>" for each in PEOPLE] + ["<#C1>", "’s", " ", "\n", "`", "word"])))
def test_editing_a_text_without_changes_adds_no_mention(pieces: list[str]) -> None:
    shown = mentions_to_names("".join(pieces), NAMES)

    back = names_to_mentions(shown, called(shown))
    assert {each for each in ("UANA", "UBEN", "UJOSE") if f"<@{each}>" in back} <= {each[2:-1] for each in pieces}


@pytest.mark.parametrize("length", range(LONGEST_FIELD - 30, LONGEST_FIELD + 2))
def test_mention_that_does_not_fit_in_a_text_field_is_not_cut(length: int) -> None:
    text = "x" * length + " <@UANA> and more " + "<@UBEN>" * 9
    head, rest = split_to_fit(text, NAMES)

    assert len(head) <= LONGEST_FIELD
    assert head + mentions_to_names(rest, NAMES) == mentions_to_names(text, NAMES)
    assert rest.count("<") == rest.count(">") > 0
    assert "@Ana" not in head or "@Ana Sousa" in head


def test_stored_text_longer_than_the_limit_still_fits_its_text_field() -> None:
    assert field("what", "x" * 600, longest=500).max_length == 600
    assert field("what", "x" * 9000, longest=500).max_length == LONGEST_FIELD
    assert field("what", "", longest=500).max_length == 500
