"""Rules of spikes: the state machine, outdated alerts, growth, and the delay before a calm spike ends."""

from datetime import datetime, timedelta
from itertools import product

import pytest

from bot.features.spikes import rules
from bot.features.spikes.models import Cause, Spike, State
from bot.features.spikes.rules import TRANSITIONS, Step, calm_confirmed_at, is_outdated, take_step
from tests.conftest import TUESDAY

MINUTE = timedelta(minutes=1)
FIRING, ENDED = True, False


def spike(state: State = State.OPEN) -> Spike:
    return Spike("T1", 1, "phones", "phones", "grafana", TUESDAY, TUESDAY, state=state)


def at(minute: int | None) -> datetime | None:
    return None if minute is None else TUESDAY + minute * MINUTE


@pytest.mark.parametrize(
    ("steps", "ends"),
    [
        ("ask cover end debrief", State.DEBRIEFED),
        ("end", State.RESOLVED),
        ("ask end", State.RESOLVED),
        ("ask ask ask give_up", State.OPEN),
        ("ask give_up cover leave ask", State.ASKING),
        ("cover cover leave end", State.RESOLVED),
        ("ask end fire ask cover", State.COVERED),
        ("end debrief fire", State.OPEN),
        ("give_up give_up ask", State.ASKING),
    ],
)
def test_spike_follows_the_transitions_of_its_state_machine(steps: str, ends: State) -> None:
    made = spike()
    for step in steps.split():
        take_step(made, Step[step.upper()])

    assert made.state == ends


def test_spike_refuses_transitions_outside_its_state_machine() -> None:
    for state, step in set(product(State, Step)) - TRANSITIONS.keys():
        with pytest.raises(ValueError, match="cannot"):
            take_step(spike(state), step)


@pytest.mark.parametrize(
    ("known", "told", "is_old"),
    [
        ((FIRING, 0), (ENDED, 5), False),
        ((FIRING, 5), (ENDED, 0), True),
        ((ENDED, 5), (FIRING, 3), True),
        ((ENDED, 5), (FIRING, 5), True),
        ((ENDED, 5), (FIRING, 6), False),
        ((FIRING, 5), (FIRING, 5), False),
        ((FIRING, 5), (ENDED, 5), False),
        ((FIRING, 5), (FIRING, 4), True),
        ((ENDED, None), (FIRING, 3), False),
        ((ENDED, 5), (FIRING, None), False),
    ],
)
def test_alert_older_than_the_last_report_of_its_cause_is_outdated(
    known: tuple[bool, int | None], told: tuple[bool, int | None], is_old: bool
) -> None:
    cause = Cause("T1", 1, "phones", "grafana", "a", TUESDAY, is_firing=known[0], occurred_at=at(known[1]))

    assert is_outdated(cause, is_firing=told[0], occurred_at=at(told[1])) is is_old


def test_first_alert_of_a_cause_is_never_outdated() -> None:
    assert not is_outdated(None, is_firing=True, occurred_at=TUESDAY - timedelta(days=3000))


def test_growth_of_a_spike_is_reported_each_time_its_size_increases_by_half() -> None:
    made = spike()

    assert [rules.record_size(made, value) for value in (20, 25, 31, 40, 12, 47, None)] == [
        False, False, True, False, False, True, False,
    ]  # fmt: skip
    assert (made.value, made.peak) == (47, 47)


Told = tuple[str, float | None, float | None]
"""A cause's source, value and limit. Each cause is reported a second after the previous cause."""


def causes(told: list[Told]) -> list[Cause]:
    return [
        Cause("T1", 1, "phones", source, str(nth), TUESDAY + nth * timedelta(seconds=1), value=value, threshold=limit)
        for nth, (source, value, limit) in enumerate(told)
    ]


@pytest.mark.parametrize(
    ("told", "value", "limit"),
    [
        ([], None, None),
        ([("tool", None, None)], None, None),
        ([("tool", None, 20)], None, 20),
        ([("tool", 40, None), ("tool", 100, None)], 100, None),
        ([("tool", 100, None), ("tool", 40, 20)], 100, None),
        ([("tool", 40, 20), ("other", 300, 240)], 40, 20),
        ([("tool", 40, 20), ("other", 600, 240)], 600, 240),
        ([("tool", 40, 0), ("other", 30, 20)], 40, 0),
        ([("tool", -3, None), ("tool", -5, None)], -3, None),
        ([("tool", 30, 20), ("other", None, 5)], 30, 20),
        ([("person", 55, None)], 55, None),
        ([("person", 55, None), ("tool", 30, 20)], 30, 20),
        ([("person", 55, None), ("tool", None, None)], 55, None),
        ([("tool", 30, 20), ("person", 55, None)], 55, None),
        ([("tool", 60, 20), ("person", 55, None)], 60, 20),
        ([("tool", float(nth), None) for nth in range(10, 210)], 209, None),
    ],
)
def test_size_of_a_spike_is_that_of_its_worst_firing_cause(
    told: list[Told], value: float | None, limit: float | None
) -> None:
    for order in (causes(told), causes(told)[::-1]):
        made = spike()
        rules.record_worst(made, order)

        assert (made.value, made.peak, made.threshold) == (value, value, limit)


@pytest.mark.parametrize(("reopened", "minutes"), [(0, 2), (1, 4), (2, 8), (3, 16), (9, 16)])
def test_delay_before_a_calm_spike_ends_doubles_with_each_reopening(reopened: int, minutes: int) -> None:
    made = spike()
    made.calm_at, made.reopened = TUESDAY, reopened

    assert calm_confirmed_at(made) == TUESDAY + minutes * MINUTE
