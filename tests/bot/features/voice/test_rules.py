"""Tests of the rules of the voice of the frontline: whose quotes may be shown without a name."""

from datetime import UTC, datetime

import pytest

from bot.features.voice.rules import FEWEST_PEOPLE, select_unnamed
from bot.followups.models import Followup, Kind, State

AT = datetime(2031, 3, 4, tzinfo=UTC)


def raised(authors: str, first: int = 1) -> list[Followup]:
    """Return a follow-up by each of these authors, of whom each is one letter, with ids from `first` on."""
    made = [Followup("T1", 1, Kind.IDEA, author, "words", AT, State.OPEN) for author in authors]
    for nth, each in enumerate(made):
        each.id = first + nth
    return made


@pytest.mark.parametrize(
    ("this", "before", "shown"),
    [
        ("abc", "", "abc"),
        ("ab", "", ""),
        ("aabb", "", ""),
        ("ab", "c", "cab"),
        ("c", "ab", "abc"),
        ("ab", "aa", ""),
        ("abc", "d", "dabc"),
        ("ab", "abc", ""),
        ("abc", "def", "abc"),
        ("aaabc", "", "abcaa"),
        ("", "ab", ""),
    ],
)
def test_quotes_without_a_name_are_shown_if_three_people_wrote_them_and_wait_for_a_month(
    this: str, before: str, shown: str
) -> None:
    found = select_unnamed(raised(this), raised(before, first=100))
    assert "".join(each.author_id for each in found) == shown
    assert not found or len({each.author_id for each in found[:FEWEST_PEOPLE]}) == FEWEST_PEOPLE
