"""The table of roadblocks that leaders take on after shadowing an agent."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal import Keep, Personal


class Roadblock(TeamRow):
    """Something that holds agents back, noticed while shadowing; the leader owns it until a due date."""

    __tablename__ = "roadblocks"
    __table_args__ = (Index(None, "workspace_id", "leader_id", "due_on"),)

    meeting_id: Mapped[int | None] = mapped_column(ForeignKey("meetings.id", ondelete="SET NULL"), index=True)
    """The shadow session it was noticed in; None once that is deleted."""
    leader_id: Mapped[str]
    sealed: Mapped[bytes]
    """The text, encrypted."""
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


Personal(Roadblock, "roadblocks", people=[Roadblock.leader_id], words=[Roadblock.sealed], keep=Keep(Roadblock.done_at))
