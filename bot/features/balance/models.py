"""The table of a leader's time entries, each spent on one of three kinds of work: frontline, people or strategy."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal_data import TIME_RETENTION, Keep, Personal

LOGGED = "log:"
"""The prefix of `TimeEntry.source` for time that a leader logged by hand."""


class Part(StrEnum):
    FRONTLINE = "frontline"
    """Time in the queue, or shadowing somebody who is in the queue."""
    PEOPLE = "people"
    STRATEGY = "strategy"


class Duty(StrEnum):
    """The seven duties of a support leader that strategy time is spent on."""

    STAFFING = "staffing"
    TRAINING = "training"
    QUALITY = "quality"
    ADVOCACY = "advocacy"
    ENGINEERING = "engineering"
    PRODUCT = "product"
    SELF_HELP = "self-help"

    @property
    def label(self) -> str:
        """The duty's name as people see it."""
        return "self-service" if self is Duty.SELF_HELP else str(self)


class TimeEntry(TeamRow):
    """A block of time that a leader spent on one kind of work. Nobody but that leader can read it."""

    __tablename__ = "time_entries"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source"),
        Index(None, "workspace_id", "leader_id", "started_at"),
    )

    leader_id: Mapped[str]
    part: Mapped[str]
    minutes: Mapped[int]
    started_at: Mapped[datetime]
    source: Mapped[str]
    """Where the entry comes from, like `oneonone:12`: the idempotency key."""
    made_at: Mapped[datetime]
    duty: Mapped[str | None] = mapped_column(default=None)
    """The duty that strategy time was spent on; None for other kinds of work."""


Personal(
    TimeEntry,
    "balance",
    people=[TimeEntry.leader_id],
    plain="part source duty",
    keep=Keep(TimeEntry.started_at, TIME_RETENTION),
)
