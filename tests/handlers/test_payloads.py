"""Tests of dates entered in forms, which must be within a year of today."""

import ast
from contextlib import nullcontext
from datetime import UTC, date, datetime
from pathlib import Path

import pytest
from dateutil.relativedelta import relativedelta

import handlers
from bot.errors import Refusal
from bot.features.birthdays.settings import BirthdayPreferences
from bot.messages import inputs
from bot.org.people import Person
from handlers.payloads import parse_day, parse_instant

NOW = datetime(2026, 11, 28, 23, 30, tzinfo=UTC)
"""An instant at which it is already Sunday the 29th in Auckland."""
ZONES = ["Europe/Lisbon", "Pacific/Kiritimati", "Pacific/Pago_Pago"]
ABSURD = ["2999-01-01", "9999-12-31", "2027-12-31", "0001-01-01", "1970-01-01", "2025-11-01"]


@pytest.mark.parametrize("zone", ZONES)
@pytest.mark.parametrize("picked", ABSURD)
def test_form_date_far_from_today_shows_an_error_at_its_field(picked: str, zone: str) -> None:
    with pytest.raises(Refusal) as refused:
        parse_day({"due": picked}, "due", zone, NOW)
    assert refused.value.field == "due"
    with pytest.raises(Refusal) as refused:
        parse_instant({"day": picked, "time": "23:59"}, Person("T1", "UANA", "ana", zone), NOW)
    assert refused.value.field == "day"


@pytest.mark.parametrize(
    ("picked", "zone", "is_near"),
    [
        ("2026-11-28", "Europe/Lisbon", True),
        ("2027-11-28", "Europe/Lisbon", True),
        ("2027-11-29", "Europe/Lisbon", False),
        ("2027-11-29", "Pacific/Auckland", True),
        ("2027-11-30", "Pacific/Auckland", False),
        ("2025-11-28", "Europe/Lisbon", True),
        ("2025-11-27", "Europe/Lisbon", False),
    ],
)
def test_date_limit_of_a_year_is_counted_in_the_persons_time_zone(picked: str, zone: str, is_near: bool) -> None:
    with nullcontext() if is_near else pytest.raises(Refusal):
        assert parse_day({"due": picked}, "due", zone, NOW) == date.fromisoformat(picked)


def test_empty_date_field_is_parsed_as_none() -> None:
    assert parse_day({"due": None}, "due", "UTC", NOW) is None


@pytest.mark.parametrize("began", [0, -40, 1])
def test_work_start_date_within_a_working_life_is_accepted(began: int) -> None:
    inputs.check_dates_near(BirthdayPreferences(began_on=date(2026, 11, 28) + relativedelta(years=began)), NOW.date())


@pytest.mark.parametrize("began", [-71, 2, 7000])
def test_work_start_date_outside_a_working_life_is_refused(began: int) -> None:
    with pytest.raises(Refusal) as refused:
        inputs.check_dates_near(
            BirthdayPreferences(began_on=date(2026, 11, 28) + relativedelta(years=began)), NOW.date()
        )

    assert refused.value.field == "birthdays.began_on"


def test_dates_in_forms_are_parsed_only_by_the_parser_that_checks_their_range() -> None:
    """Dates that a form stores by itself are not entered by people, and are parsed elsewhere."""
    here = Path(handlers.__file__).parent
    readers = {
        path.relative_to(here).as_posix()
        for path in here.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute) and ast.unparse(node) in ("date.fromisoformat", "callbacks.day")
    }

    assert readers == {"payloads.py", "rituals/views.py"}
