"""Tables of occasions (a birthday or anniversary in one year) and of the signatures on their cards."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, Base, TeamRow
from bot.db.personal_data import WITH_ITS_PARENT, Keep, Personal, Reader


class Kind(StrEnum):
    BIRTHDAY = "birthday"
    ANNIVERSARY = "anniversary"
    """The anniversary of a person's first day at the company."""


class Occasion(TeamRow):
    """A person's birthday or anniversary in one year, in one of their teams."""

    __tablename__ = "occasions"
    __table_args__ = (
        UniqueConstraint("team_id", "person_id", "kind", "year"),
        Index(None, "workspace_id", "due_at"),
        NEVER_REUSED,
    )

    person_id: Mapped[str]
    kind: Mapped[str]
    year: Mapped[int]
    day: Mapped[date]
    """The date itself, which may be a day off."""
    due_at: Mapped[datetime]
    """When the occasion is celebrated."""
    opened_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the card was opened for teammates to sign."""
    given_at: Mapped[datetime | None] = mapped_column(default=None)


class SealedSignature(Base):
    """A teammate's encrypted signature on a birthday or anniversary card, deleted once the card is posted."""

    __tablename__ = "signatures"

    occasion_id: Mapped[int] = mapped_column(ForeignKey("occasions.id", ondelete="CASCADE"), primary_key=True)
    signer_id: Mapped[str] = mapped_column(primary_key=True)
    sealed: Mapped[bytes]
    """The text, encrypted."""
    signed_at: Mapped[datetime]


Personal(
    Occasion,
    "birthdays",
    people=[Occasion.person_id],
    plain="kind",
    read_by=Reader.TEAM,
    not_exported=[Occasion.opened_at],  # teammates sign the card before the person knows of it
    cards="occasion",
    keep=Keep(Occasion.due_at),
)
Personal(
    SealedSignature,
    "birthdays",
    people=[SealedSignature.signer_id],
    words=[SealedSignature.sealed],
    read_by=Reader.TEAM,
    keep=WITH_ITS_PARENT,
)
