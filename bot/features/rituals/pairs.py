"""Who has coffee with whom: nobody alone, everybody once, the same two again as late as can be, those last who never
are at work together."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from datetime import date
from itertools import combinations, islice

from bot.org.people import draw_lot

Pair = tuple[str, str]
"""Two ids in order."""
Group = tuple[str, ...]
"""Two ids in order, or three."""

FEW, ALL = 9, 1_300
"""Of so many people all groupings are compared, which are at most so many; of more the first that does is taken."""
STEPS = 5_000
"""Nobody looks longer for people who can all be free of one another."""


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
    turns = _turns(ids)
    for able in _tiers(turns, apart):
        for latest in [date.min, *sorted(set(last.values()))]:
            free = {pair: turn for pair, turn in able.items() if last.get(pair, date.min) <= latest}
            found = islice(_groupings(ids, free), ALL if len(ids) <= FEW else 1)
            best = min(found, key=lambda each: (_number(each, apart), *_repeats(each, last, turns)), default=None)
            if best:
                return sorted(best)
    return sorted(next(_groupings(ids, turns)))


def _tiers(turns: Mapping[Pair, int], apart: Collection[Pair]) -> list[dict[Pair, int]]:
    """The pairs that may be: those who share hours, then those of people who share them with nobody, then all."""
    shared = {pair: turn for pair, turn in turns.items() if pair not in apart}
    has_somebody = {id for pair in shared for id in pair}
    needed = {pair: turn for pair, turn in turns.items() if pair in shared or not has_somebody.issuperset(pair)}
    return [shared, needed, dict(turns)] if apart else [dict(turns)]


def _number(grouping: Iterable[Group], apart: Collection[Pair]) -> int:
    """How many pairs share no hour."""
    return sum(pair in apart for group in grouping for pair in combinations(group, 2))


def _turns(ids: Sequence[str]) -> dict[Pair, int]:
    """Each pair's turn in a round robin: of equals, the pairs of one turn go together and leave whole turns over."""
    odd = len(ids) - 1 + len(ids) % 2
    places = combinations(range(len(ids)), 2)
    return {_pair(ids[one], ids[two]): (one + (one if two == odd else two)) % odd for one, two in places}


def _groupings(ids: Sequence[str], free: Mapping[Pair, int]) -> Iterator[list[Group]]:
    """The ways to put everybody together with those they are free to meet, lower turns first."""
    partners: dict[str, set[str]] = {id: set() for id in ids}
    for one, two in free:
        partners[one].add(two)
        partners[two].add(one)
    steps = iter(range(STEPS))

    def of(left: set[str]) -> Iterator[list[Group]]:
        if not left:
            yield []
            return
        one = min(left, key=lambda id: (len(partners[id] & left), id))
        theirs = sorted(partners[one] & left, key=lambda two: free[_pair(one, two)])
        threes = combinations(theirs, 2) if len(left) % 2 else ()
        for group in [(two,) for two in theirs] + [both for both in threes if both[1] in partners[both[0]]]:
            if next(steps, None) is None:
                return
            for rest in of(left - {one, *group}):
                yield [tuple(sorted((one, *group))), *rest]

    return of(set(ids))


def _pair(one: str, two: str) -> Pair:
    return (one, two) if one < two else (two, one)


def _repeats(grouping: Iterable[Group], last: Mapping[Pair, date], turns: Mapping[Pair, int]) -> tuple[object, ...]:
    """The last times of those who meet again, the latest first: the fewer and the longer ago, the better."""
    pairs = [pair for group in grouping for pair in combinations(group, 2)]
    return sorted((last[pair] for pair in pairs if pair in last), reverse=True), sum(turns[pair] for pair in pairs)
