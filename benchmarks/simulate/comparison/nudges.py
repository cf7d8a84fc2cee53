"""Figures of nudges in a team's half-year, as pure functions of its record."""

from dataclasses import replace
from datetime import date, timedelta

from benchmarks.simulate.comparison.meetings import Leaders, Share
from benchmarks.simulate.comparison.record import ONE_ON_ONE, SHADOWING, Nudge, Record, Worker

ACT_WITHIN = 5
"""Within how many of the reader's working days after the card what it asks for must have happened."""
FIRST_MONTH = timedelta(days=28)
OFFERS = ("thanks that could be a shout-out", "messages that could be a promise")
"""Kinds of nudges that answer what the person has just done."""
MEETING_OF = {"one-on-ones due": ONE_ON_ONE, "whom to shadow": SHADOWING}
"""The kinds of nudges that come to something only when an agent agrees, and what they lead to."""


def counted(record: Record, chosen: Leaders) -> list[Nudge]:
    """Return the nudges to the chosen leaders, without those that answer what a leader did."""
    return [
        each for each in record.nudges
        if (leader := record.leaders.get(each.reader)) and chosen(leader) and each.kind not in OFFERS
    ]  # fmt: skip


def per_working_day(record: Record, chosen: Leaders) -> float | None:
    """Return how many nudges a leader got on a working day."""
    working = sum(len(each.days) for each in record.leaders.values() if chosen(each))
    return len(counted(record, chosen)) / working if working else None


def per_week_later(record: Record, chosen: Leaders) -> float | None:
    """Return how many nudges a leader got in a week, from the fifth week on."""
    since = record.first + FIRST_MONTH
    weeks = {
        (each.name, day.isocalendar()[:2])
        for each in record.leaders.values() if chosen(each) for day in each.days if day >= since
    }  # fmt: skip
    later = [each for each in counted(record, chosen) if each.day >= since]
    return len(later) / len(weeks) if weeks else None


def acted_on(record: Record, chosen: Leaders) -> Share:
    """Return how many nudges were acted on, and how many were sent early enough to tell."""
    told = [each for each in counted(record, chosen) if _deadline(each, record) <= record.last]
    return sum(is_acted_on(each, record) for each in told), len(told)


def acted_on_by_kind(record: Record) -> dict[str, Share]:
    """Return, for each kind, how many nudges to leaders were acted on, and how many were sent early enough to tell."""
    kinds = {each.kind for each in record.nudges}
    return {
        kind: acted_on(replace(record, nudges=[each for each in record.nudges if each.kind == kind]), lambda _: True)
        for kind in sorted(kinds)
    }


def is_acted_on(nudge: Nudge, record: Record) -> bool:
    """Return whether what a nudge asks for happened within five working days, because of a press or a command on it.

    A one-on-one or a shadowing session has happened when the agent has agreed to a time, or when it was recorded.
    """
    until = _deadline(nudge, record)
    if any(nudge.day <= day <= until for day in nudge.acts):
        return True
    kind = MEETING_OF.get(nudge.kind)
    return any(
        ask.day <= each.day <= until and ask.agent in ("", each.agent)
        for ask in nudge.asks
        for each in record.agreed
        if (each.kind, each.leader) == (kind, nudge.reader)
    )


def _deadline(nudge: Nudge, record: Record) -> date:
    later = sorted(day for day in _reader(nudge, record).days if day > nudge.day)
    return later[ACT_WITHIN - 1] if len(later) >= ACT_WITHIN else date.max


def _reader(nudge: Nudge, record: Record) -> Worker:
    return record.leaders[nudge.reader]
