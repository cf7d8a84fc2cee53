"""The tables of counted tickets: queues, the tickets of the last days, and what is usual at each hour of the week."""

from datetime import datetime

from sqlalchemy import Double, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base


class TicketQueue(Base):
    """A queue of a team's, as its sender names it. Who counts something of it holds its row."""

    __tablename__ = "ticket_queues"
    __table_args__ = (UniqueConstraint("team_id", "name"), Index(None, "workspace_id", "learnt_until"))

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
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
