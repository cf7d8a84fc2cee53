"""Matching of coffee pairs in stable and changing teams: nobody is alone, and no pair repeats if avoidable."""

import subprocess
import sys
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from itertools import combinations
from random import Random

import networkx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as some

from bot.features.rituals.pairs import Group, Pair, match_groups

FIRST = date(2031, 3, 4)
A_FORTNIGHT, EIGHT_WEEKS = timedelta(weeks=2), timedelta(weeks=8)
ROUNDS = 26
Met = dict[Pair, date]


def team(size: int) -> list[str]:
    return [f"U{number:02}" for number in range(size)]


def pairs(found: Sequence[Group]) -> set[Pair]:
    return {two for group in found for two in combinations(group, 2)}


def repeated_pairs(found: Sequence[Group], met: Met, day: date) -> set[Pair]:
    """Return the pairs in these groups that already met within the eight weeks before a day."""
    return {two for two in pairs(found) if two in met and day - met[two] < EIGHT_WEEKS}


def rounds(weeks: Sequence[Sequence[str]]) -> Iterator[tuple[date, list[Group], Met]]:
    """Yield each round's day and groups, and the day on which each pair had last met before that round."""
    met: Met = {}
    for number, present in enumerate(weeks):
        day = FIRST + number * A_FORTNIGHT
        found = match_groups(present, met)
        yield day, found, met
        met = met | dict.fromkeys(pairs(found), day)


def is_avoidable(present: Sequence[str], met: Met, day: date) -> bool:
    """Return whether some grouping repeats no pair, by trying all groupings (the bot uses another algorithm)."""
    free: networkx.Graph[str] = networkx.Graph()
    free.add_edges_from([two for two in combinations(sorted(present), 2) if not repeated_pairs([two], met, day)])
    free.add_nodes_from(present)
    threes = [set(three) for three in combinations(sorted(present), 3) if not repeated_pairs([three], met, day)]
    rests = [set(present) - three for three in threes] if len(present) % 2 else [set(present)]
    return any(is_matched(free.subgraph(rest)) for rest in rests)


def is_matched(graph: "networkx.Graph[str]") -> bool:
    return 2 * len(networkx.max_weight_matching(graph, maxcardinality=True)) == len(graph)


@some.composite
def years(draw: some.DrawFn) -> list[list[str]]:
    """Generate the people present each fortnight, from a team of 2 to 25 with absences, leavers and newcomers."""
    size, share = draw(some.integers(2, 25)), draw(some.sampled_from([0.0, 0.05, 0.2, 0.5]))
    random = Random(draw(some.integers(0, 2**32)))
    staff, weeks, hired = team(size), [], size
    for _ in range(ROUNDS):
        if random.random() < share:
            staff.remove(random.choice(staff))
            staff.append(f"U{(hired := hired + 1):02}")
            random.shuffle(staff)
        weeks.append([each for each in staff if random.random() >= share])
    return weeks


@settings(max_examples=25, deadline=None)
@given(years())
def test_coffee_pairs_do_not_repeat_within_eight_weeks_if_avoidable_when_members_change(weeks: list[list[str]]) -> None:
    """Check random teams: everybody is in one group, and no pair repeats within eight weeks if that is avoidable.

    A repeat is avoidable if any grouping of the people present repeats no pair of the eight weeks before; a search that
    is independent of the bot's checks this. A fortnightly coffee has four rounds within eight weeks, so each person has
    met three others before, or up to six if always in a group of three. From 14 people on (17 if the number is odd),
    such a grouping always exists.
    """
    for (day, found, met), present in zip(rounds(weeks), weeks, strict=True):
        sizes = sorted(map(len, found))
        assert sizes == expected(len(present))
        assert sorted(each for group in found for each in group) == (sorted(present) if len(present) > 1 else [])
        assert found == match_groups(reversed(present), met), "the same for the same input"
        if repeated_pairs(found, met, day):
            assert len(present) < (17 if len(present) % 2 else 14)
            assert not is_avoidable(present, met, day)


def expected(size: int) -> list[int]:
    if size < 4:
        return [size] if size > 1 else []
    return [2] * (size // 2) if size % 2 == 0 else [2] * (size // 2 - 1) + [3]


@pytest.mark.parametrize("size", [6, *range(8, 26)])
def test_stable_team_repeats_no_coffee_pair_within_eight_weeks(size: int) -> None:
    """Test the team sizes for which four rounds without a repeated pair exist, as many as fit in eight weeks.

    These are the even sizes from 6 on and the odd sizes from 9 on. With seven people, four rounds of a group of three
    and two pairs would need 20 of the 21 possible pairs, and no such four rounds exist.
    """
    assert not any(repeated_pairs(found, met, day) for day, found, met in rounds([team(size)] * ROUNDS))


@pytest.mark.parametrize("size", [6, 8, 12, 24])
def test_stable_team_forms_every_coffee_pair_before_repeating_one(size: int) -> None:
    found = [pairs(each) for _, each, _ in rounds([team(size)] * (size - 1))]

    assert set().union(*found) == set(combinations(team(size), 2))


def test_small_team_repeats_the_coffee_pairs_that_met_longest_ago() -> None:
    found = [each for _, each, _ in rounds([team(4)] * 9)]

    assert found[0:3] == found[3:6] == found[6:9]
    assert len({frozenset(each) for each in found}) == 3


def test_two_or_three_people_form_one_coffee_group_and_a_single_person_forms_none() -> None:
    assert [match_groups(team(size), {}) for size in range(4)] == [[], [], [("U00", "U01")], [("U00", "U01", "U02")]]


def test_third_person_joins_the_coffee_pair_with_the_fewest_repeats() -> None:
    met = dict.fromkeys(set(combinations(team(5), 2)) - {("U00", "U02"), ("U02", "U04"), ("U00", "U04")}, FIRST)

    assert match_groups(team(5), met) == [("U00", "U02", "U04"), ("U01", "U03")]


def test_newcomers_are_matched_for_the_next_coffee_and_leavers_are_not() -> None:
    *_, (day, found, met) = rounds([team(8)] * 4)
    changed = [*team(8)[1:], "U99"]
    then = match_groups(changed, met | dict.fromkeys(pairs(found), day))

    assert sorted(each for group in then for each in group) == changed
    assert not repeated_pairs(then, met | dict.fromkeys(pairs(found), day), day + A_FORTNIGHT)


def test_large_team_is_matched_for_coffee_without_repeats() -> None:
    for size in (60, 151):
        (_, found, _), (day, then, met) = rounds([team(size)] * 2)
        assert sorted(map(len, found)) == expected(size)
        assert not repeated_pairs(then, met, day)


def crossing(one: Sequence[str], other: Sequence[str]) -> set[Pair]:
    """Return all pairs of one person from each group; the groups are never at work at the same time."""
    return {(a, b) if a < b else (b, a) for a in one for b in other}


@pytest.mark.parametrize(
    ("size", "apart", "met", "number"),
    [
        (4, crossing(["U00", "U01"], ["U02", "U03"]), [], 0),
        (4, crossing(["U00", "U01"], ["U02", "U03"]), [("U00", "U01")], 0),
        (4, crossing(["U00"], ["U01", "U02", "U03"]), [], 1),
        (6, crossing(["U00", "U03"], ["U01", "U02", "U04", "U05"]), [("U00", "U03")], 0),
        (6, crossing(["U00"], ["U01", "U02", "U03", "U04"]), [("U00", "U05")], 0),
        (6, crossing(team(6), team(6)), [], 3),
        (7, crossing(team(7)[:4], team(7)[4:]), [], 0),
        (12, crossing(team(12)[::2], team(12)[1::2]), [], 0),
        (14, crossing(team(14)[:1], team(14)[1:]), [], 1),
    ],
)
def test_people_without_common_working_hours_are_matched_for_coffee_last(
    size: int, apart: set[Pair], met: list[Pair], number: int
) -> None:
    """A pair that repeats is preferred to a pair without common hours."""
    found = match_groups(team(size), dict.fromkeys(met, FIRST), apart=apart)

    assert sorted(id for group in found for id in group) == team(size)
    assert len(pairs(found) & apart) == number


@pytest.mark.parametrize("size", [61, 151])
def test_large_team_is_matched_for_coffee_even_if_one_person_shares_no_working_hours(size: int) -> None:
    found = match_groups(team(size), {}, apart=crossing(team(size)[:1], team(size)[1:]))

    assert sorted(map(len, found)) == expected(size)


def test_networkx_is_imported_only_when_people_are_matched() -> None:
    idle = "import sys; from bot.features.rituals import coffee; sys.exit('networkx' in sys.modules)"

    assert subprocess.run([sys.executable, "-c", idle], check=False).returncode == 0
