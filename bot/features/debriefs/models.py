"""The tables of debriefs: who was asked, and the notes that came of it, until roadblocks and ideas have their own."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal import WITH_ITS_PARENT, Erase, Keep, Personal, Reader


class State(StrEnum):
    ASKED = "asked"
    TOLD = "told"
    NOTHING = "nothing"
    """Nothing this time."""


class Kind(StrEnum):
    ROADBLOCK = "roadblock"
    """What held agents back."""
    IDEA = "idea"
    """What hurt customers, and could be better."""


class Destination(StrEnum):
    """Whom it is for to make better."""

    PRODUCT = "product"
    SERVICE = "service"
    HELP_PAGES = "help pages"


UNANSWERED = "answered_at IS NULL"


class Debrief(Base):
    """A leader who helped with a spike is asked what they saw, once; it goes with its spike."""

    __tablename__ = "debriefs"
    __table_args__ = (UniqueConstraint("spike_id", "leader_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    spike_id: Mapped[int] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    leader_id: Mapped[str]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.ASKED)


class Note(Base):
    """What somebody saw, in their own words, for the leaders of the team alone; it may outlive its spike."""

    __tablename__ = "captured_notes"
    __table_args__ = (
        Index(
            "ix_captured_notes_open", "team_id", "made_at", sqlite_where=text(UNANSWERED),
            postgresql_where=text(UNANSWERED),
        ),
        Index(None, "workspace_id", "writer_id", "made_at"),
        Index(None, "workspace_id", "made_at"),
    )  # fmt: skip

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    spike_id: Mapped[int | None] = mapped_column(ForeignKey("spikes.id", ondelete="SET NULL"), index=True)
    queue: Mapped[str]
    """As people call it."""
    writer_id: Mapped[str]
    kind: Mapped[str]
    destination: Mapped[str]
    sealed: Mapped[bytes]
    """Their words, encrypted."""
    made_at: Mapped[datetime]
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    answered_by: Mapped[str | None] = mapped_column(default=None)
    came: Mapped[bytes | None] = mapped_column(default=None)
    """What came of it, encrypted."""


Personal(Debrief, "spikes", people=[Debrief.leader_id], plain="state", keep=WITH_ITS_PARENT)
Personal(
    Note,
    "roadblocks and ideas",
    people=[Note.writer_id, Note.answered_by],
    words=[Note.sealed, Note.came],
    plain="queue kind destination",
    read_by=Reader.LEADERS,
    export_to=[Note.writer_id],
    on_erase={Note.writer_id: Erase.DELETE, Note.answered_by: Erase.UNNAME},
    keep=Keep(Note.made_at),
)
