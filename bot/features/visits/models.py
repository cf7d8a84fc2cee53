"""The tables of visits: what a sponsor wrote down after one, and the themes seen in a team."""

from datetime import date, datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal import WITH_ITS_PARENT, Keep, Personal, Reader


class Debrief(TeamRow):
    """What a sponsor wrote down after a visit, with the promise that came of it; for the sponsor's eyes alone."""

    __tablename__ = "visit_debriefs"
    __table_args__ = (Index(None, "workspace_id", "sponsor_id", "due_on"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), unique=True)
    sponsor_id: Mapped[str]
    made_at: Mapped[datetime]
    works: Mapped[bytes | None] = mapped_column(default=None)
    in_the_way: Mapped[bytes | None] = mapped_column(default=None)
    promise: Mapped[bytes | None] = mapped_column(default=None)
    """Like the two above in their own words, encrypted."""
    due_on: Mapped[date | None] = mapped_column(default=None)
    """By when it is promised."""
    kept_at: Mapped[datetime | None] = mapped_column(default=None)


class Sighting(TeamRow):
    """A theme that somebody saw in a team once; never who was sat beside, nor any of their words."""

    __tablename__ = "theme_sightings"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "theme"),
        Index(None, "team_id", "seen_at"),
        Index(None, "workspace_id", "seen_at"),
    )

    source: Mapped[str]
    """What it was seen at, like `meeting:7`."""
    theme: Mapped[str]
    seen_at: Mapped[datetime]
    times: Mapped[int | None] = mapped_column(default=None)
    """How often its theme has been seen; None unless it is the one with which the theme was flagged."""
    whose: Mapped[str] = mapped_column(default="")
    """A hash, to tell apart those who were sat beside."""


Personal(
    Debrief,
    "promises",
    people=[Debrief.sponsor_id],
    words=[Debrief.works, Debrief.in_the_way, Debrief.promise],
    keep=WITH_ITS_PARENT,
)
Personal(Sighting, "themes", plain="source theme whose", read_by=Reader.LEADERS, keep=Keep(Sighting.seen_at))
