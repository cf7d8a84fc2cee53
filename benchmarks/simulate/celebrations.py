"""Check that each ritual, birthday and anniversary of the simulated year is posted exactly once.

The expected posts follow from the calendar and people's dates, not from the bot's code.
"""

from calendar import isleap
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from functools import partial
from typing import TYPE_CHECKING, Any

from benchmarks.simulate.harness import CHANNEL
from benchmarks.simulate.judge import Json
from benchmarks.simulate.personas import LISBON, ONE_DAY, WEEK, Human, random_for

if TYPE_CHECKING:
    from benchmarks.simulate.year import Year

PLAN = {"Monday kick-off": (0, time(9, 30)), "Question of the day": (2, time(10)), "Friday wins": (4, time(15))}
"""A new team's default rituals, with their weekday and time."""
WEEK_OF_SERVICE = {
    "thank you": (0, time(10, 30)),
    "a customer story": (1, time(11)),
    "behind the scenes": (2, time(11, 30)),
    "what we learned": (3, time(13, 30)),
    "looking back": (4, time(14)),
}
"""The rituals of Customer Service Week, in the first full week of October, with their weekday and time."""
TEAM = Human("everyone", LISBON)
TAKES_PART = 0.1
"""Probability that somebody at work reacts to a ritual."""
WISHES = ("public", "private", "none")
LEAPLING = "bea"
"""The person who was born on 29 February."""
LATEST = timedelta(days=35)
"""Maximum delay of a birthday or anniversary: people who are away are congratulated when they are back."""
RESTART_INTERVAL = timedelta(days=33, hours=7)
"""The time between restarts of the bot; not a whole number of days, so that each is at another hour."""
TOLERANCE = timedelta(minutes=5)


class Celebrations:
    def __init__(self, year: "Year") -> None:
        self.year = year
        self.rituals: list[tuple[str, datetime]] = []
        """The rituals posted, with their local time in the team's zone."""
        self.gave_way: set[tuple[str, date]] = set()
        """Rituals that were put on hold or skipped because of a spike."""
        self.prompts: Counter[str] = Counter()
        self.days: Counter[tuple[str, str]] = Counter()
        """Birthdays and anniversaries posted, by person."""
        self.astray = 0
        """How many birthdays and anniversaries were posted before their day, or long after it."""
        self.restarts = 0

    async def begin(self) -> None:
        """Enter everybody's birthday, start date and whether to post them, and schedule restarts of the bot."""
        for human in self.year.people.values():
            if human.is_here(self.year.now):
                await self._say_own(human)
        at = self.year.now + RESTART_INTERVAL
        while at.date() <= self.year.last:
            self.year.plan(at, self._restart)
            at += RESTART_INTERVAL

    async def _say_own(self, human: Human) -> None:
        birthday, began = self._own(human)
        wish = self._wish(human)
        await self.year.life.say_own(
            human, "birthdays",
            birthday=f"{birthday:%-d %B}", birthday_wish=wish, began_on=f"{began}", anniversary_wish=wish,
        )  # fmt: skip

    def _own(self, human: Human) -> tuple[date, date]:
        """Return a person's birthday, in the year 2000, and the date on which they joined the company."""
        rolls = random_for(self.year.seed, "own days", human.name)
        birthday = date(2000, 1, 1) + rolls.randrange(366) * ONE_DAY
        began = date(2026, 1, 1) + rolls.randrange(4 * 365) * ONE_DAY
        return date(2000, 2, 29) if human.name == LEAPLING else birthday, began

    def _wish(self, human: Human) -> str:
        return "public" if human.name == LEAPLING else random_for(self.year.seed, "wish", human.name).choice(WISHES)

    async def _restart(self) -> None:
        self.restarts += 1
        await self.year.world.restart()

    def hear(self, message: Json, human: Human | None) -> None:
        """Record a ritual, birthday or anniversary that the bot posted in the channel or in a DM."""
        at = datetime.fromtimestamp(float(message["ts"]), UTC)
        texts = {each["block_id"]: str(each.get("text", {}).get("text")) for each in message.get("blocks", [])}
        if "ritual" in texts and TEAM.local(at).date() >= self.year.first:
            self.rituals.append((_name(texts["ritual"]), TEAM.local(at)))
            self.prompts[texts.get("prompt", "")] += 1
            self._take_part(message["ts"], at)
        if "on hold during the spike" in message["text"] or "skipped because of the spike" in message["text"]:
            self.gave_way.add((_name(message["text"]), TEAM.local(at).date()))
        if "occasion" in texts:
            who = human or next(each for each in self.year.people.values() if f"<@{each.id}>" in texts["occasion"])
            kind = "birthday" if texts["occasion"].startswith(":birthday:") else "anniversary"
            self.days[who.name, kind] += 1
            first = self._own(who)[kind == "anniversary"]
            today = who.local(at).date()
            self.astray += not any(_each_year(first, today - LATEST, today))

    def _take_part(self, ts: str, at: datetime) -> None:
        for human in self.year.people.values():
            rolls = random_for(self.year.seed, "part", human.name, at.date())
            if rolls.random() < TAKES_PART and human.is_here(at) and human.is_at_work(at):
                self.year.plan(at + rolls.randrange(2, 60) * timedelta(minutes=1), partial(self._react, human, ts))

    async def _react(self, human: Human, ts: str) -> None:
        if human.is_here(self.year.now):
            await self.year.world.do("reactions", user=human.name, channel=CHANNEL, ts=ts, name="tada")

    def figures(self) -> dict[str, Any]:
        """Return how many of the expected posts were made, and how many were made twice or at the wrong time."""
        came = Counter((name, at.date()) for name, at in self.rituals)
        due = [each for each in self._rituals_due() if each[:2] not in self.gave_way]
        hours = {(name, TEAM.local(at).date()): at for name, at in self.rituals}
        wished = [each for human in self.year.people.values() for each in self._due_of(human)]
        return {
            "rituals posted": [sum(each[:2] in came for each in due), len(due)],
            "rituals held or skipped for a spike": len(self.gave_way),
            "rituals posted twice": sum(many - 1 for many in came.values()),
            "rituals on another day": len(set(came) - {each[:2] for each in due} - self.gave_way),
            "rituals at another hour": sum(
                not planned <= hours.get((name, day), planned) < planned + TOLERANCE for name, day, planned in due
            ),
            "prompts asked twice": sum(many - 1 for many in self.prompts.values()),
            "birthdays and anniversaries posted": [sum(each in self.days for each in wished), len(wished)],
            "birthdays and anniversaries posted twice": sum(many - 1 for many in self.days.values()),
            "birthdays and anniversaries on a wrong day": self.astray,
            "restarts of the bot": self.restarts,
        }

    def _rituals_due(self) -> Iterator[tuple[str, date, datetime]]:
        """Yield each expected ritual, on its weekday or else on the next working day of that week."""
        for number in range(0, (self.year.last - self.year.first).days + 1, 7):
            monday = self.year.first + number * ONE_DAY
            plan = {**PLAN, **(WEEK_OF_SERVICE if monday.month == 10 and monday.day <= 7 else {})}
            for name, (weekday, at) in plan.items():
                week = [monday + later * ONE_DAY for later in WEEK if later >= weekday]
                day = next((each for each in week if TEAM.works_on(each)), None)
                if day and day <= self.year.last:
                    yield name, day, TEAM.at(day, at)

    def _due_of(self, human: Human) -> Iterator[tuple[str, str]]:
        """Yield a person's birthdays and anniversaries that must be posted before the year ends, even if postponed."""
        is_told = self._wish(human) != "none" and human.joins is None
        for kind, first in zip(("birthday", "anniversary"), self._own(human), strict=True):
            for day in _each_year(first, self.year.first, self.year.last - LATEST):
                if is_told and human.is_here(human.at(day + LATEST, time(12))):
                    yield human.name, kind


def _name(text: str) -> str:
    """Return the name of a ritual, which is bold in its post."""
    return text.split("*")[1].rpartition(": ")[2]


def _each_year(first: date, start: date, end: date) -> Iterator[date]:
    """Yield the yearly recurrences of a date; 29 February falls on the 28th in common years."""
    for day in (start + number * ONE_DAY for number in range((end - start).days + 1)):
        is_moved = (first.month, first.day) == (2, 29) and not isleap(day.year)
        if (day.month, day.day) == ((2, 28) if is_moved else (first.month, first.day)):
            yield day
