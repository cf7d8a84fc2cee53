"""In hours: whether a moment suits a person, and which is the next that does."""

from bot.database import Span
from bot.hours.absences import NoAbsence, Why, back_at, cut_short, is_away, joined, read, still_ahead
from bot.hours.horizon import LIFE, must_be_near
from bot.hours.moment import days_before, is_good, lasts, morning_after_told, next_good, next_morning, works_on
from bot.hours.places import countries, countries_like, country_name, country_of, days_off, load, subdivisions
from bot.hours.routine import Day, Own, Routine, Settings, of_person, of_team
from bot.hours.slots import Busy, is_booked, last_good, slots, suits, taken
from bot.hours.week import ends_week

__all__ = [
    "LIFE",
    "Busy",
    "Day",
    "NoAbsence",
    "Own",
    "Routine",
    "Settings",
    "Span",
    "Why",
    "back_at",
    "countries",
    "countries_like",
    "country_name",
    "country_of",
    "cut_short",
    "days_before",
    "days_off",
    "ends_week",
    "is_away",
    "is_booked",
    "is_good",
    "joined",
    "last_good",
    "lasts",
    "load",
    "morning_after_told",
    "must_be_near",
    "next_good",
    "next_morning",
    "of_person",
    "of_team",
    "read",
    "slots",
    "still_ahead",
    "subdivisions",
    "suits",
    "taken",
    "works_on",
]
