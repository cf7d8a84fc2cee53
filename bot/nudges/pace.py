"""The pace of nudges: the less of what is suggested a person acts on, the longer the pauses.

The *stretch* of a person's nudges is `(n + 2) / (a + 2)`: of the latest `n` that are over, at most `LATEST`, they acted
on `a`. It is 1 for somebody who acts on all, 5/3 for somebody who acts on half of eight, and 5 for somebody who has
ignored all of them; one act shortens it at once. It is 1 until `FEWEST` are over, because fewer say little.

It is counted for each kind, whose pauses are that many times as long, and for all kinds together. The square of that,
less one, gives by how much the pause between cards is longer than a day: cards go to those who act on them.
"""

from collections import Counter
from collections.abc import Collection, Mapping, Sequence
from datetime import datetime, timedelta

from bot.nudges.models import Nudge, NudgeState

OVER = (NudgeState.DONE, NudgeState.DECLINED, NudgeState.IGNORED)
"""The states that count: not of what was muted, settled by others or never sent."""
HEAD_START = 2
"""How many nudges, all acted on, count for somebody in advance, so that two ignored ones do not change much."""
FEWEST, LATEST = 4, 8
"""How many nudges must be over before they count, and how many count, the newest ones."""
BETWEEN_CARDS = timedelta(days=1)
"""The pause between cards for somebody who acts on all."""
LONGER = timedelta(days=4)
"""How much longer it is for each nudge on the card, times the square of the stretch less one."""
LONGEST = timedelta(days=14)
"""The longest pause between cards."""
OF_A_KIND = timedelta(days=1)
"""The pause between two nudges of a kind, whatever their subjects, for somebody who acts on all of that kind."""
EACH_ALONE: Mapping[str, int] = {}
MARGIN = timedelta(hours=8)
"""By how much a pause may be shorter, so that it ends before a morning that comes early."""

HELD_FROM = 1.5
"""From which stretch of all kinds on a card is held back."""
MOST_HELD_DAYS = 10
"""For how many days a card is held back at most."""


def stretch(nudges: Sequence[Nudge]) -> float:
    """Return the factor for the pauses after a person's nudges, which are given newest first.

    Several of a kind on one card are one, and acted on if one of them is.
    """
    acted = dict[tuple[str, str], bool]()
    for each in nudges:
        if each.state in OVER:
            key = each.card, each.kind
            acted[key] = acted.get(key, False) or each.state == NudgeState.DONE
    over = list(acted.values())[:LATEST]
    return (len(over) + HEAD_START) / (sum(over) + HEAD_START) if len(over) >= FEWEST else 1.0


def rests_until(before: Sequence[Nudge], together: Mapping[str, int]) -> datetime | None:
    """Return when the pause after a person's latest card ends, or None if there was none. `before` is newest first."""
    said = [each for each in before if each.state != NudgeState.UNHEARD]
    if not said:
        return None
    cost = count_cost([each.kind for each in said if each.card == said[0].card], together)
    pause = BETWEEN_CARDS + cost * (stretch(said) ** 2 - 1) * LONGER
    return said[0].said_at + min(pause, LONGEST) - MARGIN


def count_cost(kinds: Collection[str], together: Mapping[str, int] = EACH_ALONE) -> int:
    """Return how much of the daily budget nudges of these kinds cost."""
    return sum(-(-many // together.get(kind, 1)) for kind, many in Counter(kinds).items())


def may_hold(before: Sequence[Nudge], *, days: int) -> bool:
    """Return whether a card may be held back until its reader uses the bot, which has been so for `days` already.

    It may if they act on less than two of three: then the start of another working day is no good moment.
    """
    return stretch(before) >= HELD_FROM and days < MOST_HELD_DAYS
