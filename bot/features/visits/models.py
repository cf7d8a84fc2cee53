"""Tables of visits: a sponsor's debrief, and reports that a theme (a kind of obstacle) was seen in a team."""

from datetime import datetime

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal_data import WITH_ITS_PARENT, Keep, Personal, Reader


class Debrief(TeamRow):
    """A sponsor's debrief of a visit, readable only by the sponsor."""

    __tablename__ = "visit_debriefs"
    __table_args__ = (Index(None, "workspace_id", "sponsor_id"),)

    meeting_id: Mapped[int] = mapped_column(ForeignKey("meetings.id", ondelete="CASCADE"), unique=True)
    sponsor_id: Mapped[str]
    made_at: Mapped[datetime]
    works: Mapped[bytes | None] = mapped_column(default=None)
    in_the_way: Mapped[bytes | None] = mapped_column(default=None)
    """The sponsor's own words, encrypted, as is `works`."""


class Sighting(TeamRow):
    """One report that a theme (a kind of obstacle) was seen in a team; it names no agent and quotes nobody."""

    __tablename__ = "theme_sightings"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "theme"),
        Index(None, "team_id", "seen_at"),
        Index(None, "workspace_id", "seen_at"),
    )

    source: Mapped[str]
    """Where the theme was seen, like `meeting:7`: the idempotency key, together with the theme."""
    theme: Mapped[str]
    seen_at: Mapped[datetime]
    times: Mapped[int | None] = mapped_column(default=None)
    """How often the theme has been seen, if it was flagged with this sighting; else None."""
    whose: Mapped[str] = mapped_column(default="")
    """A pseudonym (hash) of the agent, to count different people."""


Personal(
    Debrief,
    "visits",
    people=[Debrief.sponsor_id],
    words=[Debrief.works, Debrief.in_the_way],
    keep=WITH_ITS_PARENT,
)
Personal(Sighting, "themes", plain="source theme whose", read_by=Reader.LEADERS, keep=Keep(Sighting.seen_at))
