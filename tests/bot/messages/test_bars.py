"""Text progress bars."""

import pytest

from bot.slack.mrkdwn import BAR_LENGTH, bar


@pytest.mark.parametrize(
    ("value", "full", "filled"),
    [(0, 100, 0), (4, 100, 0), (5, 100, 1), (30, 100, 3), (35, 100, 4), (96, 100, 10), (100, 100, 10), (3, 4, 8),
     (130, 100, 10), (-8, 100, 0)],
)  # fmt: skip
def test_progress_bar_is_filled_in_proportion_and_has_a_fixed_length(value: float, full: float, filled: int) -> None:
    drawn = bar(value, full)

    assert (drawn.count("▰"), len(drawn)) == (filled, BAR_LENGTH)
