"""Tables of birthdays and anniversaries, each in its year, and what teammates wrote on a card."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base, TeamRow
from bot.db.personal import WITH_ITS_PARENT, Keep, Personal, Reader


class Kind(StrEnum):
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    """Of the day on which somebody began here."""


class Occasion(TeamRow):
    """Somebody's birthday or anniversary of one year, in one of their teams."""

    __tablename__ = "occasions"
    __table_args__ = (UniqueConstraint("team_id", "person_id", "kind", "year"), Index(None, "workspace_id", "due_at"))

    person_id: Mapped[str]
    kind: Mapped[str]
    year: Mapped[int]
    day: Mapped[date]
    """The very day, which may be a day off."""
    due_at: Mapped[datetime]
    """When it is kept."""
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when teammates sign a card for it."""
    given_at: Mapped[datetime | None] = mapped_column(default=None)


class SealedSignature(Base):
    """What a teammate wrote on a card; it goes when the card is given."""

    __tablename__ = "signatures"

    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id", ondelete="CASCADE"), primary_key=True)
    signer_id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    """Their words, encrypted."""
    signed_at: Mapped[datetime]


Personal(
    Occasion, "birthdays", people=[Occasion.person_id], plain="kind", read_by=Reader.TEAM, keep=Keep(Occasion.due_at)
)
Personal(
    SealedSignature,
    "birthdays",
    people=[SealedSignature.signer_id],
    words=[SealedSignature.sealed],
    read_by=Reader.TEAM,
    keep=WITH_ITS_PARENT,
)
