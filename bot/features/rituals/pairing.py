"""Who has coffee with whom: nobody alone, everybody once, and the same two again as late as can be."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from itertools import combinations

import networkx

Pair = tuple[str, str]
"""Two ids in order."""
Group = tuple[str, ...]
"""Two ids in order, or three."""

EIGHT_WEEKS = timedelta(weeks=8)
A_YEAR = timedelta(days=365)
A_DAY = 10**6
"""More than the turns of all pairs together."""
TOO_SOON = 10**6
"""In days: more than all pairs together can cost that met longer ago."""
PLENTY, TRIES = 25, 100
"""Among so many people there is a three that suits, and it is among the first so many; nobody looks further."""


def groups(people: Iterable[str], last: Mapping[Pair, date], day: date) -> list[Group]:
    """Two by two, with one group of three for an odd number; nobody for fewer than two.

    No two meet again within eight weeks where any grouping of these people avoids it; else those whose last time is
    longest ago. `last` says when two had coffee last. The same input gives the same groups.
    """
    ids = sorted(people)
    if len(ids) < 4:
        return [tuple(ids)] if len(ids) > 1 else []
    costs = {pair: _again(last.get(pair), day) * A_DAY + turn for pair, turn in _turns(ids).items()}
    return _with_a_three(ids, costs) if len(ids) % 2 else _in_twos(ids, costs)


def _again(last: date | None, day: date) -> int:
    """What it costs that two meet again: much within eight weeks, the more the sooner; nothing for the first time."""
    if last is None:
        return 0
    ago = day - last
    return TOO_SOON * (1 + (EIGHT_WEEKS - ago).days) if ago < EIGHT_WEEKS else max(0, (A_YEAR - ago).days)


def _turns(ids: Sequence[str]) -> dict[Pair, int]:
    """Each pair's turn in a round robin: of equals, the pairs of one turn go together and leave whole turns over."""
    odd = len(ids) - 1 + len(ids) % 2
    places = combinations(range(len(ids)), 2)
    return {(ids[one], ids[two]): (one + (one if two == odd else two)) % odd for one, two in places}


def _in_twos(ids: Iterable[str], costs: Mapping[Pair, int]) -> list[Group]:
    graph: networkx.Graph[str] = networkx.Graph()
    graph.add_weighted_edges_from((*pair, costs[pair]) for pair in combinations(ids, 2))
    return sorted(tuple(sorted(pair)) for pair in networkx.min_weight_matching(graph))


def _with_a_three(ids: Sequence[str], costs: Mapping[Pair, int]) -> list[Group]:
    """The three who cost least, unless others leave better pairs."""
    best: list[Group] = []
    threes = sorted(combinations(ids[:PLENTY], 3), key=lambda three: _cost([three], costs))
    for three in threes[:TRIES]:
        found = [three, *_in_twos([each for each in ids if each not in three], costs)]
        best = min([best, found], key=lambda groups: _cost(groups, costs)) if best else found
        if _cost(best, costs) < TOO_SOON * A_DAY:
            break
    return best


def _cost(groups: Iterable[Group], costs: Mapping[Pair, int]) -> int:
    return sum(costs[pair] for group in groups for pair in combinations(group, 2))
