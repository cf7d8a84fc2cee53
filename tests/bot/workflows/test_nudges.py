"""Titles of nudges, which appear in a team's preview and in lists of muted nudges."""

import re

import pytest

from bot.workflows.nudges import KINDS


@pytest.mark.parametrize("title", [rule.title for rule in KINDS])
def test_title_of_a_nudge_is_a_noun_phrase_without_the_first_person(title: str) -> None:
    assert not re.search(r"\b(I|my|mine|me)\b|^when\b|^if\b", title)


def test_titles_of_nudges_are_unique() -> None:
    assert len({rule.title for rule in KINDS}) == len(KINDS)
