"""Tables of the topics and notes of one-on-ones."""

from datetime import date, datetime

from sqlalchemy import ColumnElement, Index, and_, exists
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, WorkspaceRow
from bot.db.personal_data import Erase, Keep, Personal
from bot.meetings.models import Kind, Meeting, Series


class Topic(WorkspaceRow):
    """A topic that one of a pair wants to discuss in their one-on-one."""

    __tablename__ = "topics"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "agent_id"),
        NEVER_REUSED,
    )

    leader_id: Mapped[str]
    agent_id: Mapped[str]
    author_id: Mapped[str]
    sealed: Mapped[bytes]
    """The text, encrypted."""
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class Note(WorkspaceRow):
    """A note about a one-on-one that only the pair can read; with a follow-up date it is a coaching note."""

    __tablename__ = "notes"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "agent_id"),
        Index(None, "workspace_id", "author_id", "follow_up_on"),
        NEVER_REUSED,
    )

    leader_id: Mapped[str]
    agent_id: Mapped[str]
    author_id: Mapped[str]
    sealed: Mapped[bytes]
    """The text, encrypted."""
    made_at: Mapped[datetime]
    follow_up_on: Mapped[date | None] = mapped_column(default=None)
    followed_at: Mapped[datetime | None] = mapped_column(default=None)


def _have_stopped(model: type[Topic] | type[Note]) -> ColumnElement[bool]:
    """Return an SQL condition that is true for pairs with neither a series nor a meeting.

    Meetings have a retention period of their own, so the condition is true only once the last one has been deleted.
    """
    series = exists().where(
        Series.workspace_id == model.workspace_id, Series.leader_id == model.leader_id,
        Series.agent_id == model.agent_id, Series.ended_at.is_(None),
    )  # fmt: skip
    meetings = exists().where(
        Meeting.workspace_id == model.workspace_id, Meeting.organizer_id == model.leader_id,
        Meeting.attendee_id == model.agent_id, Meeting.kind == Kind.ONE_ON_ONE,
    )  # fmt: skip
    return and_(~series, ~meetings)


Personal(
    Topic,
    "one-on-one topics and notes",
    people=[Topic.leader_id, Topic.agent_id, Topic.author_id],
    words=[Topic.sealed],
    export_to=[Topic.author_id],
    on_erase={Topic.author_id: Erase.DELETE},
    keep=Keep(Topic.made_at, only=_have_stopped(Topic)),
)
Personal(
    Note,
    "one-on-one topics and notes",
    people=[Note.leader_id, Note.agent_id, Note.author_id],
    words=[Note.sealed],
    export_to=[Note.author_id],
    on_erase={Note.author_id: Erase.DELETE},
    keep=Keep(Note.made_at, only=_have_stopped(Note)),
)
