"""Tables of celebrations, and of reactions to messages that may become celebrations."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base, TeamRow, WorkspaceRow
from bot.db.personal_data import WITH_ITS_PARENT, Erase, Keep, Personal, Reader
from bot.features.celebrations.rules import REACTION_RETENTION


class Way(StrEnum):
    """What triggered a celebration."""

    SAID = "said"
    CHEERED = "cheered"
    """Many people reacted to a message."""
    EARLY = "early"
    """A spike ended early."""


class Celebration(TeamRow):
    """A piece of good news that the bot celebrated in a team's channel."""

    __tablename__ = "celebrations"
    __table_args__ = (
        UniqueConstraint("team_id", "source"),
        Index(None, "team_id", "made_at"),
        Index(None, "workspace_id", "made_at"),
    )

    source: Mapped[str]
    """The command, message or spike that the celebration comes from: the idempotency key."""
    way: Mapped[str]
    made_at: Mapped[datetime]
    person_id: Mapped[str | None] = mapped_column(default=None)
    """The person who announced it, if somebody did."""
    words: Mapped[str] = mapped_column(default="")
    """The person's own words, posted in the channel."""


class ReactedMessage(WorkspaceRow):
    """A message in a team's channel whose reactions are counted, because it may become a celebration."""

    __tablename__ = "cheered_messages"
    __table_args__ = (UniqueConstraint("workspace_id", "channel_id", "ts"), Index(None, "workspace_id", "said_at"))

    channel_id: Mapped[str]
    ts: Mapped[str]
    said_at: Mapped[datetime]


class MessageReaction(Base):
    """One person's reaction to a message, and whether it has been removed again."""

    __tablename__ = "cheers"

    message_id: Mapped[int] = mapped_column(ForeignKey("cheered_messages.id", ondelete="CASCADE"), primary_key=True)
    user_id: Mapped[str] = mapped_column(primary_key=True)
    emoji: Mapped[str] = mapped_column(primary_key=True)
    event_ts: Mapped[str]
    """Slack's time of the event; older events are ignored."""
    is_on: Mapped[bool]


Personal(
    Celebration,
    "celebrations",
    people=[Celebration.person_id],
    words=[Celebration.words],
    plain="source way",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    words_too=[Celebration.person_id],
    cards="celebration",
    keep=Keep(Celebration.made_at),
)
Personal(ReactedMessage, "cheers", plain="channel_id ts", keep=Keep(ReactedMessage.said_at, REACTION_RETENTION))
Personal(
    MessageReaction,
    "cheers",
    people=[MessageReaction.user_id],
    plain="emoji event_ts",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    keep=WITH_ITS_PARENT,
)
