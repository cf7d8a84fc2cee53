"""Matching of people for coffee, as a minimum-weight matching.

Nobody is left alone, everybody is in one group, the same pairs repeat as late as possible, and people without shared
working hours are matched last.
"""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from functools import cache
from itertools import combinations, islice
from typing import Any

from bot.org.people import draw_lot

Pair = tuple[str, str]
"""Two ids, sorted."""
Group = tuple[str, ...]
"""Two or three ids, sorted."""

MAX_MATCHING_STEPS = 170_000
"""Limit on work for an odd number n of people: at most this / n³ groupings are compared, which is all for n ≤ 15."""


def match_groups(
    people: Iterable[str], last: Mapping[Pair, date], occasion: object = "", apart: Collection[Pair] = ()
) -> list[Group]:
    """Match people into pairs, with one group of three for an odd number; fewer than two people give no group.

    People who have met are not matched again while that can be avoided; otherwise the pair that met longest ago is
    matched. `last` has the day on which each pair had coffee last. Pairs in `apart` share no working hours and come
    last. The occasion breaks ties between equal matchings; the same input gives the same groups.
    """
    ids = sorted(people, key=lambda id: draw_lot(id, "coffee", occasion))
    if len(ids) < 4:
        return [tuple(sorted(ids))] if len(ids) > 1 else []
    costs, parts = _costs(ids, last, apart), [(id,) for id in ids]
    return _with_three(parts, costs) if len(ids) % 2 else _match(parts, costs)


def _with_three(parts: Sequence[Group], costs: Mapping[Pair, int]) -> list[Group]:
    """Match an odd number of people: try each pair as the start of the group of three, cheapest first.

    It stops once no later pair can lead to fewer repeats than the best matching found. The lower bound is the cost of
    the pair, plus the minimum cost of matching all people if one of them may be left out.
    """
    square = len(parts) ** 2
    least = _total(_match([*parts, ()], costs), costs)
    halves = ([id for (id,) in half] for half in (parts[::2], parts[1::2]))
    pairs = (_pair(*two) for half in halves for two in combinations(half, 2))  # of any three, two are in one half
    best: list[Group] = []
    for two in islice(sorted(pairs, key=costs.__getitem__), max(1, MAX_MATCHING_STEPS // len(parts) ** 3)):
        if best and _total(best, costs) // square <= (least + costs[two]) // square:
            break
        found = _match([two, *(each for each in parts if each[0] not in two)], costs)
        best = min(best or found, found, key=lambda each: _total(each, costs))
    return best


def _costs(ids: Sequence[str], last: Mapping[Pair, date], apart: Collection[Pair]) -> dict[Pair, int]:
    """Return the cost of matching each pair.

    The cost of a pair that never met is the number of its round in a round-robin schedule, so that pairs of one round
    are matched together, and whole rounds are left for later. Pairs that met cost more than all rounds; those that met
    on a later day cost more than all pairs that met before that day together. Pairs in `apart` cost most.
    """
    odd = len(ids) - 1 + len(ids) % 2
    days = {day: len(ids) ** (2 * rank) for rank, day in enumerate(sorted(set(last.values())), 1)}
    most = len(ids) ** (2 * len(days) + 2)
    costs = {}
    for one, two in combinations(range(len(ids)), 2):
        pair = _pair(ids[one], ids[two])
        turn = (one + (one if two == odd else two)) % odd
        costs[pair] = turn + (days[last[pair]] if pair in last else 0) + (most if pair in apart else 0)
    return costs


def _match(parts: Sequence[Group], costs: Mapping[Pair, int]) -> list[Group]:
    """Combine people and groups two by two at minimum total cost."""
    import networkx  # lazy: about 12 MB that a bot without coffee rituals does not need

    graph, nodes = _kind_of_graph()(), range(len(parts))
    totals = {(one, two): _total([parts[one] + parts[two]], costs) for one, two in combinations(nodes, 2)}
    most = 1 + max(totals.values())
    graph.add_weighted_edges_from((*edge, most - totals[edge]) for edge in totals)
    found = networkx.max_weight_matching(graph, maxcardinality=True)
    return sorted(tuple(sorted(parts[one] + parts[two])) for one, two in found)


@cache
def _kind_of_graph() -> Any:
    """Return a kind of graph whose neighbors are read without a new view at each look, in about half of the time."""
    import networkx

    class Graph(networkx.Graph):  # type: ignore[type-arg]
        _adj: dict[int, Any]

        def __getitem__(self, node: int) -> Any:
            return self._adj[node]

    return Graph


def _total(groups: Iterable[Group], costs: Mapping[Pair, int]) -> int:
    return sum(costs[_pair(*two)] for group in groups for two in combinations(group, 2))


def _pair(one: str, two: str) -> Pair:
    return (one, two) if one < two else (two, one)
