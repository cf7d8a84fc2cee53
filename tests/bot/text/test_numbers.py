"""The parser of numbers as people and tools write them, which returns None for ambiguous text."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.text.numbers import parse_number

WRITTEN = {
    "42": 42, "0": 0, "007": 7, "3,5": 3.5, "3.5": 3.5, ".5": 0.5, "7.": 7, "-5": -5, "\u22125": -5, "+5": 5,
    "1,234": 1234, "1 234": 1234, "1\u00a0234": 1234, "1\u202f234": 1234, "1'234": 1234, "1’234": 1234, "1_234": 1234,
    "1,234.5": 1234.5, "1.234,5": 1234.5, "1 234,56": 1234.56, "1'234.50": 1234.5, "1.234.567": 1234567,
    "1,234,567": 1234567, "12 345 678": 12345678, "12,34,567": 1234567, "1,23,456.7": 123456.7,
    "1.234": 1.234, "0,123": 0.123, "0.1": 0.1, "12,3456": 12.3456, "44.23943737541908": 44.23943737541908,
    "1.5k": 1500, "1,5K": 1500, "2M": 2e6, "95.5%": 95.5, "95,5 %": 95.5, "1.5 k": 1500, "1e+06": 1e6, "1.5e3": 1500,
    "42 waiting": 42, "1 234 waiting": 1234, "1.5k waiting": 1500, "> 30": 30, ">=30": 30, "~40": 40, " 42 ": 42,
    "\u0663": 3, "\u0661\u066c\u0662\u0663\u0664\u066b\u0665": 1234.5, "\u096a\u0968": 42,
}  # fmt: skip
NONE = [
    "", " ", "-", "abc", "1 23", "12 34", "1,23,45", "1,234,56", "1.2.3", "1,2,3", "1 234 56", "1.234.56",
    "1,234,567,8",
    "10:30", "2026-11-28", "42 of 50", "42/50", "30s", "5m 30s", "1h 2m", "0x1F", "NaN", "inf", "-inf", "1e999",
    "9" * 5000, "1..2", ",5", "1.,2", "''1", "4 2 1", "phones 42", "12 345 67 waiting", "$42", "v2.0.1", "1e5e5",
]  # fmt: skip


@pytest.mark.parametrize("text", WRITTEN)
def test_number_is_parsed_in_any_common_notation(text: str) -> None:
    assert parse_number(text) == WRITTEN[text]


@pytest.mark.parametrize("text", NONE)
def test_text_without_exactly_one_number_yields_none(text: str) -> None:
    assert parse_number(text) is None


@given(st.floats(allow_nan=False, allow_infinity=False), st.sampled_from(["", " waiting", " %"]))
def test_number_parser_reads_back_the_repr_of_any_float(value: float, behind: str) -> None:
    assert parse_number(f"{value!r}{behind if 'e' not in repr(value) else ''}") == value


@given(st.integers(0, 10**12), st.sampled_from([",", " ", "'", "\u202f"]))
def test_thousands_separators_are_parsed(value: int, mark: str) -> None:
    assert parse_number(f"{value:,}".replace(",", mark)) == value


@given(st.text(max_size=300))
def test_number_parser_returns_a_number_or_none_for_any_text(text: str) -> None:
    assert isinstance(parse_number(text), float | None)
