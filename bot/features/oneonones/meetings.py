"""How a pair finds a time: proposed, chosen or countered, planned, moved, called off."""

from collections.abc import Sequence
from datetime import datetime, timedelta

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.directory import Ids
from bot.errors import Passed, UserError
from bot.features.oneonones import offers
from bot.features.oneonones.pairs import GONE, Pair, begin, must_be_open, open_one
from bot.features.oneonones.tables import OPEN, Meeting, State
from bot.hours import slots
from bot.hours.slots import Busy

LONGEST = timedelta(hours=3)
"""None that began so long ago still goes on."""
TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
TAKEN = "One of you has something else then. Pick another time, please."
TAKEN_BY_NOW = "One of you has something else then by now. *Propose other times* finds new ones."
NEVER_TOGETHER = (
    "The two of you are never at work at the same time in the next three weeks. Find a time by talking, then tell me "
    "with *Already planned*."
)


async def propose(session: AsyncSession, pair: Pair, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> Meeting:
    """Times for the agent to choose from, in the hours of both, and before the day on which the pair is due.

    `busy` is all that either of them does.
    """
    pair.must_lead(by)
    pair.must_be_active()
    found = await open_one(session, pair.series)
    if found and found.state == State.PLANNED:
        raise UserError("You two have a time already; `/1on1` shows it, and moves it if you like.")
    meeting = found or begin(session, pair, State.PROPOSED, now)
    times = offers.times(pair, meeting, busy, now)
    if not times:
        raise UserError(NEVER_TOGETHER)
    meeting.offer(State.PROPOSED, times)
    await session.flush()
    return meeting


def pick(pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> bool:
    """The agent takes one of the times; False when it has gone by then, and fresh ones are there instead."""
    pair.must_be_agent(by)
    _must_be(meeting, State.PROPOSED)
    if at in meeting.times and offers.is_free(pair, meeting, at, busy, now):
        _plan(pair, meeting, at)
        return True
    offers.refresh(pair, meeting, busy, now)
    return False


def counter(pair: Pair, meeting: Meeting, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """The agent suggests another time, for the leader to accept."""
    pair.must_be_agent(by)
    _must_be(meeting, State.PROPOSED)
    _must_be_free(pair, meeting, at, busy, now)
    if not slots.suits(pair.routines[:1], at, meeting.length):
        raise UserError(f"{pair.leader.shown} is not at work then. Pick a time in their day, please.", field=TIME)
    meeting.offer(State.COUNTERED, [at])


def accept(pair: Pair, meeting: Meeting, by: str, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """The leader takes the agent's own suggestion."""
    pair.must_lead(by)
    _must_be(meeting, State.COUNTERED)
    (at,) = meeting.times
    if not offers.is_free(pair, meeting, at, busy, now):
        raise UserError(TAKEN_BY_NOW if at > now else PAST)
    _plan(pair, meeting, at)


async def record_plan(
    session: AsyncSession, pair: Pair, by: str, at: datetime, *, busy: Sequence[Busy] = (), now: datetime
) -> Meeting:
    """The pair has agreed on a time without us: no invitation, but all that comes before and after."""
    pair.must_lead(by)
    pair.must_be_active()
    meeting = await open_one(session, pair.series) or begin(session, pair, State.PLANNED, now)
    _must_be_free(pair, meeting, at, busy, now)
    meeting.state, meeting.starts_at, meeting.slots = State.PLANNED, at, []
    pair.series.asked_at = None
    await session.flush()
    return meeting


def move(pair: Pair, meeting: Meeting, at: datetime, *, busy: Sequence[Busy] = (), now: datetime) -> None:
    """Another time for what is planned, or for what did not happen at its time; either of the two may say so."""
    _must_be(meeting, State.PLANNED)
    _must_be_free(pair, meeting, at, busy, now)
    meeting.starts_at, meeting.sequence = at, meeting.sequence + 1


async def cancel(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Call it off; the pair is due as before."""
    must_be_open(meeting)
    meeting.state, meeting.ended_at, meeting.sequence = State.CANCELLED, now, meeting.sequence + 1


async def ask(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> Meeting | None:
    """The agent would like one, whenever it is due; returns the meeting for which times are offered already, if any.

    A wish stays open, and one and the same, until a time is agreed on or the leader lets it go.
    """
    pair.must_be_agent(by)
    pair.must_be_active()
    found = await open_one(session, pair.series)
    if found and found.state == State.PLANNED:
        raise UserError("You two have a time already; `/1on1` shows it. Add a topic with `/1on1 topic …`.")
    pair.series.asked_at = pair.series.asked_at or now
    return found


async def busy(session: AsyncSession, workspace_id: str, ids: Ids, *, now: datetime) -> list[Busy]:
    """When these people sit in a one-on-one, or are offered one."""
    theirs = select(Meeting).where(
        Meeting.workspace_id == workspace_id,
        or_(Meeting.leader_id.in_(ids), Meeting.agent_id.in_(ids)),
        Meeting.state.in_(OPEN),
        or_(Meeting.starts_at.is_(None), Meeting.starts_at > now - LONGEST),
    )
    return [busy for each in await session.scalars(theirs) for busy in _busy(each)]


def _busy(meeting: Meeting) -> list[Busy]:
    ids, is_planned = {meeting.leader_id, meeting.agent_id}, meeting.state == State.PLANNED
    spans = [meeting.span] if is_planned else [(at, at + meeting.length) for at in meeting.times]
    return [Busy(ids, span, meeting.about, is_planned) for span in spans]


def _plan(pair: Pair, meeting: Meeting, at: datetime) -> None:
    meeting.state, meeting.starts_at, meeting.is_invited = State.PLANNED, at, True
    pair.series.asked_at = None


def _must_be_free(pair: Pair, meeting: Meeting, at: datetime, busy: Sequence[Busy], now: datetime) -> None:
    if at <= now:
        raise UserError(PAST, field=TIME)
    if not offers.is_free(pair, meeting, at, busy, now):
        raise UserError(TAKEN, field=TIME)


def _must_be(meeting: Meeting, state: State) -> None:
    if meeting.state != state:
        raise Passed(GONE)
