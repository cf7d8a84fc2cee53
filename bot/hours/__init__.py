"""In hours: whether a moment suits a person, and which is the next that does."""

from bot.hours.away import until
from bot.hours.moment import days_before, is_good, lasts, next_good, next_morning, works_on
from bot.hours.places import countries, countries_like, country_name, country_of, days_off, load, subdivisions
from bot.hours.routine import Day, Own, Routine, Settings, of_person, of_team
from bot.hours.slots import Busy, Span, last_good, slots, suits
from bot.hours.week import ends_week

__all__ = [
    "Busy",
    "Day",
    "Own",
    "Routine",
    "Settings",
    "Span",
    "countries",
    "countries_like",
    "country_name",
    "country_of",
    "days_before",
    "days_off",
    "ends_week",
    "is_good",
    "last_good",
    "lasts",
    "load",
    "next_good",
    "next_morning",
    "of_person",
    "of_team",
    "slots",
    "subdivisions",
    "suits",
    "until",
    "works_on",
]
