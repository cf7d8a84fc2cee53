"""Tests of the figures that compare teams, with small records written by hand: each figure must be able to be wrong."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

import pytest

from benchmarks.simulate.comparison import figures, meetings, nudges, table
from benchmarks.simulate.comparison.figures import SECTIONS, Figure, answers_half, anybody, ignores_most
from benchmarks.simulate.comparison.record import (
    ONE_ON_ONE,
    SHADOWING,
    Agreement,
    Ask,
    Couple,
    Excuse,
    Nudge,
    Record,
    Worker,
)
from benchmarks.simulate.comparison.run import ALONE, REMINDED, REMINDERS_OFF, STEWARD, Job, Result, gather_kinds
from benchmarks.simulate.comparison.waits import Wait, counted_days, kept, longest, waits

MONDAY, DAY = date(2031, 9, 1), timedelta(days=1)
WEEK = frozenset(range(5))
Share = tuple[int, int]


def day(number: int) -> date:
    """Return a working day, counted from the first Monday as 0."""
    return MONDAY + (number // 5 * 7 + number % 5) * DAY


def days(many: int, weekdays: frozenset[int] = WEEK) -> frozenset[date]:
    return frozenset(each for each in map(day, range(many)) if each.weekday() in weekdays)


def record(
    many: int = 60, *, rate: float = 0.97, held: tuple[int, ...] = (), sat: tuple[int, ...] = (),
    thanks: tuple[int, ...] = (), said: tuple[Nudge, ...] = (), agreed: tuple[int, ...] = (),
    excused: tuple[Excuse, ...] = (), weekdays: frozenset[int] = WEEK, consents: bool = True,
) -> Record:  # fmt: skip
    """Return the record of one leader and one agent over so many working days."""
    return Record(
        MONDAY, day(many - 1),
        leaders={"lena": Worker("lena", days(many), WEEK, rate)},
        agents={"bea": Worker("bea", days(many, weekdays), weekdays, consents=consents)},
        couples=[Couple("lena", "bea", MONDAY - DAY, day(many - 1))],
        held=[
            *(Agreement(ONE_ON_ONE, "lena", "bea", day(each)) for each in held),
            *(Agreement(SHADOWING, "lena", "bea", day(each)) for each in sat),
        ],
        agreed=[Agreement(ONE_ON_ONE, "lena", "bea", day(each)) for each in agreed],
        excused=excused, thanks=[("bea", day(each)) for each in thanks], nudges=said,
    )  # fmt: skip


def within(found: Record) -> Share:
    return meetings.within_cadence(meetings.pairs(found, anybody))


def wait(found: Record) -> float | None:
    return meetings.longest_wait(meetings.pairs(found, anybody))


def test_waits_end_with_the_day_of_an_event_and_the_last_one_has_no_end() -> None:
    counted = sorted(days(10))
    assert waits(counted, [day(2), day(2), day(6)]) == [Wait(0, 3, True), Wait(3, 4, True), Wait(7, 3, False)]
    assert waits(counted, []) == [Wait(0, 10, False)]
    assert waits(counted, [MONDAY - DAY]) == [Wait(0, 10, False)]
    assert longest([]) == 0


def test_days_after_not_this_time_do_not_count_for_two_weeks() -> None:
    assert counted_days(days(25), [day(5)]) == [*map(day, range(5)), *map(day, range(15, 25))]


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        ([Wait(0, 10, True)], (1, 1)),
        ([Wait(0, 11, True)], (0, 1)),
        ([Wait(0, 20, True)], (0, 1)),
        ([Wait(0, 21, True)], (0, 2)),
        ([Wait(0, 10, False)], (0, 0)),
        ([Wait(0, 11, False)], (0, 1)),
        ([Wait(0, 5, True), Wait(5, 10, True), Wait(15, 31, False)], (2, 5)),
    ],
)
def test_each_full_period_without_an_event_is_missed(found: list[Wait], expected: Share) -> None:
    assert kept(found, 10) == expected


@pytest.mark.parametrize(
    ("found", "share", "longest_wait"),
    [
        (record(40, held=(9, 19, 29, 39)), (4, 4), 1.0),
        (record(40, held=(9, 20, 29, 39)), (3, 4), 1.1),
        (record(40), (0, 3), 4.0),
        (record(40, held=(4,)), (1, 4), 3.5),
        (record(40, held=(4, 24), excused=(Excuse(ONE_ON_ONE, "bea", day(6)),)), (2, 3), 1.5),
        (record(40, held=(4, 24), excused=(Excuse(SHADOWING, "bea", day(6)),)), (1, 3), 2.0),
        (record(40, held=(7, 17, 27, 37), weekdays=frozenset((0, 1, 2))), (4, 4), 1.0),
        (record(40, held=(6, 20, 26), weekdays=frozenset((0, 1))), (2, 3), 1.25),
    ],
)  # fmt: skip
def test_one_on_ones_are_counted_in_days_on_which_both_are_at_work(
    found: Record, share: Share, longest_wait: float
) -> None:
    assert (within(found), wait(found)) == (share, longest_wait)


def test_pair_counts_only_while_the_two_have_one_on_ones_and_only_with_their_leader() -> None:
    later = record(40, held=(29, 39))
    later = replace(later, couples=[Couple("lena", "bea", day(19), day(39))])
    assert within(later) == (2, 2)
    assert within(replace(later, held=[Agreement(ONE_ON_ONE, "ivo", "bea", day(29))])) == (0, 1)


def test_meetings_are_compared_with_what_the_cadence_asks_for() -> None:
    often = record(40, held=(4, 9, 14, 19, 24, 29))
    assert meetings.meetings_to_cadence(meetings.pairs(often, anybody)) == 1.5
    assert meetings.meetings_to_cadence(meetings.pairs(often, ignores_most)) is None


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (record(60), (1, 1)),
        (record(40), (0, 1)),
        (record(60, sat=(30,)), (0, 1)),
        (record(60, held=(30,)), (1, 1)),
        (record(60, consents=False), (0, 0)),
        (record(60, rate=0.4), (0, 0)),
        (record(50, excused=(Excuse(SHADOWING, "bea", day(3)),)), (0, 1)),
    ],
)
def test_agent_who_consents_and_waits_more_than_eight_weeks_is_unshadowed(found: Record, expected: Share) -> None:
    assert meetings.unshadowed(found, answers_half) == expected


def naming(number: int) -> Nudge:
    return Nudge("lena", "coverage", day(number), names=frozenset(("bea",)))


@pytest.mark.parametrize(
    ("found", "expected"),
    [
        (record(30, thanks=(25,)), (0, 1)),
        (record(30, thanks=(25,), said=(naming(12), naming(17))), (1, 1)),
        (record(30, thanks=(25,), said=(naming(12),)), (0, 1)),
        (record(30, thanks=(25,), said=(naming(12), naming(22))), (0, 1)),
        (record(30, thanks=(15,)), (0, 0)),
        (record(30, thanks=(25,), rate=0.4), (0, 0)),
    ],
)
def test_agent_without_thanks_must_be_named_twice_within_four_weeks(found: Record, expected: Share) -> None:
    assert meetings.named_when_unthanked(found, answers_half) == expected


def test_thanks_are_counted_by_whole_periods_of_four_weeks() -> None:
    assert meetings.thanked(record(40, thanks=(3, 4)), anybody) == (1, 2)
    assert meetings.thanked(record(40, thanks=(3, 39)), anybody) == (2, 2)
    assert meetings.thanked(record(19, thanks=(3,)), anybody) == (0, 0)
    assert meetings.thanked(record(40, thanks=(3,)), ignores_most) == (0, 0)


def due(number: int, *, acts: tuple[int, ...] = (), asks: tuple[int, ...] = (), agent: str = "bea") -> Nudge:
    asked = tuple(Ask(agent, day(each)) for each in asks)
    return Nudge("lena", "one-on-ones due", day(number), tuple(map(day, acts)), asked)


@pytest.mark.parametrize(
    ("nudge", "agreed", "is_acted_on"),
    [
        (due(0), (), False),
        (due(0, acts=(5,)), (), True),
        (due(0, acts=(6,)), (), False),
        (due(0, asks=(1,)), (), False),
        (due(0, asks=(1,)), (3,), True),
        (due(0, asks=(1,)), (6,), False),
        (due(0, asks=(4,)), (3,), False),
        (due(0), (3,), False),
        (due(0, asks=(1,), agent="gita"), (3,), False),
        (due(0, asks=(1,), agent=""), (3,), True),
    ],
)
def test_nudge_is_acted_on_if_it_happened_within_five_days_because_of_a_press(
    nudge: Nudge, agreed: tuple[int, ...], is_acted_on: bool
) -> None:
    found = record(20, said=(nudge,), agreed=agreed)
    assert nudges.acted_on(found, anybody) == (int(is_acted_on), 1)


def test_nudges_of_the_last_days_are_too_late_to_tell() -> None:
    assert nudges.acted_on(record(20, said=(due(14), due(15))), anybody) == (0, 1)


def test_nudges_are_counted_by_leader_and_working_day_without_offers_and_without_agents() -> None:
    offer, to_agent = Nudge("lena", nudges.OFFERS[0], day(1)), Nudge("bea", "a change notice", day(1))
    found = record(20, said=(due(0), due(3), offer, to_agent))
    assert nudges.per_working_day(found, anybody) == 0.1
    assert nudges.per_working_day(found, ignores_most) is None


def test_nudges_a_week_are_counted_from_the_fifth_week_on() -> None:
    assert nudges.per_week_later(record(30, said=(due(3), due(19), due(20), due(22), due(27))), anybody) == 1.5
    assert nudges.per_week_later(record(20, said=(due(3),)), anybody) is None


def test_every_figure_is_counted_for_a_record_with_and_without_events() -> None:
    names = [figure.name for section in SECTIONS.values() for figure in section]
    assert len(names) == len({*names})
    for found in (record(), record(rate=0.1), record(5, held=(2,), sat=(3,), thanks=(1,), said=(due(1),))):
        assert [*figures.count(found)] == names


def results(**worlds: list[float | None]) -> Mapping[str, Mapping[str, list[dict[str, float | None]]]]:
    names = {STEWARD: "ours", REMINDED: "weekly", ALONE: "alone", REMINDERS_OFF: "off"}
    return {"today's": {world: [{"x": each} for each in worlds.get(name, [])] for world, name in names.items()}}


@pytest.mark.parametrize(
    ("figure", "ours", "expected"),
    [
        (Figure("x", lambda _: None, True, at_least=0.9), [0.9, 0.95, None], "yes: ≥ 90 %, 2 of 2"),
        (Figure("x", lambda _: None, True, at_least=0.9), [0.9, 0.85], "NO: ≥ 90 %, 1 of 2"),
        (Figure("x", lambda _: None, at_most=2), [2.0, 2.5], "NO: ≤ 2, 1 of 2"),
        (Figure("x", lambda _: None, at_most=0.4, is_of_median=True), [0.1, 0.4, 0.9], "yes: ≤ 0.4, median"),
        (Figure("x", lambda _: None, True, better=1), [0.5, 0.7], "yes: mean 60 %, 50 %, 40 %"),
        (Figure("x", lambda _: None, True, better=1), [0.5, 0.5], "NO: mean 50 %, 50 %, 40 %"),
        (Figure("x", lambda _: None, True, better=1, may_equal=True), [0.5, 0.5], "yes: mean 50 %, 50 %"),
        (Figure("x", lambda _: None, True, better=-1), [0.5, 0.5], "NO: mean 50 %, 50 %, 40 %"),
        (Figure("x", lambda _: None, True, better=-1), [0.1, 0.5], "yes: mean 30 %, 50 %, 40 %"),
        (Figure("x", lambda _: None, at_most=2), [None], "–"),
    ],
)  # fmt: skip
def test_aim_is_reached_by_every_team_by_the_median_or_in_the_mean(
    figure: Figure, ours: list[float | None], expected: str
) -> None:
    assert table.aim(figure, results(ours=ours, weekly=[0.4, 0.6], alone=[0.4]), "today's") == expected


def test_nudges_acted_on_are_counted_by_kind_and_added_up_over_teams() -> None:
    found = nudges.acted_on_by_kind(record(20, said=(due(0, acts=(1,)), due(2), naming(3))))
    assert found == {"coverage": (0, 1), "one-on-ones due": (1, 2)}
    shown = [Result(Job("today's", seed, 20, reminds_followups=True), {}, found, 1.0) for seed in (1, 2)]
    assert gather_kinds(shown) == {"coverage": {"today's": (0, 2)}, "one-on-ones due": {"today's": (2, 4)}}
    assert "one-on-ones due             2 of 4, 50 %" in table.kinds(gather_kinds(shown))
