"""Rules of ticket spikes: bounds, signals and the usual number of tickets."""

from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.alerts import Signal
from bot.features.tickets import rules
from bot.features.tickets.rules import MIN_WEEKS, NEWEST_SHARE, Bounds, Usual, mix_hours, spike_bounds

FIRING, RESOLVED = Signal.FIRING, Signal.RESOLVED


@pytest.mark.parametrize(
    ("mean", "weeks", "fires", "calm"),
    [
        (0, 0, 20, 10),
        (50, 1, 20, 10),
        (0, 2, 8, 4),
        (1, 2, 8, 4),
        (4, 9, 10, 6),
        (9, 9, 18, 12),
        (25, 9, 40, 30),
        (100, 9, 130, 110),
        (400, 9, 460, 420),
    ],
)
def test_ticket_spike_starts_and_ends_by_the_usual_count_or_the_teams_limit(
    mean: float, weeks: int, fires: int, calm: int
) -> None:
    assert spike_bounds(Usual(mean, weeks), limit=20, least=8) == Bounds(fires, calm)


@given(st.floats(0, 1e6), st.integers(0, 500), st.integers(2, 10_000), st.integers(2, 10_000))
def test_ticket_count_that_ends_a_spike_is_below_the_count_that_starts_one(
    mean: float, weeks: int, limit: int, least: int
) -> None:
    found = spike_bounds(Usual(mean, weeks), limit=limit, least=least)

    assert 0 < found.calm < found.fires
    assert found.fires >= (limit if weeks < MIN_WEEKS else least)
    assert weeks < MIN_WEEKS or found.calm >= int(mean)


@given(st.lists(st.integers(0, 200), max_size=200))
def test_firing_and_resolved_signals_of_ticket_counts_alternate(counts: list[int]) -> None:
    allowed, told, heard = Bounds(20, 10), 0, []
    for came in counts:
        signal = rules.find_signal(came, allowed, told)
        heard += [signal] if signal else []
        told = {FIRING: max(told, came), RESOLVED: 0}.get(signal, told) if signal else told
        assert bool(told) >= (came >= allowed.fires)
        assert not told or came > allowed.calm
    changes = [each for each, before in zip(heard, [None, *heard], strict=False) if each is not before]
    assert changes == [FIRING if number % 2 == 0 else RESOLVED for number in range(len(changes))]


@pytest.mark.parametrize(
    ("came", "told", "signal"),
    [(19, 0, None), (20, 0, FIRING), (24, 20, None), (25, 20, FIRING), (11, 20, None), (10, 20, RESOLVED)],
)
def test_signal_is_sent_when_the_ticket_count_crosses_a_bound_or_has_grown(
    came: int, told: int, signal: Signal | None
) -> None:
    assert rules.find_signal(came, Bounds(20, 10), told) is signal


def test_mean_ticket_count_is_arithmetic_at_first_and_exponentially_weighted_later() -> None:
    usual = Usual()
    for count in (4, 8, 6):
        usual = usual.update_baseline(count)
    assert usual == Usual(6, 3)

    usual = Usual(10, 50).update_baseline(20)
    assert usual == Usual(10 + NEWEST_SHARE * 10, 51)


@given(st.lists(st.floats(0, 1000), min_size=1, max_size=60))
def test_mean_ticket_count_stays_between_the_smallest_and_largest_count(counts: list[float]) -> None:
    usual = Usual()
    for count in counts:
        usual = usual.update_baseline(count)
    assert min(counts) - 1e-6 <= usual.mean <= max(counts) + 1e-6
    assert usual.weeks == len(counts)


@pytest.mark.parametrize(
    ("minutes", "usual"), [(0, Usual(30, 3)), (5, Usual(22, 2)), (15, Usual(6, 2)), (40, Usual(6, 2))]
)
def test_usual_ticket_count_of_a_window_across_two_hours_is_a_weighted_mean(minutes: float, usual: Usual) -> None:
    found = mix_hours(Usual(30, 3), Usual(6, 2), minutes)

    assert found.weeks == usual.weeks
    assert found.mean == pytest.approx(usual.mean)


@pytest.mark.parametrize(
    ("at", "zone", "hour"),
    [
        (datetime(2026, 11, 16, 0, 5, tzinfo=UTC), "UTC", 0),
        (datetime(2026, 11, 17, 10, 59, tzinfo=UTC), "Europe/Lisbon", 34),
        (datetime(2026, 11, 15, 19, tzinfo=UTC), "Asia/Kolkata", 0),
        (datetime(2026, 7, 13, 9, tzinfo=UTC), "Europe/Lisbon", 10),
    ],
)
def test_hour_of_the_week_is_in_the_teams_time_zone(at: datetime, zone: str, hour: int) -> None:
    assert rules.hour_of_week(at, zone) == hour


@given(st.floats(0, 1e6), st.integers(0, 500), st.integers(2, 10_000), st.integers(2, 10_000), st.integers(1, 100))
def test_lowered_bounds_are_never_above_the_usual_ones_and_keep_their_order(
    mean: float, weeks: int, limit: int, least: int, percent: int
) -> None:
    usual = spike_bounds(Usual(mean, weeks), limit=limit, least=least)
    found = rules.lower_bounds(usual, percent)
    assert 0 < found.calm < found.fires <= usual.fires
    assert found.calm <= usual.calm
    assert found.fires * 100 >= usual.fires * percent
    assert rules.lower_bounds(usual, 100) == usual


def test_limit_of_20_tickets_becomes_14_at_70_percent() -> None:
    assert rules.lower_bounds(Bounds(20, 10), 70) == Bounds(14, 7)
