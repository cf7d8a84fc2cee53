"""The parser of deadlines at the end of a text, which uses the zone and working days of the person who typed them."""

from dataclasses import replace
from datetime import UTC, date, datetime, time

import pytest
from hypothesis import given
from hypothesis import strategies as some

from bot.org.availability import working_hours
from bot.org.availability.deadlines import split_deadline
from bot.org.availability.working_hours import Day, WorkingHours

WEEK = WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), time(9), time(17), "PT")
TUESDAY = datetime(2026, 11, 17, 10, tzinfo=UTC)
FRIDAY_MORNING, FRIDAY_EVENING = datetime(2026, 11, 20, 10, tzinfo=UTC), datetime(2026, 11, 20, 18, tzinfo=UTC)
SATURDAY_NIGHT = datetime(2026, 11, 21, 23, 30, tzinfo=UTC)
DAYS = some.dates(date(2026, 1, 1), date(2027, 12, 31))


@pytest.mark.parametrize(
    ("text", "words", "day"),
    [
        ("ask IT about the voucher tool by Friday", "ask IT about the voucher tool", date(2026, 11, 20)),
        ("ask IT by Friday.", "ask IT", date(2026, 11, 20)),
        ("ask IT By friday", "ask IT", date(2026, 11, 20)),
        ("ask IT until 3 December", "ask IT", date(2026, 12, 3)),
        ("ask IT by 3.12.", "ask IT", date(2026, 12, 3)),
        ("ask IT in two weeks", "ask IT", date(2026, 12, 1)),
        ("ask IT within 3 days", "ask IT", date(2026, 11, 20)),
        ("ask IT in 3 working days", "ask IT", date(2026, 11, 20)),
        ("ask IT within a month", "ask IT", date(2026, 12, 17)),
        ("ask IT by tomorrow", "ask IT", date(2026, 11, 18)),
        ("ask IT by next week", "ask IT", date(2026, 11, 27)),
        ("ask IT by next Friday", "ask IT", date(2026, 11, 27)),
        ("ask IT by next Monday", "ask IT", date(2026, 11, 23)),
        ("ask IT by the end of the week", "ask IT", date(2026, 11, 20)),
        ("ask IT by end of November", "ask IT", date(2026, 11, 30)),
        ("ask IT in March", "ask IT", date(2027, 3, 31)),
        ("ask IT, by Monday", "ask IT", date(2026, 11, 23)),
        ("sort it by priority by Monday", "sort it by priority", date(2026, 11, 23)),
    ],
)
def test_deadline_at_the_end_of_a_text_is_parsed_and_removed(text: str, words: str, day: date) -> None:
    assert split_deadline(text, TUESDAY, WEEK)[:2] == (words, day)


@pytest.mark.parametrize(
    "text",
    [
        "help in the queue", "sort the tickets by priority", "wait until it works", "talk to Friday Adams", "be in",
        "sit in on a call in the morning", "read it", "", "by", "by the way", "come by", "in the end",
        "write it up by the time that everybody has read what I wrote on Friday",
    ],
)  # fmt: skip
def test_text_without_a_deadline_is_left_as_typed(text: str) -> None:
    assert split_deadline(text, TUESDAY, WEEK) == (text, None, False)


def test_deadline_with_two_meanings_is_reported_as_ambiguous() -> None:
    assert split_deadline("ask IT by 3/4", TUESDAY, WEEK).is_ambiguous


def test_by_friday_on_a_friday_is_today_until_the_working_day_ends() -> None:
    assert split_deadline("ask IT by Friday", FRIDAY_MORNING, WEEK).day == date(2026, 11, 20)
    assert split_deadline("ask IT by Friday", FRIDAY_EVENING, WEEK).day == date(2026, 11, 27)


@pytest.mark.parametrize("day", [16, 17, 18, 19, 20, 22])
def test_by_next_wednesday_is_the_wednesday_of_next_week_whatever_day_it_is(day: int) -> None:
    found = split_deadline("ask IT by next Wednesday", datetime(2026, 11, day, 10, tzinfo=UTC), WEEK)
    assert found.day == date(2026, 11, 25)


def test_deadline_is_in_the_time_zone_of_the_person_who_typed_it() -> None:
    auckland = replace(WEEK, zone="Pacific/Auckland")
    assert split_deadline("ask IT by tomorrow", SATURDAY_NIGHT, WEEK).day == date(2026, 11, 22)
    assert split_deadline("ask IT by tomorrow", SATURDAY_NIGHT, auckland).day == date(2026, 11, 23)


@given(day=DAYS, many=some.integers(1, 30))
def test_counting_working_days_is_the_inverse_of_adding_them(day: date, many: int) -> None:
    later = working_hours.add_working_days(WEEK, day, many)
    assert working_hours.is_working_day(WEEK, later)
    assert working_hours.working_days_between(WEEK, day, later) == many


@given(day=DAYS, earliest=DAYS)
def test_deadline_on_a_day_off_moves_to_an_earlier_working_day_if_one_is_left(day: date, earliest: date) -> None:
    moved = working_hours.last_working_day_by(WEEK, day, earliest)
    assert working_hours.is_working_day(WEEK, moved)
    assert moved <= day or moved > earliest or earliest > day
    assert working_hours.working_days_between(WEEK, moved, day) == 0
