"""The table of marks: reactions to the cards of ideas, each with its newest state."""

from typing import NamedTuple

from sqlalchemy import ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal_data import WITH_ITS_PARENT, Erase, Personal, Reader

BY_BUTTON = "by button"
"""Stored instead of the emoji and the message for a vote that was given with a button."""


class MarkChange(NamedTuple):
    """A reaction that somebody added to the card of an idea, or removed."""

    ts: str
    person_id: str
    emoji: str
    event_ts: str
    is_on: bool


class Mark(Base):
    """One person's emoji on a message that is or was an idea's card, added or removed again."""

    __tablename__ = "idea_marks"
    __table_args__ = (Index(None, "person_id"),)

    followup_id: Mapped[int] = mapped_column(ForeignKey("followups.id", ondelete="CASCADE"), primary_key=True)
    ts: Mapped[str] = mapped_column(primary_key=True)
    """The message. A reposted card keeps the marks on its earlier message."""
    person_id: Mapped[str] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    """The emoji's name with its skin tone, because a person can react with several."""
    event_ts: Mapped[str]
    """Slack's time of the event; older events are ignored."""
    is_on: Mapped[bool]


Personal(
    Mark,
    "votes",
    people=[Mark.person_id],
    plain="ts emoji event_ts",
    read_by=Reader.TEAM,
    on_erase=Erase.DELETE,
    keep=WITH_ITS_PARENT,
)
