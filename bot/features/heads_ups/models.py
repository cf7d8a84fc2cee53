"""Tables of heads-ups and of the hours that leaders have booked to cover."""

from datetime import datetime

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, TeamRow, Words
from bot.db.personal_data import WITH_ITS_PARENT, Erase, Keep, Personal, Reader
from bot.text.normalization import queue_key


class HeadsUp(TeamRow):
    """Something that will bring more contacts to some of a team's queues, from one instant until another."""

    __tablename__ = "heads_ups"
    __table_args__ = (
        Index(None, "team_id", "ends_at"),
        Index(None, "workspace_id", "ends_at"),
        NEVER_REUSED,
    )

    leader_id: Mapped[str]
    """The leader who announced it, who is asked for a look back."""
    title: Mapped[str] = mapped_column(Words)
    queues: Mapped[list[str]] = mapped_column(JSON)
    """The names of the queues; empty for all of the team's."""
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    link: Mapped[str] = mapped_column(Words)
    """Where to read about it; may be empty."""
    words: Mapped[str] = mapped_column(Words)
    cover: Mapped[int]
    """How many leaders are wanted in each hour; 0 for none."""
    has_ritual: Mapped[bool] = mapped_column(default=False)
    """Whether the question of the day is wanted on the working day before."""
    ritual_run_id: Mapped[int | None] = mapped_column(default=None)
    """The run that was planned for it; None if the ritual runs that day anyway."""
    cancelled_at: Mapped[datetime | None] = mapped_column(default=None)
    reviewed_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the leader answered the question of the look back."""

    def holds_at(self, at: datetime) -> bool:
        return self.cancelled_at is None and self.starts_at <= at < self.ends_at

    def is_over(self, now: datetime) -> bool:
        return self.cancelled_at is not None or self.ends_at <= now

    def covers(self, queue: str) -> bool:
        """Return whether it is about a queue, however the name is spelt."""
        return not self.queues or queue_key(queue) in {queue_key(each) for each in self.queues}


class CoverSlot(TeamRow):
    """One hour of a heads-up that a leader has booked."""

    __tablename__ = "cover_slots"
    __table_args__ = (UniqueConstraint("heads_up_id", "hour", "person_id"),)

    heads_up_id: Mapped[int] = mapped_column(ForeignKey("heads_ups.id", ondelete="CASCADE"))
    hour: Mapped[datetime]
    """When the hour starts."""
    person_id: Mapped[str]


Personal(
    HeadsUp,
    "heads-ups",
    people=[HeadsUp.leader_id],
    words=[HeadsUp.title, HeadsUp.link, HeadsUp.words],
    plain="queues",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    cards="heads_up",
    keep=Keep(HeadsUp.ends_at),
)
Personal(CoverSlot, "heads-ups", people=[CoverSlot.person_id], read_by=Reader.TEAM, keep=WITH_ITS_PARENT)
