"""Events that fill and drain the fun tank: thanks on ordinary days, a hard month of spikes, and help from the team."""

from datetime import date, datetime, time, timedelta
from functools import partial
from statistics import median
from typing import TYPE_CHECKING, Any

from benchmarks.simulate.harness import CHANNEL
from benchmarks.simulate.personas import ONE_DAY, Human, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

YES = "tank:yes"
ORDINARY, HELPED = 0.03, 0.5
"""Probabilities of thanks per person and working day, in addition to `life_events`: at level 50, and during help."""
USUAL, HALVES = 50, 10
"""The usual level, and by how many points a level must be higher to halve the probability, or lower to double it."""
HELP_LASTS = timedelta(days=14)
HARD = range(7, 35)
"""The days of the hard month, counted from the first day."""
HARD_DAYS = (0, 1, 2, 3)
"""Weekdays with a spike, Monday to Thursday: on two days a week, spikes would drain no more than follow-ups fill."""
REASON = "the help with the long queue #teamwork"


class FunTank:
    def __init__(self, year: "Year") -> None:
        self.year = year
        self.levels: dict[date, int] = {}
        """The level at the end of each day."""
        self.helped: list[datetime] = []

    def begin(self) -> None:
        year, humans = self.year, list(self.year.people.values())
        for number in range((year.last - year.first).days + 1):
            day = year.first + number * ONE_DAY
            year.plan(humans[0].at(day, time(23, 30)), partial(self._note, day))
            for human in humans if year.model is None else ():
                if human.works_on(day):
                    minutes = random_for(year.seed, "joy at", human.name, day).randrange(20, 460)
                    year.plan(human.at(day, human.start) + timedelta(minutes=minutes), partial(self._thank, human))
            if number in HARD and day.weekday() in HARD_DAYS:
                self._plan_spike(day)

    async def _note(self, day: date) -> None:
        self.levels[day] = await self.year.world.level()

    async def _thank(self, human: Human) -> None:
        year = self.year
        rolls = random_for(year.seed, "joy", human.name, year.now)
        is_helped = any(at <= year.now < at + HELP_LASTS for at in self.helped)
        if human.is_here(year.now) and rolls.random() < (HELPED if is_helped else await self._usual()):
            others = [each for each in year.people.values() if each is not human and each.is_here(year.now)]
            await year.drivers.type(human, "/shoutout", f"@{rolls.choice(others).name} for {REASON}")

    async def _usual(self) -> float:
        """Return the probability that a person thanks another: higher at a lower fun tank, fixed in the hard month."""
        if (self.year.now.date() - self.year.first).days in HARD:
            return ORDINARY
        return float(ORDINARY * 2 ** ((USUAL - await self.year.world.level()) / HALVES))

    def _plan_spike(self, day: date) -> None:
        agents = [each for each in self.year.people.values() if not each.mood and each.works_on(day)]
        here = [each for each in agents if each.is_here(each.at(day, each.start))]
        if here:
            rolls = random_for(self.year.seed, "spike", day)
            caller = rolls.choice(here)
            began = caller.at(day, caller.start) + timedelta(minutes=rolls.randrange(60, 240))
            over = began + timedelta(minutes=rolls.randrange(90, 150))
            self.year.plan(began, partial(self._say, caller, "spike phones 90 waiting"))
            self.year.plan(over, partial(self._say, caller, "calm phones"))

    async def _say(self, human: Human, words: str) -> None:
        said = {"user": human.name, "channel": CHANNEL, "command": "/queue", "text": words}
        await self.year.world.do("commands", **said)

    async def agree(self, human: Human, ts: str, value: str) -> None:
        """Accept the nudge about a low fun tank, after which people thank each other more for two weeks."""
        await self.year.drivers.press(human, ts, YES, value)
        self.helped.append(self.year.now)

    def figures(self) -> dict[str, Any]:
        """Return the fun tank's levels in ordinary weeks, in the hard month, and in the weeks of help."""
        hard = [self.year.first + number * ONE_DAY for number in HARD]
        came = min((at.date() for at in self.helped if at.date() >= hard[0]), default=None)
        after = [day for day in self.levels if came and came < day <= came + HELP_LASTS]
        ordinary = [day for day in self.levels if day < hard[0] or day > max([*hard, *after])]
        mondays = [day for day in sorted(self.levels) if day.weekday() == 0]
        return {
            "ordinary weeks": _spread([self.levels[day] for day in ordinary]),
            "hard month, before help": _ends(
                [self.levels[day] for day in hard if day in self.levels and (came is None or day < came)]
            ),
            "two weeks of help": _ends([self.levels[day] for day in after]),
            "times a leader said yes": len(self.helped),
            "each Monday": [self.levels[day] for day in mondays],
        }


def _spread(levels: list[int]) -> list[float] | None:
    return [min(levels), median(levels), max(levels)] if levels else None


def _ends(levels: list[int]) -> dict[str, int]:
    return {"from": levels[0], "to": levels[-1]} if levels else {}
