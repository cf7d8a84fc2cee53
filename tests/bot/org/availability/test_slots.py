"""Meeting slots in the working hours of two people."""

from dataclasses import replace
from datetime import UTC, datetime, time, timedelta

from hypothesis import given, settings
from hypothesis import strategies as some

from bot.org.availability.good_moments import is_good_moment
from bot.org.availability.slots import find_latest_slots, find_slots, last_good_moment, suits_everybody
from bot.org.availability.working_hours import Day, WorkingHours
from tests.absences import away

HALF_AN_HOUR = timedelta(minutes=30)
LISBON = WorkingHours("Europe/Lisbon", frozenset(list(Day)[:5]), time(9), time(17))
NEW_YORK = replace(LISBON, zone="America/New_York")
SYDNEY = replace(LISBON, zone="Australia/Sydney")
MONDAY = datetime(2026, 11, 16, 9, tzinfo=UTC)


def found(*routines: WorkingHours, after: datetime = MONDAY, **more: object) -> list[str]:
    return [f"{at:%a %H:%M}" for at in find_slots(routines, after, HALF_AN_HOUR, 3, **more)]  # type: ignore[arg-type]


def test_meeting_slots_are_spread_over_three_days_and_times_of_day() -> None:
    assert found(LISBON, LISBON) == ["Mon 09:00", "Tue 11:30", "Wed 14:00"]


def test_meeting_slots_are_in_the_working_hours_of_people_in_different_zones() -> None:
    assert found(LISBON, NEW_YORK) == ["Mon 14:00", "Tue 15:00", "Wed 16:00"]


def test_people_without_common_working_hours_have_no_meeting_slots() -> None:
    assert found(LISBON, SYDNEY) == []


def test_meeting_slots_avoid_taken_times_and_absences() -> None:
    until_one = [(MONDAY, MONDAY + timedelta(hours=4))]
    back_on_wednesday = replace(LISBON, absences=away(MONDAY + timedelta(days=2)))

    assert found(LISBON, LISBON, taken=until_one)[0] == "Mon 13:00"
    assert found(LISBON, back_on_wednesday) == ["Wed 09:00", "Thu 11:30", "Fri 14:00"]


def test_public_holiday_has_no_meeting_slots() -> None:
    portugal = replace(LISBON, country="PT")

    assert found(portugal, portugal, after=datetime(2026, 12, 1, 9, tzinfo=UTC))[0] == "Wed 09:00"


def test_do_not_disturb_does_not_exclude_meeting_slots() -> None:
    quiet = replace(LISBON, quiet=(MONDAY, MONDAY + timedelta(hours=8)))

    assert found(quiet, LISBON)[0] == "Mon 09:00"
    assert suits_everybody([quiet], MONDAY, HALF_AN_HOUR)


def test_latest_meeting_slots_are_on_the_last_two_days_before_an_instant_that_have_any() -> None:
    thursday, saturday = MONDAY + timedelta(days=3), MONDAY + timedelta(days=5)

    def latest(*routines: WorkingHours, many: int = 3, **more: object) -> list[str]:
        between = {"after": MONDAY, "length": HALF_AN_HOUR, "before": saturday, **more}
        return [f"{at:%a %H:%M}" for at in find_latest_slots(routines, many=many, **between)]  # type: ignore[arg-type]

    assert latest(LISBON, LISBON) == ["Thu 13:00", "Fri 11:00", "Fri 15:00"]
    assert latest(LISBON, NEW_YORK, before=thursday) == ["Tue 15:30", "Wed 14:30", "Wed 16:00"]
    assert latest(LISBON, many=1) == ["Fri 13:00"]
    assert latest(LISBON, before=MONDAY + timedelta(hours=8)) == ["Mon 10:00", "Mon 13:00", "Mon 15:30"]
    assert latest(LISBON, after=saturday - timedelta(hours=8), length=timedelta(hours=2)) == []
    full = [(MONDAY + timedelta(days=4), saturday - HALF_AN_HOUR * 15)]
    assert latest(LISBON, taken=full) == ["Wed 13:00", "Thu 11:00", "Thu 15:00"]
    all_but_one = [(MONDAY + timedelta(days=4), MONDAY + timedelta(days=4, hours=7, minutes=30))]
    assert latest(LISBON, taken=all_but_one) == ["Thu 11:00", "Thu 15:00", "Fri 16:30"]


@settings(deadline=None)
@given(
    zones=some.lists(some.sampled_from(["Europe/Lisbon", "America/New_York", "Asia/Kathmandu", "Pacific/Apia"]),
                     min_size=2, max_size=2),
    minutes=some.integers(0, 60 * 24 * 200),
    length=some.integers(1, 8),
)  # fmt: skip
def test_each_meeting_slot_suits_both_people_for_its_whole_length(zones: list[str], minutes: int, length: int) -> None:
    both = [replace(LISBON, zone=zone, start=time(7), end=time(19)) for zone in zones]
    after, span = MONDAY + timedelta(minutes=minutes), length * timedelta(minutes=15)
    chosen = find_slots(both, after, span, 3)

    assert chosen == sorted(chosen)
    for at in chosen:
        assert at >= after
        assert all(is_good_moment(each, at + m * timedelta(minutes=5)) for each in both for m in range(length * 3))


def test_last_good_moment_is_now_or_the_end_of_the_last_working_day() -> None:
    assert last_good_moment(LISBON, MONDAY) == MONDAY
    assert f"{last_good_moment(LISBON, MONDAY - timedelta(hours=2)):%a %H:%M}" == "Fri 16:30"
    gone = replace(LISBON, absences=away(MONDAY + timedelta(days=90)))
    assert last_good_moment(gone, MONDAY) == MONDAY


def test_future_absence_excludes_meeting_slots_on_its_own_days_only() -> None:
    afternoon, thursday = MONDAY + timedelta(hours=6), MONDAY + timedelta(days=3)
    planned = replace(LISBON, absences=((afternoon, thursday),))

    assert found(LISBON, planned) == ["Mon 09:00", "Thu 11:30", "Fri 14:00"]
    assert suits_everybody([planned], afternoon - HALF_AN_HOUR, HALF_AN_HOUR)
    assert not suits_everybody([planned], afternoon - HALF_AN_HOUR, 2 * HALF_AN_HOUR)
