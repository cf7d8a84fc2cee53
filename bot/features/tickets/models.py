"""Tables of counted tickets: queues, the tickets of recent days, and the usual number for each hour of the week."""

from datetime import datetime

from sqlalchemy import ColumnElement, Double, ForeignKey, Index, UniqueConstraint, and_, delete, select
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db import locks
from bot.db.models import Base, TeamRow
from bot.db.personal_data import WORK_RETENTION, Keep, Personal, Reader

MOST_QUEUES = 50


class TicketQueue(TeamRow):
    """A team's queue, as the sender names it. Its row is locked while its tickets are counted."""

    __tablename__ = "ticket_queues"
    __table_args__ = (UniqueConstraint("team_id", "name"), Index(None, "workspace_id", "learnt_until"))

    name: Mapped[str]
    learnt_until: Mapped[datetime]
    """The full hour up to which arrivals are included in `UsualHour`."""
    open: Mapped[int] = mapped_column(default=0)
    """How many known tickets are open."""
    told: Mapped[int] = mapped_column(default=0)
    """The count that was last reported as a spike; 0 while there is none."""


class KnownTicket(Base):
    """A ticket that arrived or closed in recent days. Duplicate events change nothing."""

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

    def apply_event(self, came: bool, at: datetime) -> None:
        """Apply an event to the ticket: that it arrived, or that it closed.

        Events repeat and arrive out of order: the event with the latest time wins, and an open ticket does not arrive
        again.
        """
        if not came:
            self.left_at = max(self.left_at or at, at)
        elif self.came_at is None or (not self.is_open and self.left_at is not None and at > self.left_at):
            self.came_at = at


class UsualHour(Base):
    """The usual number of tickets that arrive in one hour of the week; Monday's first hour in the team's zone is 0."""

    __tablename__ = "ticket_hours"

    queue_id: Mapped[int] = mapped_column(ForeignKey("ticket_queues.id"), primary_key=True)
    hour: Mapped[int] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    mean: Mapped[float] = mapped_column(Double)
    weeks: Mapped[int]


async def forget_tickets(session: AsyncSession, are_over: ColumnElement[bool], limit: int) -> int:
    """Delete old tickets and subtract the open ones from their queues' counts.

    Locks the queues first, as every count does.
    """
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
