"""What each kind of reminder is called, in the preview of a team and to whoever has muted it."""

import re

import pytest

from bot.workflows.nudges import KINDS


@pytest.mark.parametrize("title", [rule.title for rule in KINDS])
def test_reminder_is_called_by_a_noun_and_speaks_to_its_reader(title: str) -> None:
    assert not re.search(r"\b(I|my|mine|me)\b|^when\b|^if\b", title)


def test_no_two_reminders_are_called_the_same() -> None:
    assert len({rule.title for rule in KINDS}) == len(KINDS)
