"""Customer Service Week: five days of one week a year, days off, and the announcement to leaders."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from dateutil.rrule import rrulestr

from bot.features.rituals import catalog, nudges, packs, recurrence
from bot.features.rituals.models import Ritual
from bot.features.rituals.packs import Pack
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Role, Team

NAME = "Customer Service Week"
RECIPES = {slug: each for slug, each in catalog.load_catalog().items() if each.pack == NAME}
YEARS = range(2024, 2065)
FIRST = date(2026, 10, 5)


def a_team(country: str = "", days: str = "01234") -> Team:
    team = Team("T1", "C1", "support", "Europe/Lisbon", None, datetime(2026, 1, 1, tzinfo=UTC))
    team.id = 1
    team.settings = {"hours": {"country": country, "days": [int(each) for each in days]}}
    return team


def a_pack() -> Pack:
    kept = [Ritual("T1", 1, slug, each.when, each.at, is_on=True) for slug, each in RECIPES.items()]
    (pack,) = packs.group_into_packs(kept)
    return pack


def test_customer_service_week_has_a_ritual_on_each_working_day_of_one_week_a_year() -> None:
    start, end = datetime(2024, 1, 1), datetime(2064, 12, 31)  # noqa: DTZ001
    found = [
        [each.date() for each in rrulestr(one.when, dtstart=start).between(start, end)] for one in RECIPES.values()
    ]

    assert [len(each) for each in found] == [len(YEARS)] * 5
    for monday, *others in zip(*found, strict=True):
        assert monday.weekday() == 0
        assert monday.month == 10
        assert monday.day <= 7
        assert others == [monday + timedelta(days=number) for number in range(1, 5)]


def test_rituals_of_customer_service_week_have_distinct_times() -> None:
    """A day off moves a ritual to the next day, where it comes before that day's own ritual."""
    times = [each.at for each in RECIPES.values()]
    default = {each.at for each in catalog.load_catalog().values() if each.default and not each.pack}

    assert times == sorted(set(times))
    assert not default & set(times)


@pytest.mark.parametrize(
    ("now", "country", "days", "comes"),
    [
        ("2026-09-20T12:00", "", "01234", "Mon 5, Tue 6, Wed 7, Thu 8, Fri 9"),
        ("2026-10-07T12:00", "", "01234", "Thu 8, Fri 9"),
        ("2026-10-09T20:00", "", "01234", "Mon 4, Tue 5, Wed 6, Thu 7, Fri 8"),
        ("2026-09-20T12:00", "", "0123", "Mon 5, Tue 6, Wed 7, Thu 8"),
        ("2026-09-20T12:00", "", "1234", "Tue 6, Tue 6, Wed 7, Thu 8, Fri 9"),
        ("2026-10-06T06:00", "", "1234", "Tue 6, Tue 6, Wed 7, Thu 8, Fri 9"),
        ("2027-09-20T12:00", "PT", "01234", "Mon 4, Wed 6, Wed 6, Thu 7, Fri 8"),  # Republic Day
    ],
)
def test_dates_of_customer_service_week_skip_days_off(now: str, country: str, days: str, comes: str) -> None:
    found = packs.plan_next_week(a_team(country, days), a_pack(), datetime.fromisoformat(now).replace(tzinfo=UTC))
    local = [at.astimezone(ZoneInfo("Europe/Lisbon")) for at, _ in found]

    assert ", ".join(f"{at:%a} {at.day}" for at in local) == comes
    assert len(set(local)) == len(local)


@pytest.mark.parametrize(
    ("days", "span"),
    [
        ([date(2026, 10, 9), FIRST], "Mon 5 to Fri 9 Oct"),
        ([FIRST], "Mon 5 Oct"),
        ([date(2026, 9, 30), date(2026, 10, 6)], "Wed 30 Sept to Tue 6 Oct"),
    ],
)
def test_date_range_of_customer_service_week_is_described_in_words(days: list[date], span: str) -> None:
    assert recurrence.format_span(days) == span


@pytest.mark.parametrize(
    ("days_before", "role", "first", "hears"),
    [
        (15, Role.LEADER, FIRST, False),
        (14, Role.LEADER, FIRST, True),
        (13, Role.LEADER, FIRST, True),
        (1, Role.LEADER, FIRST, True),
        (0, Role.LEADER, FIRST, False),
        (14, Role.AGENT, FIRST, False),
        (14, None, FIRST, False),
        (14, Role.LEADER, None, False),  # turned off or paused
    ],
)
def test_leaders_are_told_of_customer_service_week_in_the_two_weeks_before_it(
    days_before: int, role: Role | None, first: date | None, hears: bool
) -> None:
    days = [first, first + timedelta(days=4)] if first else []
    found = nudges.make_announcement_candidate(
        Seat(a_person(), a_team(), role), NAME, days, FIRST - timedelta(days=days_before)
    )

    assert (found is not None) is hears
    if found:
        assert found.facts == {"pack": NAME, "days": ["2026-10-05", "2026-10-09"]}


@pytest.mark.parametrize(
    ("is_on", "paused_until", "number"),
    [(True, None, 5), (False, None, 0), (True, date(2026, 12, 1), 0), (True, date(2026, 10, 7), 3)],
)
def test_rituals_that_are_off_or_paused_are_not_announced(is_on: bool, paused_until: date | None, number: int) -> None:
    pack = a_pack()
    for each in pack.rituals:
        each.is_on, each.paused_until = is_on, paused_until

    assert len(nudges.find_upcoming_days(a_team(), pack, datetime(2026, 9, 21, 9, tzinfo=UTC))) == number


def a_person() -> Person:
    return Person("T1", "U1", "maya")
