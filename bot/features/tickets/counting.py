"""Tickets that come and leave, counted queue by queue; each queue is held while something of it is counted."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Select, delete, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.alerts import Signal, Ticket
from bot.database import insert
from bot.features.tickets.learning import next_hour, usual_at
from bot.features.tickets.settings import Settings
from bot.features.tickets.spike import Bounds, Usual, bounds
from bot.features.tickets.tables import Known, Queue
from bot.names import known_as, queue_name
from bot.teams.tables import Team

SOURCE = "tickets"
WINDOW = timedelta(minutes=15)
GROWN = 1.25
"""A spike that goes on is told again when it has grown by so much."""
MOST_QUEUES = 50


@dataclass(frozen=True)
class Load:
    """How a queue is now."""

    came: int
    """In the last 15 minutes."""
    open: int
    """Of the tickets that were heard of in the last days."""
    usual: Usual
    bounds: Bounds


async def hold(session: AsyncSession, team: Team, name: str, *, now: datetime) -> Queue:
    """Return the queue of that name in any spelling, created if it is new, with its row locked."""
    theirs = select(Queue.name).where(Queue.team_id == team.id).order_by(Queue.id)
    name = known_as(name, await session.scalars(theirs)) or queue_name(name)
    row = {"workspace_id": team.workspace_id, "team_id": team.id, "name": name, "open": 0, "told": 0}
    made = insert(session, Queue).values(row | {"learnt_until": next_hour(now)})
    await session.execute(made.on_conflict_do_nothing())
    this = select(Queue).where(Queue.team_id == team.id, Queue.name == name)
    return (await session.scalars(_held(this))).one()


async def again(session: AsyncSession, team: Team, queue_id: int) -> Queue:
    return (await session.scalars(_held(select(Queue).where(Queue.team_id == team.id, Queue.id == queue_id)))).one()


def _held(query: Select[Queue]) -> Select[Queue]:
    return query.with_for_update().execution_options(populate_existing=True)


async def count(session: AsyncSession, queue: Queue, tickets: Sequence[Ticket], *, now: datetime) -> None:
    """What came and left, each once. The queue is held."""
    theirs = select(Known).where(Known.queue_id == queue.id, Known.id.in_({each.id for each in tickets}))
    known = {each.id: each for each in await session.scalars(theirs)}
    for ticket in sorted(tickets, key=lambda each: each.at):
        if ticket.id not in known:
            known[ticket.id] = Known(queue.workspace_id, queue.id, ticket.id, now)
            session.add(known[ticket.id])
        one = known[ticket.id]
        was_open, one.heard_at = one.is_open, now
        one.hear(ticket.came, min(ticket.at, now))
        queue.open += one.is_open - was_open
    await session.flush()


async def load(session: AsyncSession, team: Team, queue: Queue, *, now: datetime) -> Load:
    lately = select(func.count()).where(Known.queue_id == queue.id, Known.came_at > now - WINDOW, Known.came_at <= now)
    usual, chosen = await usual_at(session, queue, team.zone, now), Settings.of(team)
    allowed = bounds(usual, limit=chosen.limit, least=chosen.least)
    return Load(await session.scalar(lately) or 0, queue.open, usual, allowed)


def judge(came: int, allowed: Bounds, told: int) -> Signal | None:
    """What is news after `told` was told last, 0 for nothing."""
    if told:
        if came <= allowed.calm:
            return Signal.RESOLVED
        return Signal.FIRING if came >= told * GROWN else None
    return Signal.FIRING if came >= allowed.fires else None


async def prune(session: AsyncSession, workspace_id: str, *, before: datetime, limit: int) -> int:
    """Forget tickets of which nothing was heard for long; says how many."""
    old = select(Known.queue_id).where(Known.workspace_id == workspace_id, Known.heard_at < before)
    ids = old.distinct().limit(MOST_QUEUES)
    queues = (await session.scalars(_held(select(Queue).where(Queue.id.in_(ids)).order_by(Queue.id)))).all()
    many = 0
    for queue in queues:
        theirs = select(Known.id).where(Known.queue_id == queue.id, Known.heard_at < before).limit(limit - many)
        these = delete(Known).where(Known.queue_id == queue.id, Known.id.in_(theirs))
        gone = (await session.scalars(these.returning(Known))).all()
        queue.open -= sum(each.is_open for each in gone)
        many += len(gone)
    return many
