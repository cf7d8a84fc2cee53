"""Queries on meetings of every kind, the people who meet, and their busy times."""

from collections.abc import Collection, Sequence
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Select, bindparam, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db import locks
from bot.errors import AnswerTooLate
from bot.meetings.models import OPEN, Kind, Meeting, Series, State
from bot.meetings.rules import Pair
from bot.org import people as org_people
from bot.org.availability.slots import Busy
from bot.org.people import Ids
from bot.org.teams import membership
from bot.org.teams.models import Role, Team
from bot.refusals import common

LONGEST = timedelta(hours=4)
"""The longest that a meeting may last: a meeting that started earlier is over."""
RECENT = timedelta(days=14)


async def find_busy(session: AsyncSession, workspace_id: str, ids: Ids, now: datetime) -> list[Busy]:
    """Return these people's planned, requested and offered times, for any kind of meeting."""
    asked = {"workspace_id": workspace_id, "since": now - LONGEST}
    if isinstance(ids, Select):
        found = await session.scalars(_with_times(ids), asked)
    else:
        found = await session.scalars(_WITH_TIMES, {**asked, "ids": [*ids]})
    return [
        Busy({each.organizer_id, each.attendee_id}, (at, at + each.length), each.about, each.state == State.PLANNED)
        for each in found
        for at in each.times
    ]


def _with_times(ids: Any) -> Select[Meeting]:
    """Select the meetings with times at which these people are busy."""
    return select(Meeting).where(
        Meeting.workspace_id == bindparam("workspace_id"),
        or_(Meeting.organizer_id.in_(ids), Meeting.attendee_id.in_(ids)),
        Meeting.state.in_(OPEN),
        Meeting.starts_at > bindparam("since"),
    )


_WITH_TIMES = _with_times(bindparam("ids", expanding=True))


async def busy_of(session: AsyncSession, pair: Pair, now: datetime) -> list[Busy]:
    """Return both people's busy times, for any kind of meeting."""
    return await find_busy(session, pair.team.workspace_id, pair.ids, now)


async def lock_own_meeting(
    session: AsyncSession, workspace_id: str, person_id: str, meeting_id: int, *, books: bool = False
) -> tuple[Pair, Meeting]:
    """Lock and return a meeting and the two people in it, if this person is one of them.

    Raises `AnswerTooLate` for anybody else, such as people who were asked before the current attendee, and if the
    meeting is orphaned because a person's role has changed. With `books`, both people are locked too, so that nobody
    else books a meeting with them.
    """
    meeting = await session.get(Meeting, meeting_id)
    if meeting is None or meeting.workspace_id != workspace_id:
        raise AnswerTooLate(common.GONE)
    if books:
        await org_people.lock_people(session, workspace_id, (meeting.organizer_id, meeting.attendee_id))
    pair, meeting = await lock_meeting(session, meeting_id)
    is_theirs = person_id in pair.ids
    if not is_theirs or ((meeting.is_open or pair.of) and await is_orphaned(session, pair, meeting)):
        raise AnswerTooLate(common.SETTLED[meeting.kind])
    return pair, meeting


async def lock_meeting(session: AsyncSession, meeting_id: int) -> tuple[Pair, Meeting]:
    """Lock and return a meeting and its people. Locks its series too, and with it the other meetings of the series."""
    meeting = await session.get_one(Meeting, meeting_id)
    if meeting.series_id:
        await locks.lock_row(session, Series, meeting.series_id)
    await locks.lock_row(session, Meeting, meeting_id, refresh=True)
    return await load_pair(session, meeting), meeting


async def load_pair(session: AsyncSession, meeting: Meeting) -> Pair:
    people = await org_people.fetch_people(session, meeting.workspace_id, (meeting.organizer_id, meeting.attendee_id))
    series = await session.get_one(Series, meeting.series_id) if meeting.series_id else None
    team = await session.get_one(Team, meeting.team_id)
    return Pair(team, people[meeting.organizer_id], people[meeting.attendee_id], series)


async def add(
    session: AsyncSession, kind: Kind, pair: Pair, state: State, starts_at: datetime, *, minutes: int, now: datetime
) -> Meeting:
    meeting = Meeting(
        pair.team.workspace_id, pair.team.id, kind, pair.organizer.id, pair.attendee.id, minutes,
        starts_at=starts_at, made_at=now, state=state, series_id=pair.of.id if pair.of else None,
    )  # fmt: skip
    session.add(meeting)
    await session.flush()
    return meeting


async def find_open(session: AsyncSession, workspace_id: str, person_id: str, kind: Kind) -> Sequence[Meeting]:
    """Return a person's open meetings of a kind, soonest first."""
    either = or_(Meeting.organizer_id == person_id, Meeting.attendee_id == person_id)
    return await _soonest_first(session, Meeting.workspace_id == workspace_id, either, Meeting.kind == kind)


async def find_planned(session: AsyncSession, team_ids: Collection[int], kind: Kind) -> Sequence[Meeting]:
    """Return the planned meetings of teams, soonest first."""
    theirs = Meeting.team_id.in_(team_ids), Meeting.kind == kind, Meeting.state == State.PLANNED
    return await _soonest_first(session, *theirs)


async def _soonest_first(session: AsyncSession, *which: ColumnElement[bool]) -> Sequence[Meeting]:
    found = select(Meeting).where(*which, Meeting.state.in_(OPEN)).order_by(Meeting.starts_at, Meeting.id)
    return (await session.scalars(found)).all()


async def find_offers_during(session: AsyncSession, pair: Pair, meeting: Meeting) -> list[Meeting]:
    """Return the one-on-one requests in which an offered time overlaps a meeting of either participant."""
    (start, end), ids = meeting.span, pair.ids
    theirs = select(Meeting).where(
        Meeting.workspace_id == meeting.workspace_id,
        or_(Meeting.organizer_id.in_(ids), Meeting.attendee_id.in_(ids)),
        Meeting.state == State.REQUESTED,
        Meeting.series_id.is_not(None),
    )
    found = await session.scalars(theirs.order_by(Meeting.id))
    return [each for each in found if any(at < end and start < at + each.length for at in each.times)]


async def find_to_write_up(
    session: AsyncSession, workspace_id: str, by: str, kind: Kind, *, attendee_id: str = "", now: datetime
) -> Meeting | None:
    """Return the latest meeting of the last two weeks that an organizer can write up, or None.

    With `attendee_id`, only meetings with that attendee count, and a meeting in the future counts too.
    """
    theirs = select(Meeting).where(
        Meeting.workspace_id == workspace_id,
        Meeting.organizer_id == by,
        Meeting.kind == kind,
        Meeting.state.in_([State.PLANNED, State.MISSED]),
        Meeting.starts_at > now - RECENT,
        Meeting.attendee_id == attendee_id if attendee_id else Meeting.starts_at <= now,
    )
    return await session.scalar(theirs.order_by(Meeting.starts_at.desc(), Meeting.id.desc()).limit(1))


async def lock_orphaned(session: AsyncSession, team: Team) -> list[Meeting]:
    """Lock and return a team's open meetings that cannot happen because a person's role has changed.

    Meetings of a series are not included.
    """
    theirs = select(Meeting).where(Meeting.team_id == team.id, Meeting.state.in_(OPEN), Meeting.series_id.is_(None))
    found = (await session.scalars(locks.for_update(theirs.order_by(Meeting.id), Meeting))).all()
    return [each for each in found if await is_orphaned(session, await load_pair(session, each), each)]


async def is_orphaned(session: AsyncSession, pair: Pair, meeting: Meeting) -> bool:
    """Return whether one of the two people is no longer in the role that the meeting needs."""
    organizer, attendee = [await membership.member(session, pair.team, each.id) for each in pair.people]
    if pair.of:
        return pair.of.ended_at is None and not (organizer and attendee)
    leads = organizer is not None and organizer.role is Role.LEADER
    if meeting.kind == Kind.VISIT:
        leads = pair.team.sponsor_id == pair.organizer.id
    return not leads or attendee is None or attendee.role is not Role.AGENT
