"""How a pair finds a time: proposed, chosen or countered, planned, moved, called off."""

from collections.abc import Sequence
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot import hours
from bot.directory import Ids
from bot.errors import UserError
from bot.features.oneonones.cadence import monday_of
from bot.features.oneonones.pairs import GONE, Pair, begin, must_be_open, open_one
from bot.features.oneonones.tables import Meeting, State

CHOICES = 3
TIME = "time"
"""The field of a form."""
PAST = "That time has passed. Pick a later one, please."
NEVER_TOGETHER = (
    "The two of you are never at work at the same time in the next three weeks. Find a time by talking, then tell me "
    "with *Already planned*."
)


async def propose(
    session: AsyncSession, pair: Pair, by: str, *, elsewhere: Sequence[hours.Span] = (), now: datetime
) -> Meeting:
    """Times for the agent to choose from, in the hours of both, and near the day on which the pair is due.

    `elsewhere` is when either of them does something else.
    """
    pair.must_lead(by)
    pair.must_be_active()
    found = await open_one(session, pair.series)
    if found and found.state == State.PLANNED:
        raise UserError("You two have a time already; `/1on1` shows it, and moves it if you like.")
    meeting = found or begin(session, pair, State.PROPOSED, now)
    taken = [*await _taken(session, pair, now), *elsewhere, *_refused(meeting)]
    times = hours.slots(pair.routines, _earliest(pair, now), meeting.length, CHOICES, taken)
    if not times:
        raise UserError(NEVER_TOGETHER)
    meeting.offer(State.PROPOSED, times)
    await session.flush()
    return meeting


async def pick(session: AsyncSession, pair: Pair, meeting: Meeting, by: str, nth: int, *, now: datetime) -> None:
    """The agent takes one of the times."""
    pair.must_be_agent(by)
    _must_be(meeting, State.PROPOSED)
    await _plan(session, pair, meeting, _nth(meeting, nth), now)


async def counter(session: AsyncSession, pair: Pair, meeting: Meeting, by: str, at: datetime, *, now: datetime) -> None:
    """The agent suggests another time, for the leader to accept."""
    pair.must_be_agent(by)
    _must_be(meeting, State.PROPOSED)
    await _must_suit(session, pair, meeting, at, now)
    meeting.offer(State.COUNTERED, [at])


async def accept(session: AsyncSession, pair: Pair, meeting: Meeting, by: str, *, now: datetime) -> None:
    """The leader takes the agent's own suggestion."""
    pair.must_lead(by)
    _must_be(meeting, State.COUNTERED)
    await _plan(session, pair, meeting, _nth(meeting, 0), now)


async def record_plan(session: AsyncSession, pair: Pair, by: str, at: datetime, *, now: datetime) -> Meeting:
    """The pair has agreed on a time without us: no invitation, but all that comes before and after."""
    pair.must_lead(by)
    pair.must_be_active()
    if at <= now:
        raise UserError(PAST, field=TIME)
    meeting = await open_one(session, pair.series) or begin(session, pair, State.PLANNED, now)
    meeting.state, meeting.starts_at, meeting.slots = State.PLANNED, at, []
    pair.series.asked_at = None
    await session.flush()
    return meeting


async def move(session: AsyncSession, pair: Pair, meeting: Meeting, at: datetime, *, now: datetime) -> None:
    """Another time for what is planned, or for what did not happen at its time; either of the two may say so."""
    _must_be(meeting, State.PLANNED)
    if at <= now:
        raise UserError(PAST, field=TIME)
    meeting.starts_at, meeting.sequence = at, meeting.sequence + 1


async def cancel(session: AsyncSession, pair: Pair, meeting: Meeting, *, now: datetime) -> None:
    """Call it off; the pair is due as before."""
    must_be_open(meeting)
    meeting.state, meeting.ended_at, meeting.sequence = State.CANCELLED, now, meeting.sequence + 1


async def ask(session: AsyncSession, pair: Pair, by: str, *, now: datetime) -> None:
    """The agent would like one, whenever it is due."""
    pair.must_be_agent(by)
    pair.must_be_active()
    found = await open_one(session, pair.series)
    if found and found.state == State.PLANNED:
        raise UserError("You two have a time already; `/1on1` shows it. Add a topic with `/1on1 topic …`.")
    pair.series.asked_at = now


async def _plan(session: AsyncSession, pair: Pair, meeting: Meeting, at: datetime, now: datetime) -> None:
    if at <= now:
        raise UserError(PAST, field=TIME)
    if _is_taken(at, meeting, await _taken(session, pair, now)):
        raise UserError("One of you has another one-on-one then by now. Pick another time, please.")
    meeting.state, meeting.starts_at, meeting.is_invited = State.PLANNED, at, True
    pair.series.asked_at = None


async def _must_suit(session: AsyncSession, pair: Pair, meeting: Meeting, at: datetime, now: datetime) -> None:
    if at <= now:
        raise UserError(PAST, field=TIME)
    if not hours.suits(pair.routines[:1], at, meeting.length):
        raise UserError(f"@{pair.leader.name} is not at work then. Pick a time in their day, please.", field=TIME)
    if _is_taken(at, meeting, await _taken(session, pair, now)):
        raise UserError("One of you has another one-on-one then. Pick another time, please.", field=TIME)


async def busy(session: AsyncSession, workspace_id: str, ids: Ids, *, now: datetime) -> list[hours.Busy]:
    """Who of these people sits in a one-on-one, and when."""
    theirs = select(Meeting).where(
        Meeting.workspace_id == workspace_id,
        or_(Meeting.leader_id.in_(ids), Meeting.agent_id.in_(ids)),
        Meeting.state == State.PLANNED,
        Meeting.starts_at > now - timedelta(hours=3),
    )
    return [hours.Busy({each.leader_id, each.agent_id}, each.span) for each in await session.scalars(theirs)]


async def _taken(session: AsyncSession, pair: Pair, now: datetime) -> list[hours.Span]:
    """When either of the two sits in a one-on-one."""
    return [each.span for each in await busy(session, pair.series.workspace_id, pair.series.pair, now=now)]


def _refused(meeting: Meeting) -> list[hours.Span]:
    times = [datetime.fromisoformat(slot) for slot in (*meeting.refused, *meeting.slots)]
    return [(at, at + meeting.length) for at in times]


def _is_taken(at: datetime, meeting: Meeting, taken: Sequence[hours.Span]) -> bool:
    return any(start < at + meeting.length and at < end for start, end in taken)


def _earliest(pair: Pair, now: datetime) -> datetime:
    """From the agent's next morning on, and not before the week in which they are due, unless the agent asked."""
    morning = hours.next_morning(hours.of_person(pair.agent, pair.team), now)
    if pair.series.asked_at or pair.series.is_missed:
        return morning
    monday = datetime.combine(monday_of(pair.series.due_on), time(), ZoneInfo(pair.leader.zone))
    return max(morning, monday)


def _nth(meeting: Meeting, nth: int) -> datetime:
    if not 0 <= nth < len(meeting.slots):
        raise UserError(GONE)
    return meeting.times[nth]


def _must_be(meeting: Meeting, state: State) -> None:
    if meeting.state != state:
        raise UserError(GONE)
