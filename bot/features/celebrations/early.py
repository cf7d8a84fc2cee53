"""Which spike was over early."""

from collections.abc import Sequence
from statistics import median

FEWEST = 5
"""So many others a team has to have had before anybody can say what is usual."""
EARLY = 0.5
"""Of the median length: at most half of it is early."""
LEAST = 10
"""So many minutes sooner at least: where queues are calm within a few, half of them is chance."""


def is_early(minutes: int, others: Sequence[int]) -> bool:
    """Whether a spike of so many minutes was over well before the team's usual length."""
    if len(others) < FEWEST:
        return False
    usual = median(others)
    return minutes <= min(EARLY * usual, usual - LEAST)
