"""Balance: how a leader's time splits over frontline, people and strategy. Nobody else ever sees it.

`keeping` counts and logs, `reading` has the last two weeks, `reminding` says when a leader hears of them.
"""

from bot.features.balance.keeping import count, led, log, prune, take_back, uncount
from bot.features.balance.reading import fortnights, logged, two_weeks
from bot.features.balance.reminding import (
    DRIFT,
    FREE_MORNING,
    GOOD_ENOUGH,
    LAST_HOUR,
    reminders,
)
from bot.features.balance.rules import (
    DAY,
    DUTY,
    LONGEST,
    MINUTES,
    SHORTEST,
    Block,
    Fortnight,
    Leaning,
    Piece,
    first_day,
    leaning,
    must_be_whole,
)
from bot.features.balance.settings import Band, Own
from bot.features.balance.tables import Duty, Part, Span

__all__ = [
    "DAY", "DRIFT", "DUTY", "FREE_MORNING", "GOOD_ENOUGH", "LAST_HOUR", "LONGEST", "MINUTES", "SHORTEST", "Band",
    "Block", "Duty", "Fortnight", "Leaning", "Own", "Part", "Piece", "Span", "count", "first_day", "fortnights",
    "leaning", "led", "log", "logged", "must_be_whole", "prune", "reminders", "take_back", "two_weeks", "uncount",
]  # fmt: skip
