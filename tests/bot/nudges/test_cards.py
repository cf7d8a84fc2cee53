"""Tests of what a nudge's card says once the nudge has ended."""

import pytest

from bot.nudges.cards import Item, Row


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("Is it done?\n>ask IT", "Is it done?\n>ask IT\nDone."),
        ("Is it done?\n>ask IT\nIt takes a minute.", "Is it done?\n>ask IT\nIt takes a minute. Done."),
        ("Is it done?", "Is it done? Done."),
    ],
)
def test_how_a_nudge_ended_is_not_a_part_of_the_quote_at_its_end(text: str, said: str) -> None:
    assert Item(text, "why").ended("Done.") == said


def test_nudge_whose_rows_are_all_answered_shows_the_answers_only() -> None:
    assert Item("Two to book", "why", rows=[Row("Ana: booked")]).ended("Done.") == "Ana: booked"
