"""Thanks that people give one another of their own accord, the same ones with the bot and without it."""

from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from benchmarks.simulate.personas import ONE_DAY, Human, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

GIVES = 0.06
"""Probability per person and working day."""
NOTICED = (0.2, 0.6, 1.0, 2.0)
"""How much others notice a person: some are thanked ten times as often as others."""
REASON = "staying calm with a customer who was not #empathy"


class Given(NamedTuple):
    at: datetime
    giver: Human
    receiver: Human


def unprompted(seed: int, people: Sequence[Human], first: date, last: date) -> Iterator[Given]:
    """Yield the thanks that people give without being reminded."""
    noticed = {each.name: random_for(seed, "noticed", each.name).choice(NOTICED) for each in people}
    for number in range((last - first).days + 1):
        day = first + number * ONE_DAY
        for human in people:
            rolls = random_for(seed, "thanks", human.name, day)
            if human.works_on(day) and rolls.random() < GIVES:
                at = human.at(day, human.start) + timedelta(minutes=rolls.randrange(20, 460))
                others = [each for each in people if each is not human and each.is_here(at)]
                if human.is_here(at) and others:
                    weights = [noticed[each.name] for each in others]
                    yield Given(at, human, rolls.choices(others, weights)[0])


class Thanks:
    def __init__(self, year: "Year") -> None:
        self.year = year

    def begin(self) -> None:
        year = self.year
        for given in unprompted(year.seed, list(year.people.values()), year.first, year.last):
            year.plan(given.at, partial(self._give, given))

    async def _give(self, given: Given) -> None:
        await self.year.drivers.type(given.giver, "/shoutout", f"@{given.receiver.name} for {REASON}")
