"""Tables of meetings and of series: pairs who meet regularly."""

from collections.abc import Iterable, Sequence
from datetime import date, datetime, timedelta
from enum import StrEnum
from uuid import uuid4

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, exists, or_, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, Span, TeamRow, WorkspaceRow
from bot.db.personal_data import DECLINED_RETENTION, Erase, Keep, Personal


class Kind(StrEnum):
    ONE_ON_ONE = "one_on_one"
    SHADOWING = "shadowing"
    VISIT = "visit"


class State(StrEnum):
    REQUESTED = "requested"
    """The attendee has been offered one or more times."""
    COUNTERED = "countered"
    """The attendee has suggested another time to the organizer."""
    PLANNED = "planned"
    MET = "met"
    MISSED = "missed"
    """The meeting did not happen; the pair has priority next time."""
    SKIPPED = "skipped"
    """The meeting was skipped this time."""
    DECLINED = "declined"
    """The attendee declined; no reason is asked for."""
    CANCELLED = "cancelled"
    EXPIRED = "expired"
    """Nobody answered before the times passed."""


OPEN = (State.REQUESTED, State.COUNTERED, State.PLANNED)
IS_OPEN = "state IN ('requested', 'countered', 'planned')"
"""`OPEN` as the SQL condition of a unique index: two people have at most one open meeting of a kind in a team."""
WAITING = (State.REQUESTED, State.COUNTERED)
NOT_HELD = (State.SKIPPED, State.DECLINED, State.CANCELLED, State.EXPIRED)


class Series(WorkspaceRow):
    """A leader and an agent who have regular one-on-ones."""

    __tablename__ = "series"
    __table_args__ = (
        Index(None, "workspace_id", "leader_id", "due_on"),
        Index(None, "workspace_id", "agent_id"),
        UniqueConstraint("team_id", "leader_id", "agent_id"),
        NEVER_REUSED,
    )

    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"), index=True)
    leader_id: Mapped[str]
    agent_id: Mapped[str]
    rule: Mapped[str]
    """How often they meet, as an RFC 5545 recurrence rule."""
    due_on: Mapped[date]
    since: Mapped[datetime]
    """When the agent started to wait for their first one-on-one."""
    met_on: Mapped[date | None] = mapped_column(default=None)
    is_missed: Mapped[bool] = mapped_column(default=False)
    """Whether the last one did not happen, which puts it first in the rota."""
    asked_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the agent asked for a one-on-one that is not planned yet."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When one of the two left; the pair's notes are kept."""

    @property
    def pair(self) -> tuple[str, str]:
        return self.leader_id, self.agent_id

    def other(self, person_id: str) -> str:
        return self.agent_id if person_id == self.leader_id else self.leader_id


class Meeting(TeamRow):
    """Two people and a time, from the request to its outcome."""

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
        NEVER_REUSED,
    )  # fmt: skip

    kind: Mapped[str]
    organizer_id: Mapped[str]
    """The leader or sponsor who requests it."""
    attendee_id: Mapped[str]
    """The agent who is asked, or has accepted."""
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    """The planned time, or the first of the offered or suggested times."""
    made_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.REQUESTED)
    series_id: Mapped[int | None] = mapped_column(ForeignKey("series.id"), default=None)
    offered: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The times to choose from, in ISO 8601; may be empty if there is only `starts_at`."""
    refused: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """Earlier offers, which did not suit, in ISO 8601."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts its changes, for the SEQUENCE of its iCalendar invitations (RFC 5545)."""
    is_invited: Mapped[bool] = mapped_column(default=False)
    """Whether both got a calendar invitation, which must be updated when the time changes."""
    is_confirmed: Mapped[bool] = mapped_column(default=True)
    """Whether somebody confirmed the outcome; otherwise it is assumed, and must not be shown as a fact."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    sealed: Mapped[bytes | None] = mapped_column(default=None)
    """The organizer's notes, encrypted."""
    uid: Mapped[str] = mapped_column(default_factory=lambda: f"{uuid4()}@steward")
    """The UID of its iCalendar invitations."""

    @property
    def about(self) -> str:
        """The meeting's key, by which busy times, time entries and theme reports refer to it."""
        return f"meeting:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def lacks_outcome(self) -> bool:
        """Whether the outcome can still be recorded."""
        return self.state == State.PLANNED or (self.state in (State.MET, State.MISSED) and not self.is_confirmed)

    @property
    def is_suggested(self) -> bool:
        """Whether one of the two suggested the current time to the other, in reply to an earlier request."""
        return self.is_invited or (self.kind != Kind.ONE_ON_ONE and bool(self.offered))

    @property
    def times(self) -> Sequence[datetime]:
        """The times that can be accepted; for a planned meeting, only its own time."""
        if self.state not in WAITING or not self.offered:
            return [self.starts_at]
        return [datetime.fromisoformat(each) for each in self.offered]

    def offer(self, times: Iterable[datetime]) -> None:
        """Offer other times, and remember the times offered earlier as refused."""
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


_IS_KNOWN_TO_ORGANIZER = or_(
    Meeting.kind == Kind.ONE_ON_ONE, Meeting.is_invited,
    Meeting.state.in_([State.COUNTERED, State.PLANNED, State.MET, State.MISSED, State.SKIPPED]),
)  # fmt: skip
"""Condition for meetings whose attendee the organizer knows. Nobody is told who declined to be shadowed or visited."""
Personal(
    Series,
    "meetings",
    people=[Series.leader_id, Series.agent_id],
    plain="rule",
    cards="one_on_one",
    keep=Keep(Series.ended_at, only=~exists().where(Meeting.series_id == Series.id)),
)
Personal(
    Meeting,
    "meetings",
    people=[Meeting.organizer_id, Meeting.attendee_id],
    words=[Meeting.sealed],
    plain="kind state offered refused uid",
    export_to=[Meeting.organizer_id, Meeting.attendee_id],
    export_if={Meeting.organizer_id: _IS_KNOWN_TO_ORGANIZER},
    private_to={Meeting.sealed: Meeting.organizer_id},
    on_erase=Erase.DELETE,
    cards="meeting",
    keep=[
        Keep(Meeting.ended_at),
        # The rota of hosts needs to know who declined a visit, or it would ask the same person first each time.
        Keep(
            Meeting.ended_at,
            DECLINED_RETENTION,
            only=(Meeting.state == State.DECLINED) & (Meeting.kind != Kind.VISIT),
        ),
    ],
)
