"""The tables of one-on-ones: pairs, their meetings, what they want to talk about, and what they wrote down."""

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal import Erase, Keep, Personal


class Series(Base):
    """A leader and an agent who meet again and again."""

    __tablename__ = "series"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "due_on"),
        Index(None, "workspace_id", "agent_id"),
        UniqueConstraint("team_id", "leader_id", "agent_id"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    leader_id: Mapped[str]
    agent_id: Mapped[str]
    rule: Mapped[str]
    """How often, as an RFC 5545 rule."""
    due_on: Mapped[date]
    since: Mapped[datetime]
    """When the agent began to wait for their first one."""
    met_on: Mapped[date | None] = mapped_column(default=None)
    is_missed: Mapped[bool] = mapped_column(default=False)
    """The last one did not happen: it goes to the head of the rota."""
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the agent asked for one that has not been planned yet."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When one of the two left; the pair keeps what it wrote down."""

    @property
    def pair(self) -> tuple[str, str]:
        return self.leader_id, self.agent_id

    def other(self, person_id: str) -> str:
        return self.agent_id if person_id == self.leader_id else self.leader_id


class State(StrEnum):
    PROPOSED = "proposed"
    """The agent has times to choose from."""
    COUNTERED = "countered"
    """The leader has the agent's own suggestion."""
    PLANNED = "planned"
    MET = "met"
    MISSED = "missed"
    SKIPPED = "skipped"
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """Nobody chose before the times had passed."""
    LET_GO = "let_go"
    """Its time has passed, and nobody said otherwise: it counts as held until somebody does."""


OPEN = (State.PROPOSED, State.COUNTERED, State.PLANNED)


class Meeting(Base):
    """One one-on-one, from when times are proposed until it is known what became of it."""

    __tablename__ = "one_on_ones"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "made_at"),
        Index(None, "series_id", "state"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    series_id: Mapped[int] = mapped_column(ForeignKey("series.id"))
    leader_id: Mapped[str]
    agent_id: Mapped[str]
    minutes: Mapped[int]
    made_at: Mapped[datetime]
    state: Mapped[str]
    slots: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The times to choose from, in ISO 8601."""
    refused: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Earlier ones, that did not suit."""
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts its times, as calendars do."""
    is_invited: Mapped[bool] = mapped_column(default=False)
    """Both got an invitation, which has to follow when the time changes."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def about(self) -> str:
        """What it is called among all that people have planned."""
        return f"one_on_one:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_unsaid(self) -> bool:
        """Whether what became of it can still be said."""
        return self.starts_at is not None and (self.is_open or self.state == State.LET_GO)

    @property
    def times(self) -> list[datetime]:
        return [datetime.fromisoformat(slot) for slot in self.slots]

    def offer(self, state: State, times: Iterable[datetime]) -> None:
        """Put other times forward than before."""
        self.refused = [*self.refused, *self.slots]
        self.state, self.slots = state, [each.isoformat() for each in times]

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def span(self) -> tuple[datetime, datetime]:
        """From when to when it is planned."""
        assert self.starts_at  # noqa: S101
        return self.starts_at, self.starts_at + self.length

    def other(self, person_id: str) -> str:
        return self.agent_id if person_id == self.leader_id else self.leader_id


class Topic(Base):
    """Something that one of a pair wants to talk about."""

    __tablename__ = "topics"
    __table_args__ = (Index(None, "workspace_id", "leader_id", "agent_id"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    leader_id: Mapped[str]
    agent_id: Mapped[str]
    author_id: Mapped[str]
    sealed: Mapped[bytes]
    """Its words, encrypted."""
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


class Note(Base):
    """What a pair wrote down for itself; with a day to come back to it, a coaching note."""

    __tablename__ = "notes"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "agent_id"),
        Index(None, "workspace_id", "author_id", "follow_up_on"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    leader_id: Mapped[str]
    agent_id: Mapped[str]
    author_id: Mapped[str]
    sealed: Mapped[bytes]
    """Its words, encrypted."""
    made_at: Mapped[datetime]
    follow_up_on: Mapped[date | None] = mapped_column(default=None)
    followed_at: Mapped[datetime | None] = mapped_column(default=None)


Personal(
    Series,
    "meetings",
    people=[Series.leader_id, Series.agent_id],
    plain="rule",
    keep="how two people meet, while they do",
)
Personal(
    Meeting,
    "meetings",
    people=[Meeting.leader_id, Meeting.agent_id],
    plain="state slots refused",
    keep=Keep(Meeting.ended_at),
)
Personal(
    Topic,
    "one-on-one topics and notes",
    people=[Topic.leader_id, Topic.agent_id, Topic.author_id],
    words=[Topic.sealed],
    export_to=[Topic.author_id],
    on_erase={Topic.author_id: Erase.DELETE},
    keep=Keep(Topic.done_at),
)
Personal(
    Note,
    "one-on-one topics and notes",
    people=[Note.leader_id, Note.agent_id, Note.author_id],
    words=[Note.sealed],
    export_to=[Note.author_id],
    on_erase={Note.author_id: Erase.DELETE},
    keep=Keep(Note.made_at),
)
