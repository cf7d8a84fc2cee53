"""Figures of one-on-ones, shadowing and thanks in a team's half-year, as pure functions of its record."""

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import date, timedelta
from typing import NamedTuple

from benchmarks.simulate.comparison.record import ONE_ON_ONE, SHADOWING, Couple, Record, Worker
from benchmarks.simulate.comparison.waits import Wait, counted_days, kept, longest, waits

CADENCE_WEEKS, UNSHADOWED_WEEKS, UNTHANKED_WEEKS = 2, 8, 4
NAMED_AT_LEAST = 2
Leaders = Callable[[Worker], bool]
"""Chooses the leaders whom a figure is about."""
Share = tuple[int, int]


class Pair(NamedTuple):
    """A couple's waits for one-on-ones, and its cadence in days that count."""

    cadence: int
    waits: list[Wait]
    held: int

    @property
    def days(self) -> int:
        return sum(wait.days for wait in self.waits)


def pairs(record: Record, chosen: Leaders) -> Iterator[Pair]:
    """Yield the pairs of the chosen leaders that had days in common."""
    for couple in record.couples:
        leader, agent = record.leaders[couple.leader], record.agents[couple.agent]
        cadence = CADENCE_WEEKS * len(leader.weekdays & agent.weekdays)
        days = _within(couple, counted_days(leader.days & agent.days, _excuses(record, ONE_ON_ONE, couple.agent)))
        held = [
            each.day for each in record.held
            if (each.kind, each.leader, each.agent) == (ONE_ON_ONE, couple.leader, couple.agent)
        ]  # fmt: skip
        if chosen(leader) and cadence and days:
            yield Pair(cadence, waits(days, held), len(held))


def within_cadence(found: Iterable[Pair]) -> Share:
    """Return how many periods of one cadence had a one-on-one, and how many there were."""
    shares = [kept(pair.waits, pair.cadence) for pair in found]
    return sum(met for met, _ in shares), sum(of for _, of in shares)


def longest_wait(found: Iterable[Pair]) -> float | None:
    """Return the longest wait for a one-on-one, in cadences, including the last one until the end."""
    return max((longest(pair.waits) / pair.cadence for pair in found), default=None)


def meetings_to_cadence(found: Iterable[Pair]) -> float | None:
    """Return how many one-on-ones were held for each that the cadence asks for."""
    found = list(found)
    due = sum(pair.days / pair.cadence for pair in found)
    return sum(pair.held for pair in found) / due if due else None


def unshadowed(record: Record, chosen: Leaders) -> Share:
    """Return how many agents who consent had no leader beside them for eight weeks, and how many consent at all.

    A day counts for an agent who has not said *Not this time*, if one of the chosen leaders is at work too.
    """
    there = _days_of_any(record, chosen)
    found = []
    for agent in record.agents.values() if there else ():
        if agent.consents:
            days = counted_days(agent.days & there, _excuses(record, SHADOWING, agent.name))
            sat = [each.day for each in record.held if (each.kind, each.agent) == (SHADOWING, agent.name)]
            found.append(longest(waits(days, sat)) > UNSHADOWED_WEEKS * len(agent.weekdays))
    return sum(found), len(found)


def named_when_unthanked(record: Record, chosen: Leaders) -> Share:
    """Return how often an agent without thanks for four weeks was named to a leader at least twice, and how often one
    had no thanks for so long.
    """
    there = _days_of_any(record, chosen)
    named = of = 0
    for agent in record.agents.values() if there else ():
        days, length = sorted(agent.days & there), UNTHANKED_WEEKS * len(agent.weekdays)
        for wait in waits(days, _thanks(record, agent)):
            if wait.days >= length:
                first, last = days[wait.since], days[wait.since + length - 1]
                of += 1
                told = [*record.named, *((name, nudge.day) for nudge in record.nudges for name in nudge.names)]
                named += sum(name == agent.name and first <= day <= last for name, day in told) >= NAMED_AT_LEAST
    return named, of


def thanked(record: Record, chosen: Leaders) -> Share:
    """Return how many whole periods of four weeks had thanks for an agent, and how many there were.

    It counts the agents who had a one-on-one series with one of the chosen leaders.
    """
    theirs = {couple.agent for couple in record.couples if chosen(record.leaders[couple.leader])}
    met = of = 0
    for agent in (record.agents[name] for name in sorted(theirs)):
        days, length = sorted(agent.days), UNTHANKED_WEEKS * len(agent.weekdays)
        given = _thanks(record, agent)
        for start in range(0, len(days) - length + 1, length):
            end = days[start + length] if start + length < len(days) else record.last + timedelta(days=1)
            met += any(days[start] <= day < end for day in given)
            of += 1
    return met, of


def _thanks(record: Record, agent: Worker) -> list[date]:
    return [day for name, day in record.thanks if name == agent.name]


def _excuses(record: Record, kind: str, agent: str) -> Collection[date]:
    return [each.day for each in record.excused if (each.kind, each.agent) == (kind, agent)]


def _within(couple: Couple, days: list[date]) -> list[date]:
    return [day for day in days if couple.first < day <= couple.last]


def _days_of_any(record: Record, chosen: Leaders) -> frozenset[date]:
    return frozenset[date]().union(*(each.days for each in record.leaders.values() if chosen(each)))
