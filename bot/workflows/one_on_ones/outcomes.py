"""Record what became of a meeting, and when the pair is due again."""

from datetime import date, datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.balance import queries as balance_queries
from bot.features.balance.models import Part
from bot.features.one_on_ones import rules
from bot.features.one_on_ones.models import Meeting, State
from bot.features.one_on_ones.queries import add_meeting, find_open_meeting
from bot.features.one_on_ones.rules import Pair
from bot.messages.one_on_ones import cards
from bot.scheduler import scheduler
from bot.scheduler.jobs import JobName
from bot.scheduler.models import About
from bot.slack.outbox import outbox
from bot.slack.post import Post
from bot.workflows import meetings
from bot.workflows.one_on_ones import bookings, updates
from bot.workflows.one_on_ones.bookings import show_answer
from bot.workflows.one_on_ones.updates import ABOUT, LET_GO, announce_change


async def skip_turn(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> None:
    """Not this time: the pair is due again after its usual while."""
    pair.must_lead(by)
    if meeting := await find_open_meeting(session, pair.series):
        meeting.sequence += 1
        _end(meeting, State.SKIPPED, now)
    _postpone(pair, pair.leader.local(now).date())


async def add_met_meeting(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting:
    """They have just met, planned or not."""
    pair.must_lead(by)
    meeting = await find_open_meeting(session, pair.series) or add_meeting(session, pair, State.PLANNED, now)
    meeting.starts_at = meeting.starts_at if meeting.starts_at and meeting.starts_at <= now else now - meeting.length
    meeting.slots = []
    await session.flush()
    mark_met(pair, meeting, now=now)
    return meeting


def mark_met(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    _end(meeting, State.MET, now)
    _count_as_met(pair, meeting)


def assume_met(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Nobody said what became of it. What two people have planned mostly happens, so it counts as held."""
    _end(meeting, State.LET_GO, now)
    _count_as_met(pair, meeting)


def _count_as_met(pair: Pair, meeting: Meeting) -> None:
    series = pair.series
    series.met_on, series.is_missed, series.asked_at = pair.leader.local(meeting.span[0]).date(), False, None
    series.due_on = rules.due_after(series.rule, series.met_on)


def mark_missed(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Not yet: it goes to the head of the rota."""
    _end(meeting, State.MISSED, now)
    series = pair.series
    series.is_missed, series.due_on = True, min(series.due_on, pair.leader.local(meeting.span[0]).date())


def mark_skipped(pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    _end(meeting, State.SKIPPED, now)
    _postpone(pair, pair.leader.local(meeting.span[0]).date())


def expire(meeting: Meeting, *, now: datetime) -> None:
    """Nobody chose in time."""
    _end(meeting, State.LAPSED, now)


def _end(meeting: Meeting, state: State, now: datetime) -> None:
    meeting.state, meeting.ended_at = state, now


def _postpone(pair: Pair, day: date) -> None:
    series = pair.series
    series.is_missed, series.asked_at = False, None
    series.due_on = rules.due_after(series.rule, max(day, series.due_on))


async def record_met(session: AsyncSession, pair: Pair, by: str, words: str, now: datetime) -> Post:
    """They have just met; words are not kept, since a note is read by both."""
    was_asked = pair.series.asked_at is not None
    await _cancel_planned(session, pair, by, now)
    meeting = await add_met_meeting(session, pair, by, now=now)
    await conclude(session, pair, meeting, now=now)
    await show_answer(session, 0, pair, {"is": "met"}, now, was_asked=was_asked)
    return cards.recorded(pair, meeting, words)


async def _cancel_planned(session: AsyncSession, pair: Pair, by: str, now: datetime) -> None:
    """They have met sooner: what stands in their calendars goes."""
    pair.must_lead(by)
    meeting = await find_open_meeting(session, pair.series)
    if meeting and meeting.starts_at and meeting.starts_at > now:
        await bookings.cancel(session, pair, meeting, now=now)
        told = cards.met_sooner(pair.leader)
        await announce_change(session, pair, meeting, by=pair.leader, told=told, now=now)


async def ask_outcome(session: AsyncSession, pair: Pair, meeting: Meeting, following: JobName, now: datetime) -> None:
    post = cards.outcome(pair, meeting, again=following is LET_GO)
    morning = await meetings.ask_outcome(session, post, pair.leader, pair.team, now=now)
    await scheduler.put_about(session, following, pair.team, About(ABOUT, meeting.id), due_at=morning, now=now)


async def conclude(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Show what became of a meeting on every card of it, and count it; the clock has nothing more to do."""
    if meeting.state == State.MET:
        await balance_queries.count_time(
            session, pair.team, pair.leader.id, part=Part.PEOPLE, minutes=meeting.minutes,
            started_at=meeting.span[0], source=f"{ABOUT}:{meeting.id}", now=now,
        )  # fmt: skip
    await updates.plan_jobs(session, pair, meeting, now=now)
    await show_outcome(session, pair, meeting, now)


async def show_outcome(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    await outbox.edit(session, cards.recorded(pair, meeting), to=pair.leader.dm, not_before=now)
    for reader in (pair.leader, pair.agent):
        await outbox.edit(session, cards.card(pair, meeting, reader), to=reader.dm, not_before=now)
