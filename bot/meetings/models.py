"""The tables of meetings: two people and a time, and pairs who meet again and again."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Span, TeamRow, WorkspaceRow
from bot.db.personal import Erase, Keep, Personal


class Kind(StrEnum):
    ONE_ON_ONE = "one_on_one"
    SHADOWING = "shadowing"
    VISIT = "visit"


class State(StrEnum):
    REQUESTED = "requested"
    """The attendee has a time, or several, to say yes to."""
    COUNTERED = "countered"
    """The organizer has the attendee's own suggestion."""
    PLANNED = "planned"
    MET = "met"
    MISSED = "missed"
    """It did not happen: it comes first next time."""
    SKIPPED = "skipped"
    """Left out this time."""
    DECLINED = "declined"
    """The attendee would rather not, and needs no reason."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Nobody answered before its times had passed."""


OPEN = (State.REQUESTED, State.COUNTERED, State.PLANNED)
IS_OPEN = "state IN ('requested', 'countered', 'planned')"
"""`OPEN` in SQL: of one kind two people have one such at a time, in one team."""
WAITING = (State.REQUESTED, State.COUNTERED)
NOT_TO_BE = (State.SKIPPED, State.DECLINED, State.CANCELLED, State.EXPIRED)


class Series(WorkspaceRow):
    """A leader and an agent who meet again and again."""

    __tablename__ = "series"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "due_on"),
        Index(None, "workspace_id", "agent_id"),
        UniqueConstraint("team_id", "leader_id", "agent_id"),
    )

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


class Meeting(TeamRow):
    """Two people and a time, from the request until it is known what became of it."""

    __tablename__ = "meetings"
    __table_args__ = (
        Index(None, "workspace_id", "organizer_id", "kind", "state"),
        Index(None, "workspace_id", "attendee_id", "kind", "state"),
        Index(None, "team_id", "kind", "state"),
        Index(None, "series_id", "state"),
        Index(
            "uq_meetings_open", "team_id", "kind", "organizer_id", "attendee_id", unique=True,
            sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN),
        ),
    )  # fmt: skip

    kind: Mapped[str]
    organizer_id: Mapped[str]
    """Who would like to meet: the leader, or the sponsor."""
    attendee_id: Mapped[str]
    """The agent who is asked, or has said yes."""
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    """When it is planned, or the first of the times that are asked for or suggested."""
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.REQUESTED)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), default=None)
    offered: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The times to choose from, in ISO 8601, where there are several."""
    refused: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Earlier ones, that did not suit."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts its times, as calendars do."""
    is_invited: Mapped[bool] = mapped_column(default=False)
    """Both got an invitation, which has to follow when the time changes."""
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    """Somebody said what became of it; without that its end is a guess, told to nobody as a fact."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    sealed: Mapped[bytes | None] = mapped_column(default=None)
    """What the organizer learnt, in their own words, encrypted."""
    uid: Mapped[str] = mapped_column(default_factory=lambda: f"{uuid4()}@steward")
    """What calendars know it by."""

    @property
    def about(self) -> str:
        """What it is called among all that people have planned, and what its time and themes are counted under."""
        return f"meeting:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_unsaid(self) -> bool:
        """Whether what became of it can still be said."""
        return self.state == State.PLANNED or (self.state in (State.MET, State.MISSED) and not self.is_confirmed)

    @property
    def times(self) -> Sequence[datetime]:
        """The times to say yes to; once it is planned, its own."""
        if self.state not in WAITING or not self.offered:
            return [self.starts_at]
        return [datetime.fromisoformat(each) for each in self.offered]

    def offer(self, times: Iterable[datetime]) -> None:
        """Put other times forward than before."""
        self.refused = [*self.refused, *self.offered]
        self.offered = [each.isoformat() for each in sorted(times)]
        self.starts_at = self.times[0] if self.state in WAITING else self.starts_at

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def span(self) -> Span:
        return self.starts_at, self.starts_at + self.length

    def other(self, person_id: str) -> str:
        return self.attendee_id if person_id == self.organizer_id else self.organizer_id


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
    people=[Meeting.organizer_id, Meeting.attendee_id],
    words=[Meeting.sealed],
    plain="kind state offered refused uid",
    export_to=[Meeting.organizer_id, Meeting.attendee_id],
    on_erase=Erase.DELETE,
    keep=Keep(Meeting.ended_at),
)
