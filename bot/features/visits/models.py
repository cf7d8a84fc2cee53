"""The tables of visits: a sponsor beside an agent, what the sponsor wrote afterwards, and the themes seen in a team."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal import WITH_ITS_PARENT, Erase, Keep, Personal, Reader


class State(StrEnum):
    ASKED = "asked"
    """A host is asked, with a time."""
    SUGGESTED = "suggested"
    """The sponsor has the host's own suggestion of a time."""
    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    """It did not happen."""
    DECLINED = "declined"
    """Nobody could host it, and nobody needs to say why."""
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """The sponsor had a suggestion, and its time has passed."""


OPEN = (State.ASKED, State.SUGGESTED, State.PLANNED)


class Visit(Base):
    """A sponsor visits a team and sits beside a host, from the question until it is known what became of it."""

    __tablename__ = "visits"
    __table_args__ = (
        Index(None, "workspace_id", "sponsor_id", "state"),
        Index(None, "workspace_id", "host_id", "state"),
        Index(None, "team_id", "made_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    sponsor_id: Mapped[str]
    host_id: Mapped[str]
    """Who is asked, or has said yes."""
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    """The time that is asked for, suggested or planned, as `state` says."""
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.ASKED)
    passed: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Who was asked before this host; shown to nobody, and counted as their turn."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts its times, as calendars do."""
    is_invited: Mapped[bool] = mapped_column(default=False)
    """Both got an invitation, which has to follow when the time changes."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def about(self) -> str:
        """What it is called among all that people have planned."""
        return f"visit:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def span(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.starts_at + self.length

    @property
    def had_their_turn(self) -> set[str]:
        return {*self.passed, *([self.host_id] if self.is_open or self.state == State.DONE else [])}


class Debrief(Base):
    """What a sponsor wrote down after a visit, with the promise that came of it; for the sponsor's eyes alone."""

    __tablename__ = "visit_debriefs"
    __table_args__ = (Index(None, "workspace_id", "sponsor_id", "due_on"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    visit_id: Mapped[int] = mapped_column(ForeignKey("visits.id", ondelete="CASCADE"), unique=True)
    sponsor_id: Mapped[str]
    made_at: Mapped[datetime]
    works: Mapped[bytes | None] = mapped_column(default=None)
    in_the_way: Mapped[bytes | None] = mapped_column(default=None)
    promise: Mapped[bytes | None] = mapped_column(default=None)
    """Like the two above in their own words, encrypted."""
    due_on: Mapped[date | None] = mapped_column(default=None)
    """By when it is promised."""
    kept_at: Mapped[datetime | None] = mapped_column(default=None)


class Sighting(Base):
    """A theme that somebody saw in a team once; never who was sat beside, nor any of their words."""

    __tablename__ = "theme_sightings"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "theme"),
        Index(None, "team_id", "seen_at"),
        Index(None, "workspace_id", "seen_at"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    source: Mapped[str]
    """What it was seen at, like `visit:7`."""
    theme: Mapped[str]
    seen_at: Mapped[datetime]
    times: Mapped[int | None] = mapped_column(default=None)
    """How often its theme has been seen; None unless it is the one with which the theme was flagged."""
    whose: Mapped[str] = mapped_column(default="")
    """A hash, to tell apart those who were sat beside."""


Personal(
    Visit,
    "meetings",
    people=[Visit.sponsor_id, Visit.host_id, Visit.passed],
    plain="state",
    export_to=[Visit.sponsor_id, Visit.host_id],
    on_erase={Visit.sponsor_id: Erase.DELETE, Visit.host_id: Erase.DELETE, Visit.passed: Erase.UNNAME},
    keep=Keep(Visit.ended_at),
)
Personal(
    Debrief,
    "promises",
    people=[Debrief.sponsor_id],
    words=[Debrief.works, Debrief.in_the_way, Debrief.promise],
    keep=WITH_ITS_PARENT,
)
Personal(Sighting, "themes", plain="source theme whose", read_by=Reader.LEADERS, keep=Keep(Sighting.seen_at))
