"""The outbox's tables: messages to send, lanes (one queue per conversation), and cards (posted messages by name)."""

from datetime import datetime
from enum import IntEnum, StrEnum

from sqlalchemy import Index, UniqueConstraint, and_, text
from sqlalchemy.orm import Mapped, foreign, mapped_column, relationship

from bot.db.models import KeyedRow, WorkspaceRow
from bot.db.personal_data import WORK_RETENTION, Keep, Personal, Reader
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.org.workspaces import Address


class Priority(IntEnum):
    """Which messages are sent first under a rate limit; lower values go first."""

    URGENT = 0
    ANSWER = 1
    NUDGE = 2
    RITUAL = 3


class Method(StrEnum):
    """The Slack Web API method that a row calls, or its `response_url`."""

    POST = "chat.postMessage"
    UPDATE = "chat.update"
    DELETE = "chat.delete"
    EPHEMERAL = "chat.postEphemeral"
    REACT = "reactions.add"
    UNREACT = "reactions.remove"
    HOME = "views.publish"
    RESPOND = "response_url"
    FILE = "files.completeUploadExternal"
    DELETE_FILE = "files.delete"


class State(StrEnum):
    WAITING = "waiting"
    SENT = "sent"
    DROPPED = "dropped"
    FAILED = "aside"
    """A dead letter: Slack refused it, and an operator retries or drops it."""


WAITING = "state = 'waiting'"
FAILED = "state = 'aside'"
SENT_BLINDLY = "history could not be read"
"""The reason on a row that was resent although an earlier attempt may have arrived, so it may be posted twice."""


class Outgoing(WorkspaceRow):
    """An outbox row: one message or other call to send to Slack once."""

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
    """A random id in the post's metadata, by which it can be looked up when its outcome is unknown."""
    body: Mapped[bytes | None]
    """The payload as encrypted JSON; deleted once it is sent or dropped."""
    card: Mapped[str | None] = mapped_column(default=None)
    key: Mapped[str | None] = mapped_column(default=None)
    expires_at: Mapped[datetime | None] = mapped_column(default=None)
    team_id: Mapped[int | None] = mapped_column(default=None)
    """The team within whose working hours the row is sent; None for any time."""
    held_from: Mapped[datetime | None] = mapped_column(default=None)
    """The original `not_before` of a row that is held for working hours."""
    state: Mapped[str] = mapped_column(default=State.WAITING)
    tries: Mapped[int] = mapped_column(default=0)
    attempted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the row was first attempted, while it is unknown whether that attempt reached Slack."""
    file_id: Mapped[str | None] = mapped_column(default=None)
    """The id of the uploaded file, saved before it is shared. While it is None, nobody can have seen the file."""
    settled_at: Mapped[datetime | None] = mapped_column(default=None)
    reason: Mapped[str | None] = mapped_column(default=None)
    days_in_slack: Mapped[int | None] = mapped_column(default=None)
    """After how many days a file is deleted from Slack; None if it stays."""
    under: Mapped[str | None] = mapped_column(default=None)
    """The card in whose thread the row is posted."""
    sealed_with: Mapped[str | None] = mapped_column(default=None)
    """The `DisposableKey` that encrypts the payload, too. Once it is deleted, the row cannot be sent anymore."""
    recipient: Mapped[Person | None] = relationship(
        primaryjoin=lambda: and_(
            Person.workspace_id == Outgoing.workspace_id, Person.id == foreign(Outgoing.conversation)
        ),
        init=False,
        lazy="raise",
        viewonly=True,
    )
    """The recipient of a DM; None for a channel."""
    team: Mapped[Team | None] = relationship(
        primaryjoin=lambda: Team.id == foreign(Outgoing.team_id), init=False, lazy="raise", viewonly=True
    )
    posted: Mapped["Card | None"] = relationship(
        primaryjoin=lambda: and_(Card.workspace_id == Outgoing.workspace_id, Card.name == foreign(Outgoing.card)),
        init=False,
        lazy="raise",
        viewonly=True,
    )
    """The row's card, if it has been posted."""
    parent: Mapped["Card | None"] = relationship(
        primaryjoin=lambda: and_(Card.workspace_id == Outgoing.workspace_id, Card.name == foreign(Outgoing.under)),
        init=False,
        lazy="raise",
        viewonly=True,
    )
    """The card in whose thread the row is posted, if it has been posted."""

    @property
    def address(self) -> Address:
        return Address(self.workspace_id, self.conversation)

    def finish(self, state: State, now: datetime, reason: str | None = None) -> None:
        """Set the final state, and delete the payload."""
        self.state, self.reason, self.settled_at = state, reason, now
        self.body = self.attempted_at = None


class Lane(KeyedRow):
    """The queue of one conversation. Its data about the next row is a hint; the relay checks the row when it claims."""

    __tablename__ = "lanes"

    conversation: Mapped[str] = mapped_column(primary_key=True)
    priority: Mapped[int]
    method: Mapped[str]
    next_at: Mapped[datetime | None]
    """When the next row is due; None if nothing waits."""
    paced_until: Mapped[datetime | None] = mapped_column(default=None)
    lease_by: Mapped[str | None] = mapped_column(default=None)
    lease_until: Mapped[float | None] = mapped_column(default=None)
    """The end of the lease, in seconds by the database's clock."""

    @property
    def address(self) -> Address:
        return Address(self.workspace_id, self.conversation)


class Card(KeyedRow):
    """The location of a posted card, by which it can be edited in place."""

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
    plain="method delivery card key state file_id reason under sealed_with",
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
