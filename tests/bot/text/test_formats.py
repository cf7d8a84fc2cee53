"""Formatting of days, times and numbers in a reader's locale."""

from datetime import date, datetime, time

import pytest

from bot.text import formats

DAY = date(2026, 11, 17)
AFTERNOON = datetime(2026, 11, 17, 14, 5)  # noqa: DTZ001
BRITISH = ["", "en-GB", "xx", "en-", "en-ZZ", "es-LA", "zh-Hant-TW", "en-../US", "\N{SNOWMAN}"]


def test_american_reader_gets_month_first_and_a_twelve_hour_clock() -> None:
    assert formats.on(DAY, "en-US") == "Tuesday, November 17"
    assert formats.on_full(DAY, "en-US") == "Tuesday, November 17, 2026"
    assert formats.full(DAY, "en-US") == "November 17, 2026"
    assert formats.day_and_month(DAY, "en-US") == "November 17"
    assert formats.short(DAY, "en-US") == "Tue, Nov 17"
    assert formats.clock(AFTERNOON, "en-US") == "2:05 PM"
    assert formats.wall(AFTERNOON, "en-US") == "Tuesday, November 17 at 2:05 PM"
    assert formats.short_wall(AFTERNOON, "en-US") == "Tue, Nov 17, 2:05 PM"


def test_german_reader_gets_english_words_day_first_and_a_24_hour_clock() -> None:
    assert formats.wall(AFTERNOON, "de-DE") == "Tuesday, 17 November at 14:05"
    assert formats.short_wall(AFTERNOON, "de-DE") == "Tue 17 Nov, 14:05"
    assert formats.number(1234.5, "de-DE") == "1.234,5"


@pytest.mark.parametrize("locale", BRITISH)
def test_missing_or_unknown_locale_is_treated_as_british(locale: str) -> None:
    assert formats.wall(AFTERNOON, locale) == "Tuesday, 17 November at 14:05"
    assert formats.on_full(DAY, locale) == "Tuesday, 17 November 2026"
    assert formats.day_and_month(DAY, locale) == "17 November"
    assert formats.number(1200, locale) == "1,200"


@pytest.mark.parametrize("locale", ["en-GB", "en-US", "de-DE", "fi-FI", "ja-JP", "pt-BR"])
def test_hours_and_minutes_are_separated_by_a_colon_in_every_locale(locale: str) -> None:
    assert ":05" in formats.clock(AFTERNOON, locale)
    assert formats.clock(time(9), locale).isascii()


@pytest.mark.parametrize(
    ("first", "last", "british", "american"),
    [
        (DAY, DAY, "Tue 17 Nov", "Tue, Nov 17"),
        (DAY, date(2026, 11, 20), "Tue 17 to Fri 20 Nov", "Tue, Nov 17 to Fri, Nov 20"),
        (DAY, date(2026, 12, 1), "Tue 17 Nov to Tue 1 Dec", "Tue, Nov 17 to Tue, Dec 1"),
    ],
)
def test_date_range_names_the_month_once_if_the_locales_order_allows_it(
    first: date, last: date, british: str, american: str
) -> None:
    assert formats.span(first, last) == british
    assert formats.span(first, last, "en-US") == american


@pytest.mark.parametrize(
    ("value", "text"), [(42, "42"), (3.5, "3.5"), (12345.0, "12,345"), (-0.5, "-0.5"), (2.5e9, "2.5e+09")]
)
def test_number_is_formatted_with_separators_and_at_most_one_decimal(value: float, text: str) -> None:
    assert formats.number(value) == text
