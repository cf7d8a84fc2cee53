"""The tables of queue spikes: what each source last told of a queue, the spike, and who helped."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow
from bot.db.personal import WORK_RETENTION, Erase, Keep, Personal, Reader


class State(StrEnum):
    OPEN = "open"
    """Nobody helps, and nobody is being asked at this moment."""
    ASKING = "asking"
    COVERED = "covered"
    """Somebody helps."""
    RESOLVED = "resolved"
    DEBRIEFED = "debriefed"
    """The one who helped has said what there is to learn from it."""


class Ended(StrEnum):
    """How a spike ended."""

    SIGNAL = "signal"
    PERSON = "person"
    QUIET = "quiet"
    """Nothing was heard of it for a long time."""


class Kind(StrEnum):
    """How somebody helps."""

    QUEUE = "queue"
    SHADOW = "shadow"
    BLOCKER = "blocker"


OVER = "resolved_at IS NULL"
PERSON = "person"
"""The source of what people call; it is believed at once."""


class Spike(TeamRow):
    """A queue over its limit, from the first signal until it is calm; a new one soon after re-opens it."""

    __tablename__ = "spikes"
    __table_args__ = (
        Index(
            "uq_spikes_open", "team_id", "key", unique=True, sqlite_where=text(OVER), postgresql_where=text(OVER)
        ),
        Index(None, "team_id", "key", "opened_at"),
        Index(None, "team_id", "opened_at"),
        Index(None, "workspace_id", "resolved_at"),
    )  # fmt: skip

    queue: Mapped[str]
    """As people call it."""
    key: Mapped[str]
    """The same in its normal form (`names.queue_key`): there is one open spike for each."""
    source: Mapped[str]
    """Who told first, like `grafana` or `person`."""
    opened_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    """When anybody last said that it is on."""
    state: Mapped[str] = mapped_column(default=State.OPEN)
    caller_id: Mapped[str | None] = mapped_column(default=None)
    """Who called it, where a person did."""
    title: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    value: Mapped[float | None] = mapped_column(default=None)
    peak: Mapped[float | None] = mapped_column(default=None)
    threshold: Mapped[float | None] = mapped_column(default=None)
    mark: Mapped[float | None] = mapped_column(default=None)
    """The peak when it was last said to have grown; it has grown again at half as much more."""
    calm_at: Mapped[datetime | None] = mapped_column(default=None)
    """Since when it is said to be calm, while that is not believed yet."""
    given_up_at: Mapped[datetime | None] = mapped_column(default=None)
    """When nobody was left to be asked."""
    reopened: Mapped[int] = mapped_column(default=0)
    """How often; each time a calm has to last longer to be believed."""
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_how: Mapped[str | None] = mapped_column(default=None)
    shown: Mapped[str] = mapped_column(default="")
    """A short name for what its card says; the same again is no edit."""

    @property
    def is_over(self) -> bool:
        return self.resolved_at is not None


class Cause(TeamRow):
    """What one source last told of one queue, by its own key; it outlives the spike, so that old news stays old."""

    __tablename__ = "spike_causes"
    __table_args__ = (
        UniqueConstraint("team_id", "queue", "source", "key"),
        Index(None, "team_id", "source", "key"),
        Index(None, "workspace_id", "heard_at"),
    )

    queue: Mapped[str]
    """As `Spike.key` has it."""
    source: Mapped[str]
    key: Mapped[str]
    heard_at: Mapped[datetime]
    is_firing: Mapped[bool] = mapped_column(default=False)
    occurred_at: Mapped[datetime | None] = mapped_column(default=None)
    """By the source's own clock, where it says."""
    value: Mapped[float | None] = mapped_column(default=None)
    """What it measured last; one that fires and says no number any more keeps the one before."""
    threshold: Mapped[float | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the source itself last told that it is over; none while it never did."""


class Stint(TeamRow):
    """Somebody's time with the queue."""

    __tablename__ = "stints"
    __table_args__ = (
        Index(None, "spike_id"),
        Index(None, "workspace_id", "person_id", "ended_at"),
        Index(None, "team_id", "ended_at"),
    )

    spike_id: Mapped[int | None] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    """None when they came without any spike."""
    person_id: Mapped[str]
    kind: Mapped[str]
    started_at: Mapped[datetime]
    until: Mapped[datetime]
    """As far as they have said."""
    is_named: Mapped[bool] = mapped_column(default=True)
    """Whether the team may read who it is."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts how often `until` was moved."""
    card: Mapped[str | None] = mapped_column(default=None)
    """The card in their DM that has its buttons."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def minutes(self) -> int:
        """How long it was, or will be as far as they have said."""
        return round(((self.ended_at or self.until) - self.started_at).total_seconds() / 60)


Personal(
    Spike,
    "spikes",
    people=[Spike.caller_id],
    plain="queue key source state title url ended_how shown",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    keep=Keep(Spike.resolved_at),
)
Personal(
    Cause,
    "deliveries of tools",
    plain="queue source key",
    read_by=Reader.LEADERS,
    keep=Keep(Cause.heard_at, WORK_RETENTION),
)
Personal(
    Stint,
    "stints",
    people=[Stint.person_id],
    plain="kind card",
    read_by=Reader.TEAM,
    keep=Keep(Stint.ended_at, only=Stint.spike_id.is_(None)),
)
