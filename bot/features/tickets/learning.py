"""What is usual at each hour of the week, learnt at night from the days before; it never looks further back."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.tickets.spike import WEEKS, Usual, mixed
from bot.features.tickets.tables import Hour, Known, Queue
from bot.teams.tables import Team

AN_HOUR = timedelta(hours=1)
A_DAY = timedelta(days=1)
DAYS = 2
"""So far back it looks at most: after a longer silence nobody knows what came."""
QUARTERS = 4


def full_hour(moment: datetime) -> datetime:
    return moment.astimezone(UTC).replace(minute=0, second=0, microsecond=0)


def next_hour(moment: datetime) -> datetime:
    return full_hour(moment) + AN_HOUR


def hour_of(moment: datetime, zone: str) -> int:
    """The hour of the week, by the team's own clock."""
    local = full_hour(moment).astimezone(ZoneInfo(zone))
    return local.weekday() * 24 + local.hour


async def usual_at(session: AsyncSession, queue: Queue, zone: str, now: datetime) -> Usual:
    """What usually comes in the quarter of an hour that ends now."""
    this, before = hour_of(now, zone), hour_of(now - AN_HOUR, zone)
    known = await _hours(session, queue, {this, before})
    return mixed(_usual(known.get(before)), _usual(known.get(this)), (now - full_hour(now)).total_seconds() / 60)


async def usual_peak(session: AsyncSession, team: Team) -> int | None:
    """The hour of the team's week in which most comes, of all its queues; None while no hour is known."""
    theirs = select(Hour.hour).join(Queue, Queue.id == Hour.queue_id).where(Queue.team_id == team.id)
    known = theirs.where(Hour.weeks >= WEEKS, Hour.mean > 0).group_by(Hour.hour)
    return await session.scalar(known.order_by(func.sum(Hour.mean).desc(), Hour.hour).limit(1))


async def learn(session: AsyncSession, workspace_id: str, *, now: datetime, limit: int) -> int:
    """Learn from the last days of queues that have not; says of how many."""
    due = select(Queue, Team.zone).join(Team, Team.id == Queue.team_id).order_by(Queue.id).limit(limit)
    due = due.where(Queue.workspace_id == workspace_id, Queue.learnt_until <= full_hour(now) - A_DAY)
    held = due.with_for_update(of=Queue).execution_options(populate_existing=True)
    queues = (await session.execute(held)).all()
    for queue, zone in queues:
        start = max(queue.learnt_until, full_hour(now) - DAYS * A_DAY)
        while start + A_DAY <= now:
            await _learn_day(session, queue, zone, start)
            start += A_DAY
        queue.learnt_until = start
    return len(queues)


async def _learn_day(session: AsyncSession, queue: Queue, zone: str, start: datetime) -> None:
    """A day on which nothing came teaches nothing: it was a day off, or the sender was silent."""
    counts = await _counts(session, queue, start)
    if not any(counts.values()):
        return
    known = await _hours(session, queue, {hour_of(at, zone) for at in counts})
    for at, many in counts.items():
        hour = hour_of(at, zone)
        if hour not in known:
            known[hour] = Hour(queue.id, hour, queue.workspace_id, 0.0, 0)
            session.add(known[hour])
        learnt = _usual(known[hour]).after(many / QUARTERS)
        known[hour].mean, known[hour].weeks = learnt.mean, learnt.weeks
    await session.flush()


async def _counts(session: AsyncSession, queue: Queue, start: datetime) -> dict[datetime, int]:
    """How many came in each hour of a day, in one read."""
    hours = [start + number * AN_HOUR for number in range(24)]
    came = [func.count().filter(Known.came_at >= at, Known.came_at < at + AN_HOUR) for at in hours]
    theirs = select(*came).where(Known.queue_id == queue.id, Known.came_at >= start, Known.came_at < start + A_DAY)
    return dict(zip(hours, (await session.execute(theirs)).one(), strict=True))


async def _hours(session: AsyncSession, queue: Queue, hours: set[int]) -> dict[int, Hour]:
    theirs = select(Hour).where(Hour.queue_id == queue.id, Hour.hour.in_(hours))
    return {each.hour: each for each in await session.scalars(theirs)}


def _usual(hour: Hour | None) -> Usual:
    return Usual(hour.mean, hour.weeks) if hour else Usual()
