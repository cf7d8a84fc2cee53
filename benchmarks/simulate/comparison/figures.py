"""All figures of a team's half-year, in the order of the table, with what they must reach."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from benchmarks.simulate.behaviour import HALF
from benchmarks.simulate.comparison import meetings, nudges
from benchmarks.simulate.comparison.record import Record, Worker

Value = float | None
"""A figure of one team; None if it has nothing to count."""
FOLLOWUPS = (
    "roadblocks owned within 5 working days",
    "ideas out of new within 10 working days",
    "promises ended by their date",
)


def answers_half(leader: Worker) -> bool:
    return leader.rate >= HALF


def ignores_most(leader: Worker) -> bool:
    return leader.rate < HALF


def anybody(leader: Worker) -> bool:
    return True


@dataclass(frozen=True)
class Figure:
    name: str
    count: Callable[[Record], Value]
    is_share: bool = False
    """Whether it is a share, which is shown in percent."""
    at_least: float | None = None
    at_most: float | None = None
    """What every team must reach."""
    is_of_median: bool = False
    """Whether the median of the teams must reach it, instead of every team."""
    better: int = 0
    """Whether the bot must beat the controls in the mean of the teams: 1 if more is better, -1 if less is."""
    may_equal: bool = False
    """Whether it is enough to be no worse than the weekly reminder."""
    is_bots: bool = False
    """Whether a life without the bot has no such figure."""


def _share(count: Callable[[Record], meetings.Share]) -> Callable[[Record], Value]:
    def share(record: Record) -> Value:
        met, of = count(record)
        return met / of if of else None

    return share


def _within(chosen: meetings.Leaders) -> Callable[[Record], Value]:
    return _share(lambda record: meetings.within_cadence(meetings.pairs(record, chosen)))


def _longest(chosen: meetings.Leaders) -> Callable[[Record], Value]:
    return lambda record: meetings.longest_wait(meetings.pairs(record, chosen))


def _unshadowed(chosen: meetings.Leaders) -> Callable[[Record], Value]:
    """Return how many agents had no leader beside them for too long; None for a team without such leaders."""

    def unshadowed(record: Record) -> Value:
        many, of = meetings.unshadowed(record, chosen)
        return many if of else None

    return unshadowed


def _followups(name: str) -> Callable[[Record], Value]:
    return _share(lambda record: record.followups.get(name, (0, 0)))


SECTIONS: Mapping[str, tuple[Figure, ...]] = {
    "leaders who answer at least half": (
        Figure("one-on-ones within the cadence", _within(answers_half), is_share=True, at_least=0.9),
        Figure("longest wait, in cadences", _longest(answers_half), at_most=2),
        Figure(
            "meetings to those of the cadence",
            lambda record: meetings.meetings_to_cadence(meetings.pairs(record, answers_half)),
            at_most=1.15,
        ),
        Figure("agents who consent, unshadowed over 8 weeks", _unshadowed(answers_half), at_most=0),
        Figure(
            "no thanks for 4 weeks: named at least twice",
            _share(lambda record: meetings.named_when_unthanked(record, answers_half)),
            is_share=True, at_least=1, is_bots=True,
        ),
    ),
    "leaders who ignore most": (
        Figure("within the cadence, ignoring leaders", _within(ignores_most), True, better=1, may_equal=True),
        Figure("longest wait, in cadences, ignoring leaders", _longest(ignores_most), better=-1, may_equal=True),
        Figure(
            "agents thanked in 4 weeks, ignoring leaders",
            _share(lambda record: meetings.thanked(record, ignores_most)), True, better=1, may_equal=True,
        ),
        Figure("unshadowed over 8 weeks, ignoring leaders", _unshadowed(ignores_most), better=-1, may_equal=True),
        Figure(
            "nudges a week after the first month",
            lambda record: nudges.per_week_later(record, ignores_most), at_most=1,
        ),
    ),
    "nudges": (
        Figure(
            "nudges a leader and working day", lambda record: nudges.per_working_day(record, anybody),
            at_most=0.4, is_of_median=True,
        ),
        Figure(
            "acted on", _share(lambda record: nudges.acted_on(record, anybody)),
            is_share=True, at_least=0.6, is_bots=True,
        ),
        Figure("messages out of hours", lambda record: record.out_of_hours, at_most=0),
        Figure("person-days over the budget", lambda record: record.over_budget, at_most=0),
    ),
    "what happens": (
        Figure("kept: one-on-ones within the cadence, all", _within(anybody), is_share=True, better=1),
        Figure("longest wait, in cadences, all", _longest(anybody), better=-1),
        Figure(
            "agents thanked in 4 weeks", _share(lambda record: meetings.thanked(record, anybody)),
            is_share=True, better=1,
        ),
        *(Figure(name, _followups(name), is_share=True, better=1) for name in FOLLOWUPS),
    ),
}  # fmt: skip


def count(record: Record) -> dict[str, Value]:
    """Return all figures of a record by name."""
    return {figure.name: figure.count(record) for section in SECTIONS.values() for figure in section}
