"""Tickets: counted as they come and leave, so that too many at once are seen though no tool says so.

`spike` is the rule, in numbers alone; `counting` keeps the last days, `learning` what is usual at each hour of the
week.
"""

from bot.features.tickets.counting import SOURCE, Load, again, count, hold, judge, load, prune
from bot.features.tickets.learning import hour_of, learn, usual_peak
from bot.features.tickets.settings import Settings
from bot.features.tickets.spike import FRESH, WEEKS, Bounds, Usual, bounds, mixed
from bot.features.tickets.tables import Hour, Known, Queue

__all__ = [
    "FRESH", "SOURCE", "WEEKS", "Bounds", "Hour", "Known", "Load", "Queue", "Settings", "Usual", "again", "bounds",
    "count", "hold", "hour_of", "judge", "learn", "load", "mixed", "prune", "usual_peak",
]  # fmt: skip
