"""Random numbers for what simulated people choose."""

import random
from collections import Counter
from datetime import date, datetime

from benchmarks.simulate.personas import Human, random_for


class Dice:
    """Numbers that depend on the seed and the occasion, such as a message's timestamp, not on the order of events."""

    def __init__(self, seed: int) -> None:
        self.seed = seed

    def of(self, human: Human, at: datetime, *about: object) -> random.Random:
        """Return a random generator for a person's choice at an instant; `about` names the occasion."""
        return random_for(self.seed, *about)


class SteadyDice(Dice):
    """Numbers that stay the same when the bot's rules change, so that two sets of rules can be compared.

    They depend on the person, on the topic, on the day, and on how many choices of that topic the person has already
    made that day, but not on timestamps or row ids. One message more or less changes nothing for anybody else.
    """

    def __init__(self, seed: int) -> None:
        super().__init__(seed)
        self._drawn: Counter[tuple[str, str, date]] = Counter()

    def of(self, human: Human, at: datetime, *about: object) -> random.Random:
        topic = next(str(each) for each in about if each != human.name)
        occasion = human.name, topic, human.shift_day(at)
        self._drawn[occasion] += 1
        return random_for(self.seed, "choices", *occasion, self._drawn[occasion])
