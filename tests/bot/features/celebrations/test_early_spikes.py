"""The rule for spikes that ended early enough to celebrate."""

import pytest

from bot.features.celebrations.rules import is_early


@pytest.mark.parametrize(
    ("minutes", "others", "early"),
    [
        (20, [40] * 5, True),
        (21, [40] * 5, False),
        (20, [40] * 4, False),
        (10, [20] * 5, True),
        (9, [18] * 5, False),
        (5, [15, 15, 15, 90, 90], True),
        (6, [15, 15, 15, 90, 90], False),
        (1, [2] * 9, False),
        (1, [], False),
    ],
)
def test_spike_ended_early_if_half_as_long_as_usual_and_ten_minutes_shorter(
    minutes: int, others: list[int], early: bool
) -> None:
    assert is_early(minutes, others) is early
