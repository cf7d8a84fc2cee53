"""Titles of reminders, as shown in the preview of a team and to people who have muted them."""

import re

import pytest

from bot.workflows.nudges import KINDS


@pytest.mark.parametrize("title", [rule.title for rule in KINDS])
def test_title_of_a_reminder_is_a_noun_without_the_first_person(title: str) -> None:
    assert not re.search(r"\b(I|my|mine|me)\b|^when\b|^if\b", title)


def test_titles_of_reminders_are_unique() -> None:
    assert len({rule.title for rule in KINDS}) == len(KINDS)
