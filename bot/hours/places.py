"""Places: which country a zone lies in, and when that whole country has the day off.

A country is its ISO 3166 code, `PT`; a part of one has its code behind a dash, `DE-BY`.
"""

from datetime import date, timedelta
from functools import cache
from importlib.resources import files


@cache
def countries() -> dict[str, str]:
    """English names by code, of the countries whose public holidays are known."""
    known = _supported()
    return {code: name for code, name in _table("iso3166.tab") if code in known}


def subdivisions(code: str) -> list[str]:
    """The parts of a country that have holidays of their own."""
    return list(_supported().get(code, []))


def is_known(code: str) -> bool:
    country, dash, part = code.partition("-")
    return country in countries() and (not dash or part in subdivisions(country))


def country_of(zone: str) -> str:
    """The country of a zone; empty for UTC, for old names and for whatever else is in no country."""
    return _by_zone().get(zone, "")


def country_name(code: str) -> str:
    """`Portugal`; `Germany (BY)` for a part of one."""
    country, _, part = code.partition("-")
    name = countries().get(country, code)
    return f"{name} ({part})" if part else name


def countries_like(typed: str) -> list[tuple[str, str]]:
    """Codes and names of the countries whose name or code begins so, each followed by its parts."""
    wanted = typed.strip().casefold()
    found = [
        code
        for code, name in countries().items()
        if any(word.startswith(wanted) for word in (name.casefold(), *name.casefold().split(), code.casefold()))
    ]
    codes = [each for code in found for each in (code, *(f"{code}-{part}" for part in subdivisions(code)))]
    return [(code, country_name(code)) for code in codes]


def load() -> None:
    """Load the library of holidays now, in a thread perhaps, rather than at somebody's first question."""
    import holidays  # noqa: F401


def is_holiday(code: str, day: date) -> bool:
    return bool(code) and day in _holidays(code, day.year)


def days_off(code: str, first: date, days: int) -> list[tuple[date, str]]:
    """The public holidays among the days that follow, with their names."""
    span = [first + timedelta(days=number) for number in range(days)]
    return [(day, _holidays(code, day.year)[day]) for day in span if is_holiday(code, day)]


@cache
def _holidays(code: str, year: int) -> dict[date, str]:
    """The public holidays of a year, with the days they are moved to."""
    import holidays  # some 10 MB that a bot without holidays need not carry

    country, _, part = code.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US"))


@cache
def _supported() -> dict[str, list[str]]:
    import holidays

    return holidays.list_supported_countries(include_aliases=False)


@cache
def _by_zone() -> dict[str, str]:
    return {zone: code for code, _, zone, *_ in _table("zone.tab")}


def _table(name: str) -> list[list[str]]:
    lines = files("tzdata.zoneinfo").joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]
