"""Tables of the fun tank: its level, the ledger of movements, and the private entries."""

from collections import defaultdict
from datetime import date, datetime

from sqlalchemy import ColumnElement, ForeignKey, Index, UniqueConstraint, delete, select, update
from sqlalchemy.ext.asyncio import AsyncSession
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base, TeamRow, Words
from bot.db.personal_data import Keep, Personal, Reader
from bot.features.fun_tank.rules import Cause, clamp

REARM_MARGIN = 10
"""How far a full tank must fall below the full mark before the team is told again (hysteresis)."""


class Tank(Base):
    """A team's fun tank; its level is the sum of its movements. Lock this row to change the level."""

    __tablename__ = "tanks"

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    level: Mapped[int]
    is_full: Mapped[bool] = mapped_column(default=False)
    """Whether the level has passed the mark for a full tank, and has not fallen `REARM_MARGIN` below it since."""
    is_news: Mapped[bool] = mapped_column(default=False)
    """Whether the team has not been told yet that its tank is full."""
    key: Mapped[str] = mapped_column(Words, default="", server_default="")
    """The key of the hashes in private entries, encrypted; deleted when there are no private entries."""

    def shift(self, by: int, *, high: int) -> int:
        """Change the level by an amount, within the tank's limits, and return the actual change."""
        was, self.level = self.level, clamp(self.level + by)
        if self.level > high and not self.is_full:
            self.is_full = self.is_news = True
        elif self.level < high - REARM_MARGIN:
            self.is_full = self.is_news = False
        return self.level - was


class Movement(TeamRow):
    """A change of a fun tank's level, once for each `cause` and `about`. Rows are immutable: a reversal is a new row.

    No row says who caused it.
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
    """Counts the movements of one `cause` and `about`: even for a movement, odd for its reversal."""
    amount: Mapped[int]
    """The actual change, after the limits of the tank and the daily cap."""
    moved_on: Mapped[date]
    """The date in the team's zone."""
    moved_at: Mapped[datetime]


class PrivateEntry(Base):
    """A private change of a fun tank, kept until its week is summed; a week longer if few people contributed."""

    __tablename__ = "tank_asides"
    __table_args__ = (Index(None, "workspace_id", "happened_on"),)

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), primary_key=True)
    cause: Mapped[str] = mapped_column(primary_key=True)
    about: Mapped[str] = mapped_column(primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    amount: Mapped[int]
    happened_on: Mapped[date]
    whose: Mapped[str] = mapped_column(default="")
    """A keyed hash, to count the people whose amounts are in a week's sum."""


async def fold_movements(session: AsyncSession, are_over: ColumnElement[bool], limit: int) -> int:
    """Delete old movements and add their amounts to the fun tank's first row, so that the sum remains the level."""
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


Personal(Tank, "fun tank", plain="key", read_by=Reader.TEAM, keep="one row a team")
Personal(
    Movement,
    "fun tank",
    plain="cause about",
    read_by=Reader.TEAM,
    keep=Keep(Movement.moved_at, only=Movement.cause != Cause.START),
    delete_by=fold_movements,
)
Personal(PrivateEntry, "fun tank", plain="cause about whose", keep=Keep(PrivateEntry.happened_on))
