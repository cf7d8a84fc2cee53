"""In hours: whether a moment suits a person, and which is the next that does."""

from bot.hours.away import until
from bot.hours.moment import is_good, next_good
from bot.hours.places import countries, country_of, subdivisions
from bot.hours.routine import Day, Own, Routine, Settings

__all__ = [
    "Day", "Own", "Routine", "Settings", "countries", "country_of", "is_good", "next_good", "subdivisions", "until",
]  # fmt: skip
