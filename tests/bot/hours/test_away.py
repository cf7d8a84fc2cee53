"""Saying when one is back."""

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.errors import UserError
from bot.hours import until
from bot.hours.away import AMBIGUOUS, PAST, TOO_FAR, UNCLEAR

NOW = datetime(2026, 11, 17, 16, tzinfo=UTC)
"""A Tuesday: 16:00 in Lisbon, 11:00 in New York, 21:30 in Kolkata."""


@pytest.mark.parametrize(
    ("text", "back"),
    [
        ("tomorrow", "2026-11-18T00:00"),
        ("Tomorrow 9am", "2026-11-18T09:00"),
        ("today 17:00", "2026-11-17T17:00"),
        ("Monday", "2026-11-23T00:00"),
        ("mon", "2026-11-23T00:00"),
        ("tuesday", "2026-11-24T00:00"),
        ("wed", "2026-11-18T00:00"),
        ("Thurs at 3:30 pm", "2026-11-19T15:30"),
        ("17:00", "2026-11-17T17:00"),
        ("16:00", "2026-11-18T16:00"),
        ("15:00", "2026-11-18T15:00"),
        ("3pm", "2026-11-18T15:00"),
        ("at 6 PM", "2026-11-17T18:00"),
        ("12am", "2026-11-18T00:00"),
        ("12pm", "2026-11-18T12:00"),
        ("2026-12-01", "2026-12-01T00:00"),
        ("2026-12-01 15:00", "2026-12-01T15:00"),
        ("1 December", "2026-12-01T00:00"),
        ("December 1", "2026-12-01T00:00"),
        ("1st dec", "2026-12-01T00:00"),
        ("1 Dec 2026", "2026-12-01T00:00"),
        ("December 1st, 2026", "2026-12-01T00:00"),
        ("1 December 15:00", "2026-12-01T15:00"),
        ("December 1 3pm", "2026-12-01T15:00"),
        ("17 November 18:00", "2026-11-17T18:00"),
        ("16 November", "2027-11-16T00:00"),
        ("3 March", "2027-03-03T00:00"),
        ("  FOR  3   days ", "2026-11-20T00:00"),
        ("3 days", "2026-11-20T00:00"),
        ("1 day", "2026-11-18T00:00"),
        ("2 weeks", "2026-12-01T00:00"),
        ("for a week", "2026-11-24T00:00"),
        ("for two weeks", "2026-12-01T00:00"),
        ("Until Monday", "2026-11-23T00:00"),
        ("next monday", "2026-11-23T00:00"),
        ("next week", "2026-11-23T00:00"),
        ("tomorrow at 9", "2026-11-18T09:00"),
        ("noon", "2026-11-18T12:00"),
        ("an hour", "2026-11-17T17:00"),
        ("for 30 minutes", "2026-11-17T16:30"),
    ],
)
def test_what_people_say_is_understood(text: str, back: str) -> None:
    assert until(text, "Europe/Lisbon", NOW) == datetime.fromisoformat(f"{back}+00:00")


@pytest.mark.parametrize(
    ("text", "zone", "back"),
    [
        ("15:00", "America/New_York", "2026-11-17T15:00-05:00"),
        ("15:00", "Asia/Kolkata", "2026-11-18T15:00+05:30"),
        ("tomorrow", "Pacific/Auckland", "2026-11-19T00:00+13:00"),
        ("wed", "Pacific/Auckland", "2026-11-25T00:00+13:00"),
        ("1 June", "Europe/Lisbon", "2027-06-01T00:00+01:00"),
        ("28 March 2027 01:30", "Europe/Lisbon", "2027-03-28T02:30+01:00"),
        ("31 October 2027 01:30", "Europe/Lisbon", "2027-10-31T01:30+01:00"),
        ("28 March 2027", "Asia/Beirut", "2027-03-28T01:00+03:00"),
    ],
)
def test_it_is_read_where_the_person_is(text: str, zone: str, back: str) -> None:
    assert until(text, zone, NOW) == datetime.fromisoformat(back)


def test_a_leap_day_is_the_next_there_is() -> None:
    now = datetime(2027, 11, 17, tzinfo=UTC)

    assert until("29 February", "UTC", now) == datetime(2028, 2, 29, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("", UNCLEAR),
        ("soon", UNCLEAR),
        ("mo", UNCLEAR),
        ("mond ay", UNCLEAR),
        ("15", UNCLEAR),
        ("25:00", UNCLEAR),
        ("15:60", UNCLEAR),
        ("13pm", UNCLEAR),
        ("0am", UNCLEAR),
        ("15:00 tomorrow", UNCLEAR),
        ("30 February", UNCLEAR),
        ("29 February", UNCLEAR),
        ("2026-13-01", UNCLEAR),
        ("1 Decembre", UNCLEAR),
        ("December", UNCLEAR),
        ("December 2026", UNCLEAR),
        ("3 months", UNCLEAR),
        ("monday or tuesday", UNCLEAR),
        ("24/12", AMBIGUOUS),
        ("1/2/2027", AMBIGUOUS),
        ("24.12.", AMBIGUOUS),
        ("24-12 15:00", AMBIGUOUS),
        ("2026/12/24", AMBIGUOUS),
        ("today", PAST),
        ("today 15:00", PAST),
        ("today 16:00", PAST),
        ("17 November", PAST),
        ("2026-11-16", PAST),
        ("1 Dec 2025", PAST),
        ("0 days", PAST),
        ("1 Dec 2027", TOO_FAR),
        ("400 days", TOO_FAR),
    ],
)
def test_what_is_unclear_is_asked_again_with_an_example(text: str, sentence: str) -> None:
    with pytest.raises(UserError) as error:
        until(text, "Europe/Lisbon", NOW)

    assert error.value.sentence == sentence
    assert "like `/steward away until " in sentence


def test_the_sentences_are_kind_and_exact() -> None:
    assert UNCLEAR == (
        "When are you back? Say it like `/steward away until Monday`, `until 15:00` or `until 1 December`."
    )
    assert AMBIGUOUS == ("I could read that day in two ways. Name its month, like `/steward away until 24 December`.")
    assert PAST == "That moment has passed. Say when you are back, like `/steward away until tomorrow`."
    assert TOO_FAR == (
        "That is more than a year ahead. Choose a day within a year, like `/steward away until 1 December`."
    )


def test_a_day_beyond_all_calendars_is_asked_again() -> None:
    assert answer("31 December 9999 23:00", "America/New_York") == UNCLEAR
    assert answer("0001-01-01", "Asia/Kolkata") == UNCLEAR


def answer(text: str, zone: str) -> datetime | str:
    try:
        return until(text, zone, NOW)
    except UserError as error:
        return error.sentence


WORDS = st.sampled_from([
    "for", "at", "a", "0", "1", "3", "29", "31", "999", "²", "٣", "day", "weeks", "mon", "sunday", "feb", "december",
    "1st", "2026", "9999", "0000", "15:00", "3pm", "am", "24/12", "9999-12-31", "0001-01-01", "today", "tomorrow",
])  # fmt: skip


@settings(deadline=None)
@given(
    text=st.text() | st.lists(WORDS, max_size=5).map(" ".join),
    zone=st.sampled_from(["Europe/Lisbon", "Pacific/Kiritimati", "Pacific/Niue", "Pacific/Apia"]),
)
def test_whatever_is_said_the_answer_is_ahead_or_a_kind_sentence(text: str, zone: str) -> None:
    said = answer(text, zone)

    if isinstance(said, datetime):
        assert NOW < said <= NOW + timedelta(days=366)
        assert said.tzinfo is UTC
    else:
        assert said in (UNCLEAR, AMBIGUOUS, PAST, TOO_FAR)
