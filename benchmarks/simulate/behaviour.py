"""Models of how simulated people respond to requests: four models as plain data, and the probability that follows.

A person's mood gives the share of days on which they act on requests. A model scales this rate, and four things change
it from request to request: the hour, the weekday, how many nudges came that day, and whether the same kind was ignored
before. docs/simulation.md (*Behaviour models*) names the published figures behind the numbers, and says which of them
are assumptions. Change them only in a commit of their own, with the reason.
"""

from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from typing import NamedTuple

from benchmarks.simulate.personas import AGENTS_ANSWER, Human, random_for


class Behaviour(NamedTuple):
    """How people of a model differ from today's."""

    rate: float = 1.0
    """How often they act on a request, as a multiple of their mood's rate."""
    delay: float = 1.0
    """How long they take to read it, as a multiple."""
    is_erratic: bool = False
    """Whether a person's best hour and slow day change every week."""


MODELS: Mapping[str, Behaviour] = {
    "today's": Behaviour(),
    "keener": Behaviour(rate=2.0),
    "busier": Behaviour(rate=0.5, delay=2.0),
    "erratic": Behaviour(is_erratic=True),
}
MOST = 0.97
"""Nobody acts more often, whatever the factors."""
HALF = 0.5
"""Leaders who act at least this often count as those who answer at least half; the others ignore most."""

BEST_HOURS = {1: 1, 2: 3, 3: 2, 4: 1, 5: 1, 6: 2, 7: 2}
"""How many of twelve people have their best hour so long after the start of their shift: late morning and late
afternoon are the most common."""
HOUR_SWING, HOURS_APART = 0.25, 4.0
"""A request read at the best hour is acted on a quarter more often, and four hours or more away a quarter less."""
WEEKDAYS = (1.06, 1.03, 1.0, 0.98, 0.93, 1.0, 1.0)
"""Factors from Monday to Sunday."""
SLOW_DAY = 0.7
"""The factor on the one weekday on which a person has least time; their other days make up for it."""
ANOTHER_NUDGE = 0.85
"""The factor for each further nudge of the day."""
IGNORED_BEFORE, MOST_COUNTED = 0.9, 5
"""The factor for each time in a row that the person ignored the same kind of nudge, for five times at most."""
ODDS_OF_REMINDER = 1.76
"""By how much a reminder multiplies the odds that somebody does what they had intended to do."""


class Habits(NamedTuple):
    best_hour: int
    """Hours after the start of the shift."""
    slow_day: int


def rate(model: Behaviour, human: Human) -> float:
    """Return how often a person acts on requests, before the hour, the day and the number of nudges change it."""
    return min(MOST, model.rate * human.manner.attends)


def agents_answer(model: Behaviour) -> float:
    """Return how often an agent answers a question."""
    return min(MOST, model.rate * AGENTS_ANSWER)


def habits(model: Behaviour, seed: int, human: Human, day: date) -> Habits:
    """Return a person's best hour and slow day, which an erratic person changes every week."""
    return _habits(seed, human.name, human.days, str(day.isocalendar()[:2]) if model.is_erratic else "")


@cache
def _habits(seed: int, name: str, days: tuple[int, ...], week: str) -> Habits:
    rolls = random_for(seed, "habits", name, week)
    return Habits(rolls.choices([*BEST_HOURS], [*BEST_HOURS.values()])[0], rolls.choice(days))


def chance(model: Behaviour, seed: int, human: Human, at: datetime, *, nudges: int = 1, ignored: int = 0) -> float:
    """Return the probability that a person acts on a request that they read at `at`.

    `nudges` is how many they got that day, and `ignored` how often in a row they ignored this kind before.
    """
    day = human.shift_day(at)
    theirs = habits(model, seed, human, day)
    fewer = ANOTHER_NUDGE ** max(0, nudges - 1) * IGNORED_BEFORE ** min(ignored, MOST_COUNTED)
    return min(MOST, rate(model, human) * _hour(human, theirs, at) * _weekday(human, theirs, day) * fewer)


def _hour(human: Human, theirs: Habits, at: datetime) -> float:
    since = (human.local(at) - human.at(human.shift_day(at), human.start)).total_seconds() / 3600
    return 1 + HOUR_SWING - 2 * HOUR_SWING * min(1.0, abs(since - theirs.best_hour) / HOURS_APART)


def _weekday(human: Human, theirs: Habits, day: date) -> float:
    others = len(human.days) - 1
    balance = 1 + (1 - SLOW_DAY) / others if others else 1.0
    return WEEKDAYS[day.weekday()] * (SLOW_DAY if day.weekday() == theirs.slow_day and others else balance)


def acts(model: Behaviour, seed: int, human: Human, at: datetime, *, nudges: int = 1, ignored: int = 0) -> bool:
    """Return whether a person acts on a request that they read at `at`.

    One number a day decides, so that a person has good days and bad days.
    """
    return _willing(seed, human, at) < chance(model, seed, human, at, nudges=nudges, ignored=ignored)


def acts_unasked(model: Behaviour, seed: int, human: Human, at: datetime) -> bool:
    """Return whether a person thinks of it without any reminder, on a day on which a reminder might have come."""
    reminded = chance(model, seed, human, at)
    odds = reminded / (1 - reminded) / ODDS_OF_REMINDER
    return _willing(seed, human, at) < odds / (1 + odds)


def _willing(seed: int, human: Human, at: datetime) -> float:
    return random_for(seed, "acts", human.name, human.shift_day(at)).random()
