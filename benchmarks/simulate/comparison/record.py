"""The record of what happened in a team's half-year, from which all figures are counted; it has no code of the bot."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import NamedTuple

ONE_ON_ONE, SHADOWING = "one-on-one", "shadowing"


@dataclass(frozen=True)
class Worker:
    """A leader or an agent, with the days on which they are in the team and at work."""

    name: str
    days: frozenset[date]
    weekdays: frozenset[int]
    rate: float = 0.0
    """How often a leader acts on requests; 0 for an agent."""
    consents: bool = True
    """Whether an agent ever accepts to be shadowed."""


class Couple(NamedTuple):
    """A leader and an agent who should have one-on-ones, from one day to another."""

    leader: str
    agent: str
    first: date
    last: date


class Agreement(NamedTuple):
    """A meeting that took place, was agreed on, or was recorded."""

    kind: str
    leader: str
    agent: str
    day: date


class Excuse(NamedTuple):
    """A *Not this time* of a leader or an agent."""

    kind: str
    agent: str
    day: date


class Ask(NamedTuple):
    """An act that comes to something only if an agent agrees; an empty name stands for any agent."""

    agent: str
    day: date


@dataclass(frozen=True)
class Nudge:
    """A nudge that somebody saw, or several of a kind that share a menu."""

    reader: str
    kind: str
    day: date
    acts: Sequence[date] = ()
    """The days of presses and commands that did what it asks for."""
    asks: Sequence[Ask] = ()
    names: frozenset[str] = frozenset()
    """The agents whom it names."""


@dataclass(frozen=True)
class Record:
    first: date
    last: date
    leaders: Mapping[str, Worker]
    agents: Mapping[str, Worker]
    couples: Sequence[Couple]
    held: Sequence[Agreement] = ()
    agreed: Sequence[Agreement] = ()
    excused: Sequence[Excuse] = ()
    thanks: Sequence[tuple[str, date]] = ()
    """Who was thanked, and on which day."""
    nudges: Sequence[Nudge] = ()
    named: Sequence[tuple[str, date]] = ()
    """The agents whom a leader's week named as not thanked, and when."""
    out_of_hours: int = 0
    """Messages that the bot, or the reminder, sent by itself at a bad time."""
    over_budget: int = 0
    """Days on which a person got more than two nudges."""
    followups: Mapping[str, tuple[int, int]] = field(default_factory=dict)
    """How many roadblocks, ideas and promises met their aim, of how many."""
    seconds: float = 0.0
    """How long it took to simulate."""
