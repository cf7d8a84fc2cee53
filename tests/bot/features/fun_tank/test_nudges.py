"""Drain of the fun tank by spikes, suggestions for a low tank, and the time of the reminder to leaders."""

from datetime import UTC, datetime, timedelta

import pytest

from bot.features.fun_tank import nudges, rules
from bot.features.fun_tank.rules import Cause, Help, Moved
from bot.features.spikes import history
from bot.nudges.selection import Urgency
from bot.org.availability.working_hours import Day, WorkingHours
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team
from tests.conftest import TUESDAY

MONDAY_9 = datetime(2026, 11, 16, 9, tzinfo=UTC)
A_DAY = timedelta(days=1)
AT_WORK = WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), MONDAY_9.time(), TUESDAY.time().replace(hour=17))
ONE = Moved(1, 1)


TEAM = Team("T1", "C1", "support", "Europe/Lisbon", None, MONDAY_9)
SEAT = Seat(Person("T1", "UMAYA", "maya", "Europe/Lisbon"), TEAM, Role.LEADER)


def test_low_tank_is_as_urgent_as_the_first_answer_to_a_roadblock() -> None:
    found = nudges.make_candidate(SEAT, 20, {}, None, MONDAY_9)
    assert found
    assert found.urgency == Urgency.AWAITED


@pytest.mark.parametrize(
    ("minutes", "peak", "threshold", "size"),
    [
        (0, None, None, 5),
        (60, None, None, 8),
        (120, None, None, 10),
        (600, 15.0, 10.0, 12),
        (120, 20.0, 10.0, 15),
        (900, 900.0, 10.0, 15),
        (0, 5.0, 10.0, 5),
        (0, 42.0, 0.0, 5),
    ],
)
def test_spike_drains_the_fun_tank_by_5_to_15_depending_on_its_length_and_size(
    minutes: float, peak: float | None, threshold: float | None, size: int
) -> None:
    assert rules.spike_drain(minutes, peak, threshold) == -size


@pytest.mark.parametrize(
    ("level", "moved", "help"),
    [
        (81, {}, Help.NOTHING),
        (40, {Cause.SPIKE: Moved(1, -10)}, Help.REST),
        (40, {Cause.SPIKE: Moved(1, -9)}, Help.THANK),
        (40, {Cause.SHOUTOUT: ONE}, Help.RITUAL),
        (40, {Cause.SHOUTOUT: ONE, Cause.RITUAL: ONE}, Help.CELEBRATE),
        (40, {Cause.SHOUTOUT: ONE, Cause.RITUAL: ONE, Cause.CELEBRATION: ONE}, Help.ROADBLOCK),
    ],
)
def test_suggestion_for_a_low_tank_is_the_activity_that_the_week_lacked_most(
    level: int, moved: dict[Cause, Moved], help: Help
) -> None:
    assert rules.suggest_help(level, 80, moved) == help


@pytest.mark.parametrize(
    ("peak", "mornings"),
    [
        (None, "Mon Tue"),
        (3 * 24 + 14, "Mon Tue Thu"),
        (1 * 24 + 11, "Mon Tue"),
        (1 * 24 + 9, "Mon"),
        (9, "Fri"),  # the peak is as Monday begins, so remind on the working morning before
        (6 * 24 + 20, "Mon Tue Fri"),
    ],
)
def test_reminder_of_a_low_tank_is_sent_early_in_the_week_and_before_queues_peak(
    peak: int | None, mornings: str
) -> None:
    found = [at for at in (MONDAY_9 + number * A_DAY for number in range(5)) if _is_time(peak, at)]

    assert " ".join(f"{at:%a}" for at in found) == mornings


def _is_time(peak: int | None, at: datetime) -> bool:
    return nudges.is_time_to_remind(AT_WORK, nudges.next_peak(peak, "Europe/Lisbon", at), at)


def test_peak_of_spikes_is_computed_in_the_teams_zone() -> None:
    at = nudges.next_peak(2 * 24 + 8, "America/New_York", TUESDAY)

    assert at == datetime(2026, 11, 18, 13, tzinfo=UTC)


def test_peak_of_spikes_is_the_commonest_hour_of_the_commonest_weekday() -> None:
    thursdays = [datetime(2026, 11, day, hour, tzinfo=UTC) for day, hour in ((5, 14), (12, 14), (19, 10))]
    fridays = [datetime(2026, 11, day, 9, tzinfo=UTC) for day in (6, 13)]

    assert history.find_peak([*fridays, *thursdays]) == 3 * 24 + 14
    assert history.find_peak([*fridays, *thursdays[:2]]) is None
