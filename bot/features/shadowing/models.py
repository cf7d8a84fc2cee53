"""The table of roadblocks that leaders take on after they sat beside an agent."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal import Keep, Personal


class Roadblock(TeamRow):
    """What holds agents back, seen while sitting beside one, and taken on by the leader until a day."""

    __tablename__ = "roadblocks"
    __table_args__ = (Index(None, "workspace_id", "leader_id", "due_on"),)

    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"), index=True)
    """Beside whom it was seen, while that is known."""
    leader_id: Mapped[str]
    sealed: Mapped[bytes]
    """Its words, encrypted."""
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


Personal(Roadblock, "roadblocks", people=[Roadblock.leader_id], words=[Roadblock.sealed], keep=Keep(Roadblock.done_at))
