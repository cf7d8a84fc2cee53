"""Rules of the pulse: what levels and trends give away to a colleague, and when rounds close."""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time, timedelta
from itertools import combinations, product
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from bot.features.pulse import rules
from bot.features.pulse.models import PulseRound
from bot.features.pulse.rules import DAYS, FEWEST_ANSWERS, FEWEST_CHANGES, SCORES, Level, find_level
from bot.org.availability import working_hours
from bot.org.availability.good_moments import fits_in_shift, is_on_working_day
from bot.org.availability.working_hours import Day, WorkingHours

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
TUESDAY = datetime(2026, 11, 10, 10, tzinfo=UTC)
SCORE = st.sampled_from(list(SCORES))


def can_be(level: Level | None, answers: int, own: int, other: int) -> bool:
    """Return whether a level is possible if two of the ratings are these. Only how many are low and high counts."""
    rest = answers - 2
    split = ((low, high) for low, high in product(range(rest + 1), repeat=2) if low + high <= rest)
    return any(
        find_level([own, other, *[1] * low, *[5] * high, *[3] * (rest - low - high)]) == level for low, high in split
    )


@given(st.integers(FEWEST_ANSWERS, 40), st.sampled_from(Level), SCORE, SCORE)
def test_level_leaves_every_rating_of_a_colleague_possible_whatever_ones_own_is(
    answers: int, level: Level, own: int, other: int
) -> None:
    assert can_be(level, answers, own, other)


def test_level_of_four_answers_is_not_shown_because_it_would_give_a_colleague_away() -> None:
    """With four answers, somebody who said 1 would know that each of the others said 4 or 5."""
    assert find_level([4, 4, 5, 1]) is None
    high = [others for others in product(SCORES, repeat=3) if 2 * sum(score >= 4 for score in (1, *others)) > 4]
    assert {score for others in high for score in others} == {4, 5}


@given(st.lists(SCORE, max_size=30))
def test_level_of_a_statement_is_shown_from_five_answers_on(scores: list[int]) -> None:
    assert (find_level(scores) is None) == (len(scores) < 5)


@given(
    st.lists(SCORE, min_size=5, max_size=30).flatmap(lambda scores: st.tuples(st.just(scores), st.permutations(scores)))
)
def test_level_of_a_statement_does_not_depend_on_the_order_of_the_answers(pair: tuple[list[int], list[int]]) -> None:
    assert find_level(pair[0]) == find_level(pair[1])


@pytest.mark.parametrize(
    ("scores", "level"),
    [([4, 4, 4, 1, 1], Level.HIGH), ([4, 4, 3, 1, 1], Level.MIXED), ([2, 2, 2, 5, 5], Level.LOW),
     ([5, 5, 5, 1, 1, 1], Level.MIXED), ([3] * 5, Level.MIXED), ([5, 5, 5, 5, 1, 1], Level.HIGH)],
)  # fmt: skip
def test_level_of_a_statement_is_what_more_than_half_of_the_answers_say(scores: list[int], level: Level) -> None:
    assert find_level(scores) == level


PEOPLE = [*"abcdefghij"]
TEAMS = st.lists(st.frozensets(st.sampled_from(PEOPLE), min_size=5), min_size=1, max_size=8)


def played(teams: Sequence[frozenset[str]], missing: Sequence[int]) -> list[PulseRound]:
    """Return the rounds of a team with these agents, newest first; in each, this many of them have not answered."""
    found: list[PulseRound] = []
    for nth, (team, left_out) in enumerate(zip(teams, missing, strict=False)):
        changes = rules.count_changes(sorted(teams[nth - 1]), sorted(team)) if nth else None
        answered = max(0, len(team) - left_out)
        levels = [Level.HIGH] if answered >= FEWEST_ANSWERS else []
        found.insert(0, finished(len(team), changes, answered, levels))
    return found


def finished(members: int, changes: int | None, answered: int, levels: Sequence[str] = (Level.HIGH,)) -> PulseRound:
    return PulseRound(
        workspace_id="T1", team_id=1, opened_at=TUESDAY, closes_at=TUESDAY, statements=["x"], members=members, salt="",
        member_hashes=[], changes=changes, key_id=None, asked=answered, answered=answered, levels=[*levels],
    )  # fmt: skip


@given(TEAMS, st.lists(st.integers(0, 2), min_size=8, max_size=8))
def test_any_two_rounds_of_a_trend_have_the_same_people_or_differ_by_three(
    teams: list[frozenset[str]], missing: list[int]
) -> None:
    """Else the difference of two rounds would be the answers of one or two people."""
    trend = rules.find_trend(played(teams, missing))
    shown = list(zip(teams, missing, strict=False))[len(teams) - len(trend) :]
    for (before, absent), (after, absent_later) in combinations(shown, 2):
        is_same = before == after and absent == absent_later == 0
        assert len(trend) == 1 or is_same or len(before ^ after) >= FEWEST_CHANGES


@pytest.mark.parametrize(
    ("changes", "before", "after", "is_shown"),
    [(0, (6, 6), (6, 6), True), (0, (6, 5), (6, 6), False), (0, (6, 6), (6, 5), False), (1, (5, 5), (6, 6), False),
     (2, (6, 6), (6, 6), False), (3, (6, 6), (7, 7), True), (3, (6, 5), (7, 5), True), (None, (6, 6), (6, 6), False),
     (3, (6, 4), (7, 7), False)],
    ids=["nobody away", "one was away before", "one is away", "one joined", "one for another", "three joined",
         "three joined and some were away", "first round", "too few before"],
)  # fmt: skip
def test_rounds_are_compared_only_if_that_gives_nobody_away(
    changes: int | None, before: tuple[int, int], after: tuple[int, int], is_shown: bool
) -> None:
    rounds = [finished(each[0], changes, each[1], find_levels(each[1])) for each in (before, after)]
    assert rules.can_compare(*rounds) == is_shown
    assert len(rules.find_trend(rounds[::-1])) == (2 if is_shown else 1)


def find_levels(answered: int) -> list[str]:
    return [level] if (level := find_level([5] * answered)) else []


def test_trend_omits_a_round_that_differs_from_another_by_one_person() -> None:
    """Of three rounds, the first and the last would differ by one person."""
    teams = [frozenset("abcde"), frozenset("abcdexyz"), frozenset("abcdeq")]
    assert [each.changes for each in played(teams, [0, 0, 0])] == [4, 3, None]
    assert len(rules.find_trend(played(teams, [0, 0, 0]))) == 2


def test_trend_has_at_most_six_rounds() -> None:
    assert len(rules.find_trend([finished(6, 0, 6)] * 9)) == rules.ROUNDS_COMPARED
    assert rules.find_trend([]) == []


ZONES = st.sampled_from(
    ["UTC", "Europe/Lisbon", "America/New_York", "Asia/Kolkata", "Australia/Lord_Howe", "Pacific/Apia"]
)
CLOCKS = st.times().map(lambda at: at.replace(second=0, microsecond=0))
ROUTINES = st.builds(
    WorkingHours,
    ZONES,
    st.frozensets(st.sampled_from(Day), min_size=1),
    CLOCKS,
    CLOCKS,
    st.sampled_from(["", "IE", "PT", "US", "IN", "DE-BY"]),
)
INSTANTS = st.integers(0, 6 * 365 * 24 * 60).map(lambda minutes: TUESDAY + timedelta(minutes=minutes))


@settings(deadline=None)
@given(ROUTINES, INSTANTS)
def test_round_closes_during_the_shift_of_its_seventh_working_day(routine: WorkingHours, opened_at: datetime) -> None:
    """A minute in a shift is enough: a shift may be shorter than the hour for which the results are to be seen."""
    closes_at = rules.find_closing_time(routine, opened_at)
    shift = last_day(routine, opened_at)
    assert closes_at > opened_at
    assert rules.find_day(routine, opened_at, datetime.combine(shift, routine.start, ZoneInfo(routine.zone))) == DAYS
    assert working_hours.is_working_day(routine, shift)
    starts, ends = shift_on(routine, shift)
    assert starts <= closes_at <= ends
    assert closes_at in (starts + timedelta(minutes=1), ends - HOUR)


def last_day(routine: WorkingHours, opened_at: datetime) -> date:
    """Return the seventh working day from the day of the opening on, which counts if it is one."""
    day = opened_at.astimezone(ZoneInfo(routine.zone)).date()
    left = DAYS - working_hours.is_working_day(routine, day)
    while left:
        day += DAY
        left -= working_hours.is_working_day(routine, day)
    return day


def shift_on(routine: WorkingHours, day: date) -> tuple[datetime, datetime]:
    ends_on = day if routine.start < routine.end else day + DAY
    zone = ZoneInfo(routine.zone)
    starts, ends = datetime.combine(day, routine.start, zone), datetime.combine(ends_on, routine.end, zone)
    return starts.astimezone(UTC), ends.astimezone(UTC)


@settings(deadline=None)
@given(ROUTINES, INSTANTS, st.integers(0, 20))
def test_day_of_a_round_counts_the_working_days_since_the_opening(
    routine: WorkingHours, opened_at: datetime, later: int
) -> None:
    now = opened_at + later * DAY
    first, today = (at.astimezone(ZoneInfo(routine.zone)).date() for at in (opened_at, now))
    days = [first + nth * DAY for nth in range((today - first).days + 1)]
    assert rules.find_day(routine, opened_at, now) == sum(working_hours.is_working_day(routine, day) for day in days)


def lisbon(year: int, month: int, day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(year, month, day, hour, minute, tzinfo=ZoneInfo("Europe/Lisbon")).astimezone(UTC)


def hours(start: time, end: time, country: str = "") -> WorkingHours:
    return WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), start, end, country)


OFFICE, NIGHT = hours(time(9), time(17)), hours(time(22), time(6))


@pytest.mark.parametrize(
    ("routine", "opened_at", "closes_at"),
    [
        (OFFICE, lisbon(2026, 11, 10, 10), lisbon(2026, 11, 18, 16)),
        (OFFICE, lisbon(2026, 11, 14, 10), lisbon(2026, 11, 24, 16)),
        (OFFICE, lisbon(2026, 10, 20, 10), lisbon(2026, 10, 28, 16)),
        (OFFICE, lisbon(2027, 3, 23, 10), lisbon(2027, 3, 31, 16)),
        (hours(time(9), time(17), "PT"), lisbon(2026, 12, 1, 10), lisbon(2026, 12, 11, 16)),
        (NIGHT, lisbon(2026, 11, 10, 10), lisbon(2026, 11, 19, 5)),
        (NIGHT, lisbon(2026, 10, 15, 10), lisbon(2026, 10, 24, 5)),
        (hours(time(9), time(9)), lisbon(2026, 11, 10, 10), lisbon(2026, 11, 19, 8)),
        (hours(time(9), time(9, 30)), lisbon(2026, 11, 10, 10), lisbon(2026, 11, 18, 9, 1)),
    ],
    ids=["usual", "opened on a Saturday", "clocks go back", "clocks go forward", "holidays", "night shift",
         "night shift before the clocks go back", "around the clock", "shift shorter than an hour"],
)  # fmt: skip
def test_round_closes_an_hour_before_the_end_of_its_last_day(
    routine: WorkingHours, opened_at: datetime, closes_at: datetime
) -> None:
    assert rules.find_closing_time(routine, opened_at) == closes_at
    assert fits_in_shift(routine, closes_at, timedelta(minutes=1)) or is_on_working_day(routine, closes_at)
