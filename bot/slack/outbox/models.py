"""The outbox's tables: rows to say, the lanes they wait in, the cards they became."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, WorkspaceRow
from bot.db.personal import WORK_RETENTION, Keep, Personal, Reader


class Priority(IntEnum):
    """Who goes first when Slack lets only so many through."""

    URGENT = 0
    ANSWER = 1
    NUDGE = 2
    RITUAL = 3


class Method(StrEnum):
    """What Slack is asked to do, by the name of its Web API method."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    DELETE = "chat.delete"
    EPHEMERAL = "chat.postEphemeral"
    REACT = "reactions.add"
    UNREACT = "reactions.remove"
    HOME = "views.publish"
    RESPOND = "response_url"
    FILE = "files.completeUploadExternal"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "aside"
    """A dead letter: Slack refused it, and an operator retries or drops it."""


WAITING = "state = 'waiting'"
FAILED = "state = 'aside'"
SENT_BLINDLY = "history could not be read"
"""The reason of a row that was sent again although an earlier try may have arrived: it may stand there twice."""


class Outgoing(WorkspaceRow):
    """One thing to say, once."""

    __tablename__ = "outbox"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "workspace_id", "settled_at"),
        Index(
            "ix_outbox_lane", "workspace_id", "conversation", "priority", "id",
            sqlite_where=text(WAITING), postgresql_where=text(WAITING),
        ),
        Index("ix_outbox_aside", "id", sqlite_where=text(FAILED), postgresql_where=text(FAILED)),
    )  # fmt: skip

    conversation: Mapped[str]
    method: Mapped[str]
    priority: Mapped[int]
    not_before: Mapped[datetime]
    delivery: Mapped[str]
    """An opaque random id that a post carries, so that it can be looked up when its outcome is unknown."""
    body: Mapped[bytes | None]
    """JSON, encrypted; wiped once sent or dropped."""
    card: Mapped[str | None] = mapped_column(default=None)
    key: Mapped[str | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    team_id: Mapped[int | None] = mapped_column(default=None)
    """In whose working hours it is said; None for at any hour."""
    held_from: Mapped[datetime | None] = mapped_column(default=None)
    """The `not_before` it had before it began to wait for a good moment."""
    state: Mapped[str] = mapped_column(default=State.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None] = mapped_column(default=None)
    """Set while it may have reached Slack and nobody knows."""
    file_id: Mapped[str | None] = mapped_column(default=None)
    """A file that was uploaded, saved before it is shown; without one nobody can have seen it."""
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    under: Mapped[str | None] = mapped_column(default=None)
    """The card in whose thread it is said."""

    def settle(self, state: State, now: datetime, reason: str | None = None) -> None:
        """It has been said or never will be; its text goes."""
        self.state, self.reason, self.settled_at = state, reason, now
        self.body = self.attempted_at = None


class Lane(KeyedRow):
    """One conversation's queue. What it says of its head is a hint; the relay looks again when it claims."""

    __tablename__ = "lanes"

    conversation: Mapped[str] = mapped_column(primary_key=True)
    priority: Mapped[int]
    method: Mapped[str]
    next_at: Mapped[datetime | None]
    """When something is to be sent; None when nothing waits."""
    paced_until: Mapped[datetime | None] = mapped_column(default=None)
    lease_by: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[float | None] = mapped_column(default=None)
    """By the database's own clock."""


class Card(KeyedRow):
    """Where a card stands, so that it can be edited in place."""

    __tablename__ = "cards"
    __table_args__ = (Index(None, "workspace_id", "channel_id", "ts"),)

    name: Mapped[str] = mapped_column(primary_key=True)
    channel_id: Mapped[str]
    ts: Mapped[str]


Personal(
    Outgoing,
    "outbox",
    people=[Outgoing.conversation],
    words=[Outgoing.body],
    plain="method delivery card key state file_id reason under",
    read_by=Reader.NOBODY,
    keep=Keep(Outgoing.settled_at, WORK_RETENTION, only=Outgoing.state.in_([State.SENT, State.DROPPED])),
)
Personal(
    Lane,
    "outbox",
    people=[Lane.conversation],
    plain="method lease_by",
    read_by=Reader.NOBODY,
    keep="one row a conversation",
)
Personal(Card, "cards", plain="name channel_id ts", keep="where a thing stands, as long as the thing")
