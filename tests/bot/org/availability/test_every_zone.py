"""The next good moment compared with an exhaustive search, in every zone and around a decade of clock changes."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib.resources import files
from zoneinfo import ZoneInfo

import holidays
from hypothesis import example, given, settings
from hypothesis import strategies as st

from bot.org.availability.good_moments import is_good_moment, next_good_moment
from bot.org.availability.working_hours import Day, WorkingHours

DAY = timedelta(days=1)
QUARTER, MINUTE = timedelta(minutes=15), timedelta(minutes=1)
ZONES = files("tzdata").joinpath("zones").read_text("utf-8").split()
MOVING = ["Europe/Lisbon", "America/New_York", "Australia/Lord_Howe", "Pacific/Apia", "Africa/Casablanca", "Asia/Gaza"]
CALENDARS = {
    "": (),
    "PT": holidays.country_holidays("PT"),
    "US-NY": holidays.country_holidays("US", subdiv="NY"),
    "DE-BY": holidays.country_holidays("DE", subdiv="BY"),
}
APIA_SKIPS_A_DAY = WorkingHours("Pacific/Apia", frozenset(Day), time(22), time(6))
FROM_A_QUARTER_PAST = WorkingHours("America/Goose_Bay", frozenset(Day), time(0, 15), time(0))


def is_good_by_definition(routine: WorkingHours, at: datetime) -> bool:
    """Return whether an instant is in working hours by local time, and outside absences and quiet hours."""
    if any(start <= at < end for start, end in routine.absences):
        return False
    seen = wall(at, routine)
    return any(start <= seen < end for start, end in windows(routine, seen.date())) and not is_quiet(routine, at)


def wall(at: datetime, routine: WorkingHours) -> datetime:
    return at.astimezone(ZoneInfo(routine.zone)).replace(tzinfo=None)


def windows(routine: WorkingHours, today: date) -> Iterator[tuple[datetime, datetime]]:
    for day in (today, today - DAY):
        if Day(day.weekday()) in routine.days and day not in CALENDARS[routine.country]:
            goes_on = day + DAY if routine.end <= routine.start else day
            yield datetime.combine(day, routine.start), datetime.combine(goes_on, routine.end)


def is_quiet(routine: WorkingHours, at: datetime) -> bool:
    if routine.quiet is None or routine.quiet[1] <= routine.quiet[0]:
        return False
    start, end, seen = (wall(each, routine) for each in (*routine.quiet, at))
    if routine.quiet[0] <= at < routine.quiet[1] or end - start >= DAY:
        return routine.quiet[0] <= at < routine.quiet[1]
    since = (seen.date() - start.date()).days
    return any(start + n * DAY <= seen < end + n * DAY for n in range(max(1, since - 2), since + 2))


def first_by_definition(routine: WorkingHours, at: datetime, days: int) -> datetime | None:
    """Return the first good moment, tested at every quarter of an hour and the minute after it.

    Clocks change only at these minutes: in most zones on a quarter, in Newfoundland at 00:01 until 2011.
    """
    quarter = datetime.fromtimestamp(at.timestamp() // 900 * 900, UTC)
    later = (quarter + n * QUARTER + past for n in range(days * 96) for past in (timedelta(), MINUTE))
    moments = (at, *(each for each in later if each > at))
    return next((moment for moment in moments if is_good_by_definition(routine, moment)), None)


@cache
def changes(zone: str, year: int) -> list[datetime]:
    """Return the start of the six hours that contain each clock change of a zone in a year."""
    days = [datetime(year, 1, 1, tzinfo=UTC) + n * DAY / 4 for n in range(1464)]
    offsets = [day.astimezone(ZoneInfo(zone)).utcoffset() for day in days]
    return [days[n] for n in range(1463) if offsets[n] != offsets[n + 1]]


@st.composite
def instants(draw: st.DrawFn, zone: str, step: timedelta) -> datetime:
    """Generate instants, within three days of a clock change if the zone has one that year."""
    year = draw(st.sampled_from([2011, *range(2020, 2031)]))
    near = draw(st.sampled_from(changes(zone, year) or [datetime(year, 1, 1, tzinfo=UTC)]))
    steps = 3 * DAY // step if changes(zone, year) else 365 * DAY // step
    return near + draw(st.integers(-steps, steps)) * step


@st.composite
def cases(draw: st.DrawFn, step: timedelta) -> tuple[WorkingHours, datetime]:
    """Generate working hours in multiples of the step, and an instant near their start or end."""
    zone = draw(st.sampled_from(MOVING) | st.sampled_from(ZONES))
    at = draw(instants(zone, step))
    times = st.integers(0, DAY // step - 1).map(lambda n: (datetime.combine(at, time()) + n * step).time())
    spans = st.tuples(st.integers(-4 * DAY // step, 2 * DAY // step), st.integers(-2, 26 * timedelta(hours=1) // step))
    span = draw(st.none() | spans)
    away = st.tuples(st.integers(-2 * DAY // step, 4 * DAY // step), st.integers(1, 3 * DAY // step))
    return WorkingHours(
        zone=zone,
        days=draw(st.frozensets(st.sampled_from(Day), min_size=3) | st.frozensets(st.sampled_from(Day))),
        start=draw(times),
        end=draw(times),
        country=draw(st.sampled_from(sorted(CALENDARS))),
        absences=draw(st.lists(away.map(lambda n: (at + n[0] * step, at + (n[0] + n[1]) * step)), max_size=3)),
        quiet=span and (at + span[0] * step, at + (span[0] + span[1]) * step),
    ), at


QUARTERS = cases(QUARTER)
MINUTES = cases(timedelta(minutes=1))


@settings(max_examples=100, deadline=None)
@given(case=QUARTERS, minutes=st.integers(0, 14))
@example(case=(APIA_SKIPS_A_DAY, datetime(2011, 12, 30, 9, 45, tzinfo=UTC)), minutes=0)
@example(case=(APIA_SKIPS_A_DAY, datetime(2011, 12, 30, 16, tzinfo=UTC)), minutes=3)
@example(case=(FROM_A_QUARTER_PAST, datetime(2011, 3, 13, 4, tzinfo=UTC)), minutes=0)
def test_next_good_moment_equals_the_result_of_an_exhaustive_search(
    case: tuple[WorkingHours, datetime], minutes: int
) -> None:
    routine, at = case[0], case[1] + timedelta(minutes=minutes)
    first, found = first_by_definition(routine, at, days=9), next_good_moment(routine, at)

    if first:
        assert found == first
    else:
        assert found is None or found >= at + 9 * DAY - QUARTER


@settings(max_examples=100, deadline=None)
@given(case=MINUTES, microseconds=st.integers(0, 59_999_999), parts=st.lists(st.floats(0, 1), max_size=20))
def test_next_good_moment_is_good_and_no_moment_before_it_is(
    case: tuple[WorkingHours, datetime], microseconds: int, parts: list[float]
) -> None:
    routine, at = case[0], case[1] + timedelta(microseconds=microseconds)
    good = next_good_moment(routine, at)
    assert is_good_moment(routine, at) is is_good_by_definition(routine, at) is (good == at)
    if good is None:
        return
    assert at <= good <= at + 400 * DAY
    assert is_good_by_definition(routine, good)
    assert next_good_moment(routine, good) == good
    sampled = [at + (good - at) * part for part in parts] + [good - timedelta.resolution]
    assert not any(is_good_by_definition(routine, each) for each in sampled if at <= each < good)


@settings(max_examples=100, deadline=None)
@given(case=MINUTES, later=st.timedeltas(timedelta(), 5 * DAY))
def test_next_good_moment_is_monotonic(case: tuple[WorkingHours, datetime], later: timedelta) -> None:
    routine, at = case
    good, then = next_good_moment(routine, at), next_good_moment(routine, at + later)

    if good is None:
        assert then is None or then > at + 400 * DAY
    elif good >= at + later:
        assert then == good
    else:
        assert then is None or then >= at + later > good


@settings(max_examples=15, deadline=None)
@given(zone=st.sampled_from(MOVING), day=st.sampled_from(Day), around=st.integers(-2, 4))
def test_search_for_a_good_moment_fails_only_if_none_exists_in_400_days(zone: str, day: Day, around: int) -> None:
    """Quiet hours cover all or nearly all of the shift here."""
    nine = datetime(2026, 2, 1, 9, tzinfo=ZoneInfo(zone)).astimezone(UTC)
    quiet = (nine, nine + timedelta(hours=8) + around * QUARTER)
    routine = WorkingHours(zone, frozenset({day}), time(9), time(17), quiet=quiet)
    at = nine + DAY

    if next_good_moment(routine, at) is None:
        shifts = [at + n * DAY for n in range(399) if (at + n * DAY).astimezone(ZoneInfo(zone)).weekday() == day]
        assert not any(is_good_by_definition(routine, shift + n * QUARTER) for shift in shifts for n in range(-4, 36))
    assert (next_good_moment(routine, at) is None) is (around >= 0)
