"""Tests of `/steward me` as a whole: its order, and that it stays within what Slack allows in one message."""

from datetime import timedelta

import pytest
from slackblocks import Block, SectionBlock

from bot.messages import my_data, steward
from tests.bot.messages.samples.people import MEMBERS, NOW, TEAM
from tests.bot.messages.samples.steward import OWN, away


def entries(number: int, name: str) -> list[Block]:
    return [SectionBlock(f"{name} {each}", block_id=f"{name}_{each}") for each in range(number)]


def show(absences: int, quotes: int) -> str:
    """Return the text of what somebody sees who has agreed to everything, and check that Slack takes it."""
    person = away(*((NOW + timedelta(days=2 * day + 1), NOW + timedelta(days=2 * day + 2)) for day in range(absences)))
    own_data = my_data.build_blocks(dict.fromkeys(my_data.names(), ""))
    added = steward.Added(entries(1, "thanks"), entries(8, "reminder"), entries(quotes, "quote"), own_data)
    post = steward.personal_overview(person, [(TEAM, MEMBERS[2])], OWN, added, NOW)
    assert len(post.blocks) <= steward.MOST_BLOCKS
    return str(post.payload())


@pytest.mark.parametrize("quotes", [0, 3, 10, 40])
def test_the_longest_lists_are_cut_short_and_say_how_much_is_missing(quotes: int) -> None:
    said = show(20, quotes)

    shown = said.count("absences:remove")
    assert ("more absences aren't shown" in said) is (shown < 20)
    assert shown == 20 or f"{20 - shown} more absences aren't shown." in said
    listed = said.count("'quote_")
    assert listed == quotes or f"{quotes - listed} more quote" in said
    assert shown >= 8
    assert listed >= min(quotes, 8)
    for button in ("my_data:stop:coffee", my_data.EXPORT, "erasures:open"):
        assert button in said


def test_what_is_stored_comes_before_the_consents_the_export_and_the_erase() -> None:
    said = show(1, 1)
    places = [
        said.index(each) for each in ("About you", "What I keep", "switched on", "Export my data", "Erase my data")
    ]

    assert places == sorted(places)
    assert "shown." not in said
