"""The table of the weeks that were sent to leaders, and a leader's own choice."""

from datetime import datetime
from typing import ClassVar

from pydantic import Field
from sqlalchemy import Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow
from bot.db.personal_data import TIME_RETENTION, Keep, Personal, Reader
from bot.org.teams.settings import Settings


class WeeklyPreferences(Settings):
    """A leader's choice whether to get the message."""

    feature: ClassVar[str] = "weekly"
    title: ClassVar[str] = "Your week"
    is_sent: bool = Field(
        True, title="Send me my week", description="A message on your last working day of the week, usually at 15:30."
    )


class LeaderWeek(KeyedRow):
    """One week that was sent to one leader: nobody gets a week twice, and no hour counts in two weeks or in none."""

    __tablename__ = "leader_weeks"
    __table_args__ = (Index(None, "workspace_id", "closed_at"),)

    person_id: Mapped[str] = mapped_column(primary_key=True)
    week: Mapped[str] = mapped_column(primary_key=True)
    """The ISO week of the last day of the leader's week, like `2026-W49`."""
    closed_at: Mapped[datetime]
    """When it closed, which is when the next week begins, whatever happens to holidays and absences later."""


Personal(
    LeaderWeek,
    "your week",
    people=[LeaderWeek.person_id],
    plain="week",
    read_by=Reader.NOBODY,
    keep=Keep(LeaderWeek.closed_at, TIME_RETENTION),
)
