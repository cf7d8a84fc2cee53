"""Spans of a leader's time, each spent on one of three parts: the pendulum between the queue and the plan."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal import Keep, Personal

LOGGED = "log:"
"""How the source begins of what a leader logged, rather than what counted by itself."""


class Part(StrEnum):
    FRONTLINE = "frontline"
    """In the queue, or beside somebody who is."""
    PEOPLE = "people"
    STRATEGY = "strategy"


class Duty(StrEnum):
    """What strategy is for: the seven duties of somebody who leads a support team."""

    STAFFING = "staffing"
    TRAINING = "training"
    QUALITY = "quality"
    ADVOCACY = "advocacy"
    ENGINEERING = "engineering"
    PRODUCT = "product"
    SELF_HELP = "self-help"


class TimeEntry(TeamRow):
    """Some minutes of a leader's. Nobody but the leader ever reads them."""

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
    """What it came from, like `oneonone:12`: each counts once."""
    made_at: Mapped[datetime]
    duty: Mapped[str | None] = mapped_column(default=None)
    """For strategy alone."""


Personal(TimeEntry, "balance", people=[TimeEntry.leader_id], plain="part source duty", keep=Keep(TimeEntry.started_at))
