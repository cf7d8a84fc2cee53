"""The tables of counted tickets: queues, the tickets of the last days, and what is usual at each hour of the week."""

from datetime import datetime

from sqlalchemy import ColumnElement, Double, ForeignKey, Index, UniqueConstraint, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import Base, TeamRow
from bot.db.personal import WORK_RETENTION, Keep, Personal, Reader

MOST_QUEUES = 50


class TicketQueue(TeamRow):
    """A queue of a team's, as its sender names it. Who counts something of it holds its row."""

    __tablename__ = "ticket_queues"
    __table_args__ = (UniqueConstraint("team_id", "name"), Index(None, "workspace_id", "learnt_until"))

    name: Mapped[str]
    learnt_until: Mapped[datetime]
    """Up to which full hour what came has become what is usual."""
    open: Mapped[int] = mapped_column(default=0)
    """Of the tickets that are known, how many are open."""
    told: Mapped[int] = mapped_column(default=0)
    """The count that was last told as a spike; 0 while it is calm."""


class KnownTicket(Base):
    """A ticket that came or left in the last days; an event that comes twice changes nothing."""

    __tablename__ = "tickets"
    __table_args__ = (Index(None, "queue_id", "came_at"), Index(None, "workspace_id", "heard_at"))

    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    queue_id: Mapped[int] = mapped_column(ForeignKey("ticket_queues.id"), primary_key=True)
    id: Mapped[str] = mapped_column(primary_key=True)
    heard_at: Mapped[datetime]
    came_at: Mapped[datetime | None] = mapped_column(default=None)
    left_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_open(self) -> bool:
        return self.came_at is not None and (self.left_at is None or self.left_at < self.came_at)

    def hear(self, came: bool, at: datetime) -> None:
        """Events come twice and in disorder: what happened last counts, and who is there already does not come."""
        if not came:
            self.left_at = max(self.left_at or at, at)
        elif self.came_at is None or (not self.is_open and self.left_at is not None and at > self.left_at):
            self.came_at = at


class UsualHour(Base):
    """What is usual in one hour of the week, the team's own: Monday's first is 0."""

    __tablename__ = "ticket_hours"

    queue_id: Mapped[int] = mapped_column(ForeignKey("ticket_queues.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    mean: Mapped[float] = mapped_column(Double)
    weeks: Mapped[int]


async def forget_tickets(session: AsyncSession, are_over: ColumnElement[bool], limit: int) -> int:
    """Delete tickets, which their queues count no more as open; whoever counts locks the queue first, and so here."""
    ids = select(KnownTicket.queue_id).where(are_over).distinct().limit(MOST_QUEUES)
    queues = locks.for_update(select(TicketQueue).where(TicketQueue.id.in_(ids)).order_by(TicketQueue.id), TicketQueue)
    many = 0
    for queue in (await session.scalars(queues, execution_options={"populate_existing": True})).all():
        theirs = and_(KnownTicket.queue_id == queue.id, are_over)
        old = select(KnownTicket.id).where(theirs).limit(limit - many)
        these = delete(KnownTicket).where(KnownTicket.queue_id == queue.id, KnownTicket.id.in_(old))
        gone = (await session.scalars(these.returning(KnownTicket))).all()
        queue.open -= sum(each.is_open for each in gone)
        many += len(gone)
    return many


Personal(TicketQueue, "tickets", plain="name", read_by=Reader.LEADERS, keep="one row a queue")
Personal(
    KnownTicket,
    "tickets",
    plain="id",
    read_by=Reader.LEADERS,
    keep=Keep(KnownTicket.heard_at, WORK_RETENTION),
    delete_by=forget_tickets,
)
Personal(UsualHour, "tickets", read_by=Reader.LEADERS, keep="what is usual, one row an hour of the week")
