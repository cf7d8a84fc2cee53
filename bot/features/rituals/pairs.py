"""Who has coffee with whom: nobody alone, everybody once, the same two again as late as can be, those last who never
are at work together."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from datetime import date
from itertools import combinations, islice

from bot.org.people import draw_lot

Pair = tuple[str, str]
"""Two ids in order."""
Group = tuple[str, ...]
"""Two ids in order, or three."""

MOST = 170_000
"""So many groupings, divided by the cube of an odd number of people, are compared: all that matter of up to 15."""


def match_groups(
    people: Iterable[str], last: Mapping[Pair, date], occasion: object = "", apart: Collection[Pair] = ()
) -> list[Group]:
    """Two by two, with one group of three for an odd number; nobody for fewer than two.

    Nobody meets again whom they have met, while that can be; else those whose last time is longest ago. `last` says
    when two had coffee last. Two who are `apart` share no working hour, and come last of all. Of equals each occasion
    has its own; the same input gives the same groups.
    """
    ids = sorted(people, key=lambda id: draw_lot(id, "coffee", occasion))
    if len(ids) < 4:
        return [tuple(sorted(ids))] if len(ids) > 1 else []
    costs, parts = _costs(ids, last, apart), [(id,) for id in ids]
    return _with_three(parts, costs) if len(ids) % 2 else _match(parts, costs)


def _with_three(parts: Sequence[Group], costs: Mapping[Pair, int]) -> list[Group]:
    """Try the pairs that a third may join, the best first, until no more of them can be better.

    None can when its own cost and that of all others, with whoever costs most left out, repeat as much as the best.
    """
    square = len(parts) ** 2
    least = _total(_match([*parts, ()], costs), costs)
    halves = ([id for (id,) in half] for half in (parts[::2], parts[1::2]))
    pairs = (_pair(*two) for half in halves for two in combinations(half, 2))  # any three hold two of one half
    best: list[Group] = []
    for two in islice(sorted(pairs, key=costs.__getitem__), max(1, MOST // len(parts) ** 3)):
        if best and _total(best, costs) // square <= (least + costs[two]) // square:
            break
        found = _match([two, *(each for each in parts if each[0] not in two)], costs)
        best = min(best or found, found, key=lambda each: _total(each, costs))
    return best


def _costs(ids: Sequence[str], last: Mapping[Pair, date], apart: Collection[Pair]) -> dict[Pair, int]:
    """What each pair costs: their turn in a round robin, more than all turns for meeting again, and more than all that
    met before for each later day; most for being apart.

    So of equals the pairs of one turn go together, and leave whole turns over.
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
    """Put parts together two by two, as cheaply as can be."""
    import networkx  # some 12 MB that a bot without coffee need not carry

    graph: networkx.Graph[int] = networkx.Graph()
    for one, two in combinations(range(len(parts)), 2):
        graph.add_edge(one, two, weight=_total([parts[one] + parts[two]], costs))
    return sorted(tuple(sorted(parts[one] + parts[two])) for one, two in networkx.min_weight_matching(graph))


def _total(groups: Iterable[Group], costs: Mapping[Pair, int]) -> int:
    return sum(costs[_pair(*two)] for group in groups for two in combinations(group, 2))


def _pair(one: str, two: str) -> Pair:
    return (one, two) if one < two else (two, one)
