"""Countries, their time zones and their public holidays.

A country is an ISO 3166 code such as `PT`; a subdivision adds its own code after a dash: `DE-BY`.
"""

import re
import unicodedata
from datetime import date, timedelta
from functools import cache
from importlib.resources import files

WORD = re.compile(r"\w+")
ALIASES = {
    "AE": "UAE Emirates",
    "CI": "Ivory Coast",
    "CZ": "Czechia",
    "GB": "UK United Kingdom Great Britain England Scotland Wales Northern Ireland",
    "KR": "South Korea",
    "MM": "Burma",
    "NL": "Holland",
    "TR": "Türkiye",
    "US": "USA United States of America",
}
"""Other names that people type for a country, by code."""


@cache
def countries() -> dict[str, str]:
    """Return English country names by code, for countries whose public holidays are known."""
    known = _supported()
    return {code: name for code, name in _names().items() if code in known}


def subdivisions(code: str) -> list[str]:
    """Return the subdivision codes of a country that have holidays of their own."""
    return list(_supported().get(code, []))


def is_known(code: str) -> bool:
    country, dash, part = code.partition("-")
    return country in countries() and (not dash or part in subdivisions(country))


def country_of(zone: str) -> str:
    """Return the country of a time zone, or an empty string for UTC, legacy names and other zones without a country."""
    return _by_zone().get(zone, "")


def country_name(code: str) -> str:
    """Return the name of a country or subdivision: `Portugal`, or `Germany, BY`."""
    country, _, part = code.partition("-")
    name = _names().get(country, code)
    return f"{name}, {part}" if part else name


def countries_like(typed: str) -> list[tuple[str, str]]:
    """Search countries and their subdivisions by name, and return codes and names, countries first."""
    wanted = _folded(typed)
    found = [code for code, name in countries().items() if wanted in _folded(f"{name} {code} {ALIASES.get(code, '')}")]
    parts = [f"{code}-{part}" for code in found for part in subdivisions(code)]
    return [(code, country_name(code)) for code in (*found, *parts)]


def _folded(text: str) -> str:
    """Normalize text for a prefix search: no accents, no punctuation, lower case, and a blank before each word."""
    plain = "".join(mark for mark in unicodedata.normalize("NFKD", text) if not unicodedata.combining(mark))
    return " " + " ".join(WORD.findall(plain.casefold()))


def load_holidays() -> None:
    """Load the holidays library in a thread, so that the first request does not wait for it."""
    countries()


def is_holiday(code: str, day: date) -> bool:
    return bool(code) and day in _holidays(code, day.year)


def days_off(code: str, first: date, days: int) -> list[tuple[date, str]]:
    """Return the public holidays, with their names, among the `days` days from `first`."""
    span = [first + timedelta(days=number) for number in range(days)]
    return [(day, _holidays(code, day.year)[day]) for day in span if is_holiday(code, day)]


@cache
def _holidays(code: str, year: int) -> dict[date, str]:
    """Return the public holidays of a year by date, including substitute days."""
    import holidays  # lazy: about 10 MB that a bot without holidays does not need

    if not is_known(code):
        return {}  # the library dropped this country after somebody chose it
    country, _, part = code.partition("-")
    return dict(holidays.country_holidays(country, subdiv=part or None, years=year, language="en_US"))


@cache
def _supported() -> dict[str, list[str]]:
    import holidays

    return holidays.list_supported_countries(include_aliases=False)


@cache
def _names() -> dict[str, str]:
    return {row[0]: row[1] for row in _table("iso3166.tab")}


@cache
def _by_zone() -> dict[str, str]:
    return {zone: code for code, _, zone, *_ in _table("zone.tab")}


def _table(name: str) -> list[list[str]]:
    lines = files("tzdata.zoneinfo").joinpath(name).read_text("utf-8").splitlines()
    return [line.split("\t") for line in lines if not line.startswith("#")]
