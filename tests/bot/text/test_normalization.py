"""Normalization of names: different spellings of a name become equal, and different names stay different."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.normalization import normalize_name, queue_key, queue_name, typed_names


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("phones", "Phones"),
        ("phones", "@phones"),
        ("phones", "#phones"),
        ("phones", " phones: "),
        ("phones", "“phones”"),
        ("phones", "*phones*"),
        ("phones", "phones."),
        ("VIP phones", "vip-phones"),
        ("VIP phones", "vip_phones"),
        ("VIP phones", "vip\u2011phones"),
        ("VIP phones", "VIP\u00a0phones"),
        ("e-mail", "email"),
        ("téléphone", "te\u0301le\u0301phone"),
        ("recepção", "RECEPÇÃO"),
        ("recepção", "recepcao"),
        ("téléphone", "telephone"),
        ("phones", "PHÓNES"),
        ("İade", "iade"),
        ("τηλέφωνο", "ΤΗΛΕΦΩΝΟ"),
        ("담당", "\u1103\u1161\u11b7\u1103\u1161\u11bc"),
        ("Straße", "STRASSE"),
        ("電話", "#電話"),
        ("phones", "\uff20phones"),
        ("phones", "\uff03\uff30hones"),
        ("チャット", "\uff81\uff6c\uff6f\uff84"),
        ("\U0001f4de\ufe0f hotline", "\U0001f4de hotline"),
    ],
)
def test_different_spellings_of_a_queue_name_have_the_same_key(one: str, other: str) -> None:
    assert queue_key(one) == queue_key(other)


@pytest.mark.parametrize(
    ("one", "other"),
    [("phones", "phone"), ("line 1", "line 2"), ("chat", "chat 2"), ("---", "___"), ("ガス", "カス"), ("की", "का")],
)
def test_different_queue_names_have_different_keys(one: str, other: str) -> None:
    assert queue_key(one) != queue_key(other)


@pytest.mark.parametrize(
    ("typed", "shown"),
    [("@phones", "phones"), ("#VIP  phones:", "VIP phones"), ("te\u0301l", "tél"), ("C#", "C#"), ("@", ""), ("", "")],
)
def test_queue_name_is_cleaned_for_display(typed: str, shown: str) -> None:
    assert queue_name(typed) == shown


@given(st.text())
def test_normalization_of_names_is_idempotent(typed: str) -> None:
    assert queue_name(queue_name(typed)) == queue_name(typed)
    assert normalize_name(normalize_name(typed)) == normalize_name(typed)


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("@Ana Sousa thanks", {"ana", "ana sousa", "ana sousa thanks"}),
        ("@ana's raise", {"ana", "ana's", "ana's raise"}),
        ("@ana-lena!", {"ana-lena"}),
        ("@Ana S. hi", {"ana", "ana s", "ana s."}),
        ("@ana, @Ben", {"ana", "ben"}),
        ("ana@harbour.example", set()),
        ("<@U1> hi", set()),
        ("@ home", set()),
    ],
)
def test_possible_names_after_an_at_sign_are_found(text: str, names: set[str]) -> None:
    assert typed_names(text) == names


def test_number_of_possible_names_after_an_at_sign_is_bounded() -> None:
    assert len(typed_names("@a-" * 20_000)) < 200
