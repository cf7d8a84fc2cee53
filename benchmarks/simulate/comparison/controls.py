"""The same team without the bot: with a plain weekly reminder, and with nothing.

The reminder is “remember your one-on-ones, sit with somebody, thank somebody”, to every leader, each Monday at 09:00
UTC. Both controls are generous: a leader who acts knows who is due, asks at once, and both find a time within days.
Without a reminder, leaders act of their own accord, on the days on which it would have come.
"""

import random
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from benchmarks.simulate import behaviour, thanks
from benchmarks.simulate.behaviour import Behaviour
from benchmarks.simulate.comparison.record import ONE_ON_ONE, SHADOWING, Agreement, Couple, Nudge, Record
from benchmarks.simulate.judge import why_badly_timed
from benchmarks.simulate.measures import CADENCE
from benchmarks.simulate.personas import AGENTS_ANSWER, ONE_DAY, Human, random_for
from benchmarks.simulate.shadowing import ASKS, SUGGESTS
from benchmarks.simulate.weekly import AT, MOST_A_WEEK, READ_WITHIN, both_free
from benchmarks.simulate.year import happens

REMINDER = "a weekly reminder"
THANKS_SOMEBODY = 0.6
"""Probability that a leader who acts thanks somebody, as when the bot names somebody."""


@dataclass
class Control:
    seed: int
    model: Behaviour
    people: dict[str, Human]
    record: Record
    """The record of the same team with the bot: who is in it, and who has one-on-ones with whom."""
    is_reminded: bool
    held: list[Agreement] = field(default_factory=list)
    thanked: list[tuple[str, date]] = field(default_factory=list)
    nudges: list[Nudge] = field(default_factory=list)
    ignored: dict[str, int] = field(default_factory=dict)
    """How many reminders in a row each leader has ignored."""
    out_of_hours: int = 0

    def live(self) -> Record:
        """Return what happened."""
        monday, last = self.record.first, self.record.last
        for given in thanks.unprompted(self.seed, list(self.people.values()), monday, last):
            self.thanked.append((given.receiver.name, given.receiver.local(given.at).date()))
        while monday <= last:
            for name in self.record.leaders:
                self._week(self.people[name], datetime.combine(monday, AT))
            monday += 7 * ONE_DAY
        return replace(
            self.record, held=self.held, agreed=(), excused=(), thanks=sorted(self.thanked), nudges=self.nudges,
            named=(), out_of_hours=self.out_of_hours, over_budget=0, followups={}, seconds=0.0,
        )  # fmt: skip

    def _week(self, leader: Human, at: datetime) -> None:
        if not leader.is_here(at):
            return
        read_at = leader.next_work(at)
        if self.is_reminded:
            self.out_of_hours += bool(why_badly_timed(leader, at))
            self.nudges.append(Nudge(leader.name, REMINDER, leader.local(at).date()))
        if read_at - at < READ_WITHIN and leader.is_here(read_at) and self._acts(leader, read_at):
            self._arrange(leader, read_at, leader.local(at).date() + 6 * ONE_DAY)
            self._shadow(leader, read_at)
            self._thank(leader, read_at)

    def _acts(self, leader: Human, at: datetime) -> bool:
        if not self.is_reminded:
            return behaviour.acts_unasked(self.model, self.seed, leader, at)
        ignored = self.ignored.get(leader.name, 0)
        does = behaviour.acts(self.model, self.seed, leader, at, ignored=ignored)
        self.ignored[leader.name] = 0 if does else ignored + 1
        return does

    def _arrange(self, leader: Human, now: datetime, sunday: date) -> None:
        due = [each for each in self._couples(leader, now.date()) if self._last(each) + CADENCE <= sunday]
        for each in sorted(due, key=self._last)[:MOST_A_WEEK]:
            agent = self.people[each.agent]
            if self._rolls("answers", agent, now).random() < behaviour.agents_answer(self.model):
                self._meet(ONE_ON_ONE, leader, agent, now, each.last)

    def _shadow(self, leader: Human, now: datetime) -> None:
        """Have the leader sit with one of their agents, whoever comes to mind."""
        rolls, theirs = self._rolls("sits", leader, now), self._couples(leader, now.date())
        if theirs and rolls.random() < ASKS:
            couple = rolls.choice(theirs)
            agent, answers = self.people[couple.agent], behaviour.agents_answer(self.model)
            if agent.consents and rolls.random() * (AGENTS_ANSWER / answers) < SUGGESTS:
                self._meet(SHADOWING, leader, agent, now, couple.last)

    def _thank(self, leader: Human, now: datetime) -> None:
        rolls = self._rolls("thanks somebody", leader, now)
        here = [each for each in self.people.values() if not each.mood and each.is_here(now)]
        if here and rolls.random() < THANKS_SOMEBODY:
            self.thanked.append((rolls.choice(here).name, leader.local(now).date()))

    def _meet(self, kind: str, leader: Human, agent: Human, now: datetime, last: date) -> None:
        at = both_free(leader, agent, now)
        if at and leader.local(at).date() <= last and happens(self.seed, leader, agent, at):
            self.held.append(Agreement(kind, leader.name, agent.name, leader.local(at).date()))

    def _couples(self, leader: Human, day: date) -> list[Couple]:
        return [
            each for each in self.record.couples if each.leader == leader.name and each.first <= day <= each.last
        ]  # fmt: skip

    def _last(self, couple: Couple) -> date:
        met = (
            each.day for each in self.held
            if (each.kind, each.leader, each.agent) == (ONE_ON_ONE, couple.leader, couple.agent)
        )  # fmt: skip
        return max(met, default=couple.first - CADENCE)

    def _rolls(self, topic: str, human: Human, now: datetime) -> random.Random:
        return random_for(self.seed, topic, human.name, human.local(now).date())


def controls(seed: int, model: Behaviour, people: Iterable[Human], record: Record) -> tuple[Record, Record]:
    """Return the records of a team with a weekly reminder, and without either."""
    everybody = {each.name: each for each in people}
    reminded, alone = (Control(seed, model, everybody, record, is_reminded=each) for each in (True, False))
    return reminded.live(), alone.live()
