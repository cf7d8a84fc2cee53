"""Simulated people: their time zones, working hours and absences, and how they react to requests.

This module uses no code of the bot, so that the bot can be judged by it.
"""

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from functools import cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

import holidays

ONE_DAY = timedelta(days=1)
A_FEW_DAYS = timedelta(days=3)
"""Longer than any illness, shorter than any vacation."""
LISBON, LONDON, NEW_YORK, KOLKATA = "Europe/Lisbon", "Europe/London", "America/New_York", "Asia/Kolkata"
COUNTRIES = {LISBON: "PT", LONDON: "GB", NEW_YORK: "US", KOLKATA: "IN"}
WEEK = (0, 1, 2, 3, 4)
NIGHT = (time(22), time(8))


class Mood(NamedTuple):
    """How often a simulated person acts on what the bot asks, and how often they snooze a nudge."""

    attends: float
    """The share of days, or of messages, on which they act."""
    snoozes: float = 0.03
    """How often they snooze a nudge on which they would act."""
    decides_daily: bool = True
    """Whether they act on everything or nothing that they read on a day; otherwise they decide for each message."""


MOODS = {
    "answers all": Mood(0.97),
    "answers half": Mood(0.5),
    "ignores most": Mood(0.15),
    "snoozes": Mood(0.75, 0.6),
}
MOODS_FOR_ALL = {**MOODS, "answers half of the messages": Mood(0.5, decides_daily=False)}
"""The moods that all leaders can be given together."""
AGENTS = Mood(0.6)
"""The mood of agents, whose only nudges ask them to sign a birthday card."""


AGENTS_ANSWER = 0.85
"""How often an agent answers a question."""


class Absence(NamedTuple):
    first: date
    last: date
    told_at: datetime | None
    """When they type `/steward away until …`; None if they forget."""


@dataclass
class Human:
    name: str
    zone: str = LISBON
    mood: str = ""
    """The name of a leader's mood; empty for agents, who all behave alike."""
    days: tuple[int, ...] = WEEK
    start: time = time(9)
    end: time = time(17)
    quiet: tuple[time, time] = NIGHT
    """Daily Do Not Disturb, in their time zone."""
    absences: list[Absence] = field(default_factory=list)
    away: list[tuple[datetime, datetime]] = field(default_factory=list)
    """The absences that the bot knows of, each from its entry until the return."""
    comes_after: timedelta | None = field(default=None, repr=False)
    goes_after: timedelta | None = field(default=None, repr=False)
    """How long after the start they join and leave; None if they are there from the start, or until the end."""
    consents: bool = field(default=True, repr=False)
    """Whether an agent ever accepts to be shadowed."""
    shares_hours: bool = field(default=False, repr=False)
    """Whether a leader lets the bot count in which hours they answer, so that reminders come at their best one."""
    joins: datetime | None = None
    leaves: datetime | None = None

    @property
    def id(self) -> str:
        return f"U0{self.name.upper():0<8}"

    @property
    def manner(self) -> Mood:
        return MOODS_FOR_ALL[self.mood] if self.mood else AGENTS

    @property
    def has_own_hours(self) -> bool:
        return (self.days, self.start, self.end) != (WEEK, time(9), time(17))

    @property
    def is_overnight(self) -> bool:
        """Whether their shift ends on the day after it begins."""
        return self.end <= self.start

    def local(self, at: datetime) -> datetime:
        return at.astimezone(ZoneInfo(self.zone))

    def at(self, day: date, clock: time) -> datetime:
        return datetime.combine(day, clock, ZoneInfo(self.zone))

    def shift_day(self, at: datetime) -> date:
        """Return the local day; in the hours of a night shift after midnight, the day on which the shift began."""
        local = self.local(at)
        return local.date() - ONE_DAY if self.is_overnight and local.time() < self.end else local.date()

    def is_here(self, at: datetime) -> bool:
        return (self.joins is None or self.joins <= at) and (self.leaves is None or at < self.leaves)

    def has_holiday(self, day: date) -> bool:
        return day in _holidays(COUNTRIES[self.zone], day.year)

    def is_absent(self, day: date) -> bool:
        return any(each.first <= day <= each.last for each in self.absences)

    def day_after_vacation(self, day: date) -> date:
        """Return `day`, or the first day after the vacation that covers it; nobody knows an illness beforehand."""
        vacations = (each for each in self.absences if each.last - each.first > A_FEW_DAYS)
        return next((each.last + ONE_DAY for each in vacations if each.first <= day <= each.last), day)

    def works_on(self, day: date) -> bool:
        return day.weekday() in self.days and not self.has_holiday(day) and not self.is_absent(day)

    def is_in_hours(self, at: datetime) -> bool:
        clock = self.local(at).time()
        return clock >= self.start or clock < self.end if self.is_overnight else self.start <= clock < self.end

    def is_at_work(self, at: datetime) -> bool:
        return self.works_on(self.shift_day(at)) and self.is_in_hours(at)

    def next_work(self, at: datetime) -> datetime:
        """Return `at` if the person is at work then, else the start of their next working day."""
        if self.is_at_work(at):
            return at
        day = self.local(at).date()
        if self.local(at).time() >= self.start:
            day += ONE_DAY
        while not self.works_on(day):
            day += ONE_DAY
        return self.at(day, self.start)

    def is_quiet(self, at: datetime) -> bool:
        clock, (begins, ends) = self.local(at).time(), self.quiet
        return begins <= clock or clock < ends if ends < begins else begins <= clock < ends


@cache
def _holidays(country: str, year: int) -> holidays.HolidayBase:
    return holidays.country_holidays(country, years=year)


GOES, COMES, HANDS_OVER = timedelta(weeks=14), timedelta(weeks=18), timedelta(weeks=30)
"""How long after the start an agent leaves, another joins, and a leader hands over to a new one."""
OVERLAP = timedelta(hours=1)
"""How long a leader who hands over and the new one are both in the team."""


def all_personas() -> list[Human]:
    """Return all simulated people: five leaders with two agents each, and a leader and an agent who join later."""
    return [
        Human("lena", mood="answers all"),
        Human("hugo", mood="answers half"),
        Human("nora", LONDON, mood="answers half", goes_after=HANDS_OVER),
        Human("ivo", mood="ignores most", quiet=(time(18), time(10))),
        Human("sara", mood="snoozes", days=(0, 1, 2, 3), start=time(8), end=time(16)),
        *(Human(name) for name in ("adam", "bea", "carl")),
        Human("duda", goes_after=GOES),
        Human("emil"),
        Human("kate", LONDON),
        *(Human(name, NEW_YORK) for name in ("jack", "rosa")),
        Human("gita", KOLKATA),
        Human("quin", KOLKATA, start=time(12), end=time(20), quiet=(time(23), time(12, 30))),
        Human("vera", mood="answers half", comes_after=HANDS_OVER - OVERLAP),
        Human("olga", comes_after=COMES),
    ]


def random_for(seed: int, *about: object) -> random.Random:
    """Return a random generator that depends only on the seed and `about`, not on the order of events."""
    return random.Random(f"{seed} {' '.join(map(str, about))}")  # noqa: S311


def absences(human: Human, seed: int, first: date, days: int) -> Iterator[Absence]:
    """Yield a person's absences, which are about five weeks of vacation and six sick days a year."""
    rolls = random_for(seed, "absences", human.name)
    monday = first - first.weekday() * ONE_DAY + 7 * ONE_DAY
    while monday < first + days * ONE_DAY:
        weeks = 1
        if rolls.random() < 0.07:
            weeks = rolls.choice((1, 1, 2))
            yield _holiday(human, monday, monday + (weeks * 7 - 3) * ONE_DAY, rolls)
        elif rolls.random() < 0.08:
            ill = monday + rolls.randrange(5) * ONE_DAY
            yield _illness(human, ill, ill + rolls.randrange(2) * ONE_DAY, rolls)
        monday += weeks * 7 * ONE_DAY


def _holiday(human: Human, first: date, last: date, rolls: random.Random) -> Absence:
    """Return a vacation that the person tells the bot on the last working day before it, or forgets to tell."""
    before = first - ONE_DAY
    while not human.works_on(before):
        before -= ONE_DAY
    told_at = human.at(before, human.end) - rolls.randrange(5, 60) * timedelta(minutes=1)
    return Absence(first, last, told_at if rolls.random() < 0.9 else None)


def _illness(human: Human, first: date, last: date, rolls: random.Random) -> Absence:
    """Return an illness that the person tells the bot on its first morning, or forgets to tell."""
    told_at = human.at(first, human.start) + rolls.randrange(-45, 90) * timedelta(minutes=1)
    return Absence(first, last, told_at if rolls.random() < 0.75 else None)
