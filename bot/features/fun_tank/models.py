"""The tables of the fun tank: its level, the ledger of what moved it, and what is private, apart from both."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.features.fun_tank.rules import clamp

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


class Movement(Base):
    """What really moved a tank, once for each thing it is about. No row is changed: what is taken back is a new one.

    No row says whose doing it was.
    """

    __tablename__ = "tank_movements"
    __table_args__ = (
        UniqueConstraint("team_id", "cause", "about", "turn"),
        Index(None, "team_id", "moved_on"),
        Index(None, "workspace_id", "moved_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
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
