"""Count tickets by queue, and learn the usual number for each hour of the week.

A queue's row is locked while its tickets are counted.
"""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Ticket
from bot.db import locks
from bot.db.sessions import insert
from bot.features.tickets import rules
from bot.features.tickets.models import KnownTicket, TicketQueue, UsualHour
from bot.features.tickets.rules import AN_HOUR, MIN_WEEKS, Bounds, Usual, mix_hours, next_hour, spike_bounds
from bot.features.tickets.settings import Settings
from bot.org.teams.models import Team
from bot.text.normalization import find_spelling, queue_name

SOURCE = "tickets"
WINDOW = timedelta(minutes=15)


@dataclass(frozen=True)
class Load:
    """The current load of a queue."""

    came: int
    """Arrivals in the last 15 minutes."""
    open: int
    """Open tickets, among those with an event in recent days."""
    usual: Usual
    bounds: Bounds


async def lock_queue(session: AsyncSession, team: Team, name: str, *, now: datetime) -> TicketQueue:
    """Lock and return a team's queue by name, ignoring case and spaces; create it if it is new."""
    theirs = select(TicketQueue.name).where(TicketQueue.team_id == team.id).order_by(TicketQueue.id)
    name = find_spelling(name, await session.scalars(theirs)) or queue_name(name)
    row = {"workspace_id": team.workspace_id, "team_id": team.id, "name": name, "open": 0, "told": 0}
    made = insert(session, TicketQueue).values(row | {"learnt_until": next_hour(now)})
    await session.execute(made.on_conflict_do_nothing())
    this = select(TicketQueue).where(TicketQueue.team_id == team.id, TicketQueue.name == name)
    return (await session.scalars(_locked(this))).one()


async def lock_queue_by_id(session: AsyncSession, team: Team, queue_id: int) -> TicketQueue:
    this = select(TicketQueue).where(TicketQueue.team_id == team.id, TicketQueue.id == queue_id)
    return (await session.scalars(_locked(this))).one()


def _locked(query: Select[TicketQueue]) -> Select[TicketQueue]:
    return locks.for_update(query, TicketQueue).execution_options(populate_existing=True)


async def count_tickets(session: AsyncSession, queue: TicketQueue, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """Count the tickets that arrived and closed, each ticket once. The caller must have locked the queue."""
    theirs = select(KnownTicket).where(
        KnownTicket.queue_id == queue.id, KnownTicket.id.in_({each.id for each in tickets})
    )
    known = {each.id: each for each in await session.scalars(theirs)}
    for ticket in sorted(tickets, key=lambda each: each.at):
        if ticket.id not in known:
            known[ticket.id] = KnownTicket(queue.workspace_id, queue.id, ticket.id, now)
            session.add(known[ticket.id])
        one = known[ticket.id]
        was_open, one.heard_at = one.is_open, now
        one.apply_event(bool(ticket.came), min(ticket.at, now))
        queue.open += one.is_open - was_open
    await session.flush()


async def find_load(
    session: AsyncSession, team: Team, queue: TicketQueue, *, percent: int = 100, now: datetime
) -> Load:
    """Return a queue's load, with its thresholds lowered to `percent` of the usual ones."""
    lately = select(func.count()).where(
        KnownTicket.queue_id == queue.id, KnownTicket.came_at > now - WINDOW, KnownTicket.came_at <= now
    )
    usual, chosen = await find_usual(session, queue, team.zone, now), Settings.of(team)
    allowed = spike_bounds(usual, limit=chosen.limit, least=chosen.least)
    return Load(await session.scalar(lately) or 0, queue.open, usual, rules.lower_bounds(allowed, percent))


A_DAY = timedelta(days=1)


MOST_DAYS = 2
"""How many days back to learn at most, even after a longer gap."""


QUARTERS = 4


async def find_usual(session: AsyncSession, queue: TicketQueue, zone: str, now: datetime) -> Usual:
    """Return the usual number of tickets that arrive in the 15 minutes that end now."""
    this, before = rules.hour_of_week(now, zone), rules.hour_of_week(now - AN_HOUR, zone)
    known = await _find_hours(session, queue, {this, before})
    return mix_hours(
        _usual(known.get(before)), _usual(known.get(this)), (now - rules.full_hour(now)).total_seconds() / 60
    )


async def find_usual_peaks(session: AsyncSession, team_ids: Collection[int]) -> dict[int, int]:
    """Return the busiest hour of each team's week, over all its queues, without teams of which no hour is known."""
    theirs = (
        select(TicketQueue.team_id, UsualHour.hour)
        .join(TicketQueue, TicketQueue.id == UsualHour.queue_id)
        .where(TicketQueue.team_id.in_(team_ids), UsualHour.weeks >= MIN_WEEKS, UsualHour.mean > 0)
        .group_by(TicketQueue.team_id, UsualHour.hour)
    )
    busiest_last = theirs.order_by(func.sum(UsualHour.mean), UsualHour.hour.desc())
    return dict((await session.execute(busiest_last)).all())


async def learn_usual(session: AsyncSession, workspace_id: str, *, now: datetime, limit: int) -> int:
    """Learn each queue's usual numbers of tickets from recent days; return how many queues were updated."""
    due = (
        select(TicketQueue, Team.zone).join(Team, Team.id == TicketQueue.team_id).order_by(TicketQueue.id).limit(limit)
    )
    due = due.where(TicketQueue.workspace_id == workspace_id, TicketQueue.learnt_until <= rules.full_hour(now) - A_DAY)
    held = locks.for_update(due, TicketQueue).execution_options(populate_existing=True)
    queues = (await session.execute(held)).all()
    for queue, zone in queues:
        start = max(queue.learnt_until, rules.full_hour(now) - MOST_DAYS * A_DAY)
        while start + A_DAY <= now:
            await _learn_day(session, queue, zone, start)
            start += A_DAY
        queue.learnt_until = start
    return len(queues)


async def _learn_day(session: AsyncSession, queue: TicketQueue, zone: str, start: datetime) -> None:
    """Learn the usual numbers of tickets from one day, unless no ticket arrived.

    A day without tickets was a day off, or the sender was down.
    """
    counts = await _count_by_hour(session, queue, start)
    if not any(counts.values()):
        return
    known = await _find_hours(session, queue, {rules.hour_of_week(at, zone) for at in counts})
    for at, many in counts.items():
        hour = rules.hour_of_week(at, zone)
        if hour not in known:
            known[hour] = UsualHour(queue.id, hour, queue.workspace_id, 0.0, 0)
            session.add(known[hour])
        learnt = _usual(known[hour]).update_baseline(many / QUARTERS)
        known[hour].mean, known[hour].weeks = learnt.mean, learnt.weeks
    await session.flush()


async def _count_by_hour(session: AsyncSession, queue: TicketQueue, start: datetime) -> dict[datetime, int]:
    """Return how many tickets arrived in each hour of a day, in one query."""
    hours = [start + number * AN_HOUR for number in range(24)]
    came = [func.count().filter(KnownTicket.came_at >= at, KnownTicket.came_at < at + AN_HOUR) for at in hours]
    theirs = select(*came).where(
        KnownTicket.queue_id == queue.id, KnownTicket.came_at >= start, KnownTicket.came_at < start + A_DAY
    )
    return dict(zip(hours, (await session.execute(theirs)).one(), strict=True))


async def _find_hours(session: AsyncSession, queue: TicketQueue, hours: set[int]) -> dict[int, UsualHour]:
    theirs = select(UsualHour).where(UsualHour.queue_id == queue.id, UsualHour.hour.in_(hours))
    return {each.hour: each for each in await session.scalars(theirs)}


def _usual(hour: UsualHour | None) -> Usual:
    return Usual(hour.mean, hour.weeks) if hour else Usual()
