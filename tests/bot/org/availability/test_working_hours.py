"""Working hours settings of teams and people, and the countries to choose from."""

import json
import subprocess
import sys
from datetime import UTC, date, datetime, time, timedelta
from importlib.resources import files

import pytest
from pydantic import ValidationError

from bot.org.availability.holidays import countries, country_of, is_holiday, subdivisions
from bot.org.availability.working_hours import Day, WorkingHoursPreferences, WorkingHoursSettings
from bot.org.teams.models import Team

EVERY_ZONE = files("tzdata").joinpath("zones").read_text("utf-8").split()


def team(**hours: object) -> Team:
    made = Team("T1", "C1", "Support", "Europe/Lisbon", None, datetime(2026, 11, 17, tzinfo=UTC))
    made.settings = {"hours": hours} if hours else {}
    return made


def test_default_working_hours_are_monday_to_friday_nine_to_five() -> None:
    usual = WorkingHoursSettings.of(team())

    assert usual.days == [Day.MONDAY, Day.TUESDAY, Day.WEDNESDAY, Day.THURSDAY, Day.FRIDAY]
    assert (usual.start, usual.end, usual.country) == (time(9), time(17), "")


def test_working_hours_survive_a_round_trip_through_json() -> None:
    weekend = WorkingHoursSettings(days=[Day.SATURDAY, Day.SUNDAY], start=time(22), end=time(6, 30), country="DE-BY")
    kept = json.loads(json.dumps(weekend.model_dump(mode="json")))

    assert WorkingHoursSettings.of(team(**kept)) == weekend


def test_personal_working_hours_default_to_none_and_need_start_and_end() -> None:
    assert WorkingHoursPreferences().model_dump() == {"days": None, "start": None, "end": None, "country": None}
    assert WorkingHoursPreferences(country="").country == ""
    assert WorkingHoursPreferences.model_validate({"start": "10:00", "end": "18:00"}).start == time(10)
    with pytest.raises(ValidationError, match="Enter both a start and an end"):
        WorkingHoursPreferences.model_validate({"start": "20:00"})


@pytest.mark.parametrize("code", ["XX", "pt", "PT-", "PT-XX", "DE-", "-BY", "Portugal"])
@pytest.mark.parametrize("settings", [WorkingHoursSettings, WorkingHoursPreferences])
def test_unknown_country_is_refused_with_examples(
    code: str, settings: type[WorkingHoursSettings] | type[WorkingHoursPreferences]
) -> None:
    with pytest.raises(ValidationError, match="Choose a country like PT, or a region like DE-BY"):
        settings(country=code)


@pytest.mark.parametrize("code", ["", "PT", "US", "DE-BY", "BR-São Paulo Capital"])
def test_known_country_is_accepted_for_holidays(code: str) -> None:
    assert WorkingHoursSettings(country=code).country == code


@pytest.mark.parametrize(
    ("zone", "code"),
    [
        ("Europe/Lisbon", "PT"),
        ("Atlantic/Azores", "PT"),
        ("America/New_York", "US"),
        ("Asia/Kolkata", "IN"),
        ("Australia/Lord_Howe", "AU"),
        ("Pacific/Apia", "WS"),
        ("Europe/Oslo", "NO"),
        ("UTC", ""),
        ("Etc/GMT+5", ""),
        ("Mars/Olympus", ""),
    ],
)
def test_time_zone_is_mapped_to_its_country(zone: str, code: str) -> None:
    assert country_of(zone) == code


def test_country_of_every_time_zone_can_be_chosen() -> None:
    found = {country_of(zone) for zone in EVERY_ZONE}

    assert len(found) > 200
    assert found - {""} <= countries().keys()


def test_countries_have_english_names() -> None:
    assert (countries()["PT"], countries()["DE"]) == ("Portugal", "Germany")
    assert all(len(code) == 2 and name for code, name in countries().items())


def test_subdivisions_with_their_own_holidays_are_listed() -> None:
    assert "BY" in subdivisions("DE")
    assert subdivisions("SG") == []
    assert subdivisions("XX") == []


def test_nearly_every_country_has_a_public_holiday_this_year() -> None:
    days = [date(2026, 1, 1) + timedelta(n) for n in range(365)]
    without = [code for code in countries() if not any(is_holiday(code, day) for day in days)]

    assert len(without) < 10


def test_holidays_are_not_imported_until_they_are_needed() -> None:
    idle = (
        "import sys; from bot.org.availability import working_hours; "
        "working_hours.WorkingHoursSettings(); sys.exit('holidays' in sys.modules)"
    )

    assert subprocess.run([sys.executable, "-c", idle], check=False).returncode == 0
