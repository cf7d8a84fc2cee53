"""Queries of the leader's week: what a leader did in it, what ends next, and which weeks were sent."""

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime

from sqlalchemy import ColumnElement, Select, and_, delete, func, or_, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.sessions import insert
from bot.features.weekly.models import LeaderWeek
from bot.features.weekly.rules import Ahead
from bot.followups.models import Event, Followup, Kind, Reason, State
from bot.followups.rules import Step
from bot.meetings.models import OPEN, Meeting, Series
from bot.meetings.models import Kind as MeetingKind
from bot.meetings.models import State as MeetingState
from bot.org.people import Person

HELD, MISSED, UNKNOWN = MeetingState.MET, MeetingState.MISSED, "unknown"
UNCOUNTED = (Reason.WITHDRAWN, Reason.MERGED)
"""Reasons for which a follow-up is closed without being settled."""


async def record_close(session: AsyncSession, person: Person, week: str, at: datetime) -> bool:
    """Record that a week is sent. Return False if it was sent before, also by another replica at the same moment."""
    row = {"workspace_id": person.workspace_id, "person_id": person.id, "week": week, "closed_at": at}
    added = insert(session, LeaderWeek).values(row).on_conflict_do_nothing().returning(LeaderWeek.week)
    return await session.scalar(added) is not None


async def discard_close(session: AsyncSession, person: Person, week: str) -> None:
    """Delete the record of a week that is not sent after all."""
    await session.execute(delete(LeaderWeek).where(*_is_week(person, week)))


async def find_close(session: AsyncSession, person: Person, week: str) -> datetime | None:
    """Return when a week that was sent closed, or None if it was not sent."""
    return await session.scalar(select(LeaderWeek.closed_at).where(*_is_week(person, week)))


def _is_week(person: Person, week: str) -> tuple[ColumnElement[bool], ...]:
    is_theirs = (LeaderWeek.workspace_id == person.workspace_id, LeaderWeek.person_id == person.id)
    return (*is_theirs, LeaderWeek.week == week)


async def find_sent(session: AsyncSession, workspace_id: str, weeks: Mapping[str, str]) -> set[str]:
    """Return which people got their week already. `weeks` has the week of each of them."""
    rows = select(LeaderWeek.person_id, LeaderWeek.week).where(
        LeaderWeek.workspace_id == workspace_id,
        LeaderWeek.person_id.in_(sorted(weeks)),
        LeaderWeek.week.in_(sorted({*weeks.values()})),
    )
    return {person_id for person_id, week in await session.execute(rows) if weeks[person_id] == week}


async def find_told(session: AsyncSession, leaders: Sequence[Person], *, since: datetime) -> set[str]:
    """Return the ids of those leaders, all of one workspace, to whom a week was sent since then."""
    if not leaders:
        return set()
    sent = select(LeaderWeek.person_id).where(
        LeaderWeek.workspace_id == leaders[0].workspace_id,
        LeaderWeek.person_id.in_({each.id for each in leaders}),
        LeaderWeek.closed_at > since,
    )
    return set(await session.scalars(sent))


async def count_one_on_ones(session: AsyncSession, leader: Person, since: datetime, until: datetime) -> tuple[int, int]:
    """Return how many one-on-ones were held and how many were due, each pair counted once.

    Those that nobody has confirmed, that were skipped, or for which there is a time or an offer, count as neither.
    """
    past: dict[str, set[int | None]] = {HELD: set(), MISSED: set(), UNKNOWN: set()}
    rows = select(Meeting.series_id, Meeting.state, Meeting.is_confirmed).where(
        Meeting.workspace_id == leader.workspace_id,
        Meeting.organizer_id == leader.id,
        Meeting.kind == MeetingKind.ONE_ON_ONE,
        Meeting.state.in_([MeetingState.MET, MeetingState.MISSED]),
        Meeting.starts_at >= since,
        Meeting.starts_at < until,
    )
    for series_id, state, is_confirmed in await session.execute(rows):
        past[state if is_confirmed else UNKNOWN].add(series_id)
    due = {*await session.scalars(_due(leader, leader.local(since).date(), leader.local(until).date()))}
    return len(past[HELD]), len(past[HELD] | ((past[MISSED] | due) - past[UNKNOWN]))


def _due(leader: Person, since: date, until: date) -> Select[int | None]:
    """Return the query for the leader's series that were due from a day to the day before another.

    Those with a time or an offer are left out. The day on which a week closes is not over, so it counts in the next.
    """
    arranged = select(Meeting.id).where(Meeting.series_id == Series.id, Meeting.state.in_(OPEN))
    return select(Series.id).where(
        Series.workspace_id == leader.workspace_id,
        Series.leader_id == leader.id,
        Series.ended_at.is_(None),
        Series.due_on >= since,
        Series.due_on < until,
        ~arranged.exists(),
    )


async def count_closed(session: AsyncSession, leader: Person, since: datetime, until: datetime) -> dict[Kind, int]:
    """Return how many roadblocks and ideas the leader brought to an end, and how many promises they kept.

    Those that were reopened since are not counted, nor are promises that ended in any other way.
    """
    rows = (
        select(Followup.kind, func.count(Followup.id.distinct()))
        .join(Event, Event.followup_id == Followup.id)
        .where(
            Followup.workspace_id == leader.workspace_id,
            or_(and_(Followup.owner_id == leader.id, Followup.state == State.ANSWERED), Followup.closed_at >= since),
            or_(Followup.reason.is_(None), Followup.reason.not_in(UNCOUNTED)),
            or_(Followup.kind != Kind.PROMISE, func.coalesce(Followup.reason, Reason.DONE) == Reason.DONE),
            Event.by_id == leader.id,
            Event.step.in_([Step.ANSWER, Step.CLOSE]),
            Event.at >= since,
            Event.at < until,
        )
    )
    counts = [(Kind(kind), many) for kind, many in await session.execute(rows.group_by(Followup.kind))]
    return dict(sorted(counts, key=lambda count: [*Kind].index(count[0])))


async def list_ahead(
    session: AsyncSession, leader: Person, team_ids: Collection[int], after: date, until: date
) -> list[Ahead]:
    """Return the leader's promises that are due and the experiments that end in a span of days, soonest first.

    These are the experiments that the leader owns, and those of their teams.
    """
    is_mine = Followup.owner_id == leader.id
    promise = and_(Followup.kind == Kind.PROMISE, is_mine, Followup.due_on > after, Followup.due_on <= until)
    experiment = and_(
        Followup.kind == Kind.IDEA,
        or_(is_mine, Followup.team_id.in_(sorted(team_ids))),
        Followup.experiment_ends_on > after,
        Followup.experiment_ends_on <= until,
    )
    rows = select(Followup).where(
        Followup.workspace_id == leader.workspace_id, Followup.state == State.OWNED, or_(promise, experiment)
    )
    found = (await session.scalars(rows.order_by(Followup.id))).all()
    ahead = [Ahead(Kind(each.kind), each.text, each.due_on or each.experiment_ends_on or after) for each in found]
    return sorted(ahead, key=lambda each: each.day)
