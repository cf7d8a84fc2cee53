"""The tables of the fun tank: its level, the ledger of what moved it, and what is private, apart from both."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base, TeamRow
from bot.db.personal import Keep, Personal, Reader
from bot.features.fun_tank.rules import Cause, clamp

REARM_MARGIN = 10
"""So far below the mark a full tank has to fall before the team hears of it again."""


class Tank(Base):
    """How much joy a team has in store: the sum of its movements. Who moves it locks this row."""

    __tablename__ = "tanks"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    level: Mapped[int]
    is_full: Mapped[bool] = mapped_column(default=False)
    """It has passed the mark, and has not been well below it since."""
    is_news: Mapped[bool] = mapped_column(default=False)
    """The team has not heard so yet."""

    def shift(self, by: int, *, high: int) -> int:
        """Move it as far as it goes; says how far that was."""
        was, self.level = self.level, clamp(self.level + by)
        if self.level > high and not self.is_full:
            self.is_full = self.is_news = True
        elif self.level < high - REARM_MARGIN:
            self.is_full = self.is_news = False
        return self.level - was


class Movement(TeamRow):
    """What really moved a tank, once for each thing it is about. No row is changed: what is taken back is a new one.

    No row says whose doing it was.
    """

    __tablename__ = "tank_movements"
    __table_args__ = (
        UniqueConstraint("team_id", "cause", "about", "turn"),
        Index(None, "team_id", "moved_on"),
        Index(None, "workspace_id", "moved_at"),
    )

    cause: Mapped[str]
    about: Mapped[str]
    turn: Mapped[int]
    """Even when it moved the tank, odd when that was taken back."""
    amount: Mapped[int]
    """As far as the brim, the bottom and the day's most allowed."""
    moved_on: Mapped[date]
    """The team's own day."""
    moved_at: Mapped[datetime]


class PrivateEntry(Base):
    """Something private, until its week is summed; where too few people stood behind it, one week longer."""

    __tablename__ = "tank_asides"
    __table_args__ = (Index(None, "workspace_id", "happened_on"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    amount: Mapped[int]
    happened_on: Mapped[date]
    whose: Mapped[str] = mapped_column(default="")
    """A hash, to tell apart the people behind a week's sum."""


async def fold_movements(session: AsyncSession, are_over: ColumnElement[bool], limit: int) -> int:
    """Fold old movements into where each tank began, so that the sum stays the level."""
    old = select(Movement.id).where(are_over).order_by(Movement.moved_at).limit(limit)
    these = delete(Movement).where(Movement.id.in_(old)).returning(Movement.team_id, Movement.amount)
    gone = (await session.execute(these)).all()
    folded: dict[int, int] = defaultdict(int)
    for row in gone:
        folded[row.team_id] += row.amount
    for team_id in sorted(folded):
        start = update(Movement).where(Movement.team_id == team_id, Movement.cause == Cause.START)
        await session.execute(start.values(amount=Movement.amount + folded[team_id]))
    return len(gone)


Personal(Tank, "fun tank", read_by=Reader.TEAM, keep="one row a team")
Personal(
    Movement,
    "fun tank",
    plain="cause about",
    read_by=Reader.TEAM,
    keep=Keep(Movement.moved_at, only=Movement.cause != Cause.START),
    delete_by=fold_movements,
)
Personal(PrivateEntry, "fun tank", plain="cause about whose", keep=Keep(PrivateEntry.happened_on))
