"""Baseline of the simulation: the same people with only a plain reminder to leaders each Monday.

The message is “remember your one-on-ones”. The model is generous, because nothing is known about how people react to
such a message: a leader acts on it on exactly the days on which they would act on the bot's messages, remembers whom to
ask, and asks at once. Agents answer as often as they answer the bot, and then both find a common time.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, time, timedelta

from benchmarks.simulate.drivers import attends
from benchmarks.simulate.judge import why_badly_timed
from benchmarks.simulate.measures import CADENCE, Series
from benchmarks.simulate.personas import AGENTS_ANSWER, ONE_DAY, Human, random_for
from benchmarks.simulate.year import happens

AT = time(9, tzinfo=UTC)
MOST_A_WEEK = 4
READ_WITHIN = timedelta(days=4)
"""Maximum age at which a reminder is still read; an older one has scrolled out of sight."""


@dataclass
class Weekly:
    """The outcome of the year with the plain reminder."""

    seed: int
    series: list[Series]
    said: int = 0
    wrong: list[str] = field(default_factory=list)

    def live(self, leaders: list[Human], first: date, last: date) -> None:
        monday = first
        while monday <= last:
            for leader in leaders:
                self._remind(leader, datetime.combine(monday, AT), last)
            monday += 7 * ONE_DAY

    def _remind(self, leader: Human, at: datetime, last: date) -> None:
        if not leader.is_here(at):
            return
        self.said += 1
        if bad := why_badly_timed(leader, at):
            self.wrong.append(f"{leader.name} {leader.local(at):%a %Y-%m-%d %H:%M}: {bad}")
        read_at = leader.next_work(at)
        if read_at - at < READ_WITHIN and attends(self.seed, leader, read_at):
            sunday = leader.local(at).date() + 6 * ONE_DAY
            due = [each for each in self._of(leader, at.date()) if _last(each) + CADENCE <= sunday]
            for each in sorted(due, key=_last)[:MOST_A_WEEK]:
                self._arrange(leader, each, read_at, last)

    def _of(self, leader: Human, day: date) -> Iterator[Series]:
        yield from (each for each in self.series if each.leader(day) is leader and each.first <= day <= each.last)

    def _arrange(self, leader: Human, series: Series, now: datetime, last: date) -> None:
        agent = series.agent
        if random_for(self.seed, "answers by hand", agent.name, now).random() > AGENTS_ANSWER:
            return
        at = both_free(leader, agent, now)
        if at and at.date() <= min(last, series.last) and happens(self.seed, leader, agent, at):
            series.held.append(leader.local(at).date())


def _last(series: Series) -> date:
    return series.held[-1] if series.held else series.first - CADENCE


def both_free(leader: Human, agent: Human, now: datetime) -> datetime | None:
    """Return the first hour in the next four days at which leader and agent both work, or None."""
    for days in range(1, 5):
        day = leader.local(now).date() + days * ONE_DAY
        for hour in range(24):
            at = leader.at(day, time(hour))
            if leader.is_at_work(at) and agent.is_at_work(at):
                return at
    return None


def without_meetings(series: Series) -> Series:
    """Return a copy of a pair's series without any meetings."""
    return replace(series, held=[], let_go=[])
