"""What became of a meeting, and when the pair is due again."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.oneonones import cadence
from bot.features.oneonones.pairs import Pair, begin, open_one
from bot.features.oneonones.tables import Meeting, State


async def skip(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> None:
    """Not this time: the pair is due again after its usual while."""
    pair.must_lead(by)
    if meeting := await open_one(session, pair.series):
        meeting.sequence += 1
        _end(meeting, State.SKIPPED, now)
    _let_go(pair, pair.leader.local(now).date())


async def record(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting:
    """They have just met, planned or not."""
    pair.must_lead(by)
    meeting = await open_one(session, pair.series) or begin(session, pair, State.PLANNED, now)
    meeting.starts_at = meeting.starts_at if meeting.starts_at and meeting.starts_at <= now else now - meeting.length
    meeting.slots = []
    await session.flush()
    met(pair, meeting, now=now)
    return meeting


def met(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    _end(meeting, State.MET, now)
    _count(pair, meeting)


def let_go(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Nobody said what became of it. What two people have planned mostly happens, so it counts as held."""
    _end(meeting, State.LET_GO, now)
    _count(pair, meeting)


def _count(pair: Pair, meeting: Meeting) -> None:
    series = pair.series
    series.met_on, series.is_missed, series.asked_at = pair.leader.local(meeting.span[0]).date(), False, None
    series.due_on = cadence.due_after(series.rule, series.met_on)


def missed(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Not yet: it goes to the head of the rota."""
    _end(meeting, State.MISSED, now)
    series = pair.series
    series.is_missed, series.due_on = True, min(series.due_on, pair.leader.local(meeting.span[0]).date())


def skipped(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    _end(meeting, State.SKIPPED, now)
    _let_go(pair, pair.leader.local(meeting.span[0]).date())


def lapse(meeting: Meeting, *, now: datetime) -> None:
    """Nobody chose in time."""
    _end(meeting, State.LAPSED, now)


def change_rule(pair: Pair, by: str, rule: str) -> None:
    """How often the two meet from now on; when they are due next is counted anew from the last time."""
    pair.must_lead(by)
    if rule not in cadence.RULES or rule == pair.series.rule:
        return
    series = pair.series
    series.rule = rule
    series.due_on = cadence.due_after(rule, series.met_on) if series.met_on else series.due_on


def _end(meeting: Meeting, state: State, now: datetime) -> None:
    meeting.state, meeting.ended_at = state, now


def _let_go(pair: Pair, day: date) -> None:
    series = pair.series
    series.is_missed, series.asked_at = False, None
    series.due_on = cadence.due_after(series.rule, max(day, series.due_on))
