"""The fun tank: how much joy a team has in store, as the sum of a ledger that names nobody.

`causes` is the table of what moves it, `moving` the ledger, `reading` the gauge, `helping` what would help.
"""

from bot.features.tank.causes import ENOUGH, FULL, RATES, START, Cause, Rate, of_day, of_spike
from bot.features.tank.helping import LOW, Help, fitting, is_time, low, next_peak, remind
from bot.features.tank.moving import drain, hold, monday, move, news, prune, sum_up, take_back, today
from bot.features.tank.reading import WEEKS, Gauge, Moved, Point, gauge, lately, level, levels
from bot.features.tank.settings import Settings
from bot.features.tank.tables import Aside, Movement, Tank

__all__ = [
    "ENOUGH", "FULL", "LOW", "RATES", "START", "WEEKS", "Aside", "Cause", "Gauge", "Help", "Moved", "Movement", "Point",
    "Rate", "Settings", "Tank", "drain", "fitting", "gauge", "hold", "is_time", "lately", "level", "levels", "low",
    "monday", "move", "news", "next_peak", "of_day", "of_spike", "prune", "remind", "sum_up", "take_back", "today",
]  # fmt: skip
