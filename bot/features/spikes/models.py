"""Tables of queue spikes: the spike, its causes by alert source, and the stints of helpers."""

from datetime import datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, TeamRow
from bot.db.personal_data import TIME_RETENTION, WORK_RETENTION, Erase, Keep, Personal, Reader


class State(StrEnum):
    OPEN = "open"
    """Nobody is helping, and no ask is open."""
    ASKING = "asking"
    COVERED = "covered"
    """Somebody is helping."""
    RESOLVED = "resolved"
    DEBRIEFED = "debriefed"
    """A helper has filled in the debrief."""


class Ended(StrEnum):
    """The reason why a spike ended."""

    SIGNAL = "signal"
    PERSON = "person"
    QUIET = "quiet"
    """The spike timed out: no source has reported it for `rules.QUIET_TIMEOUT`."""


class Kind(StrEnum):
    """How somebody helps with a spike."""

    QUEUE = "queue"
    SHADOW = "shadow"
    BLOCKER = "blocker"


OVER = "resolved_at IS NULL"
PERSON = "person"
"""The source of reports by people, which take effect at once."""


class Spike(TeamRow):
    """A queue over its limit, from the first alert until it is resolved. An alert within the cooldown reopens it."""

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
    """The queue's name as people write it."""
    key: Mapped[str]
    """The normalized name (`bot.text.normalization.queue_key`); at most one open spike per team has it."""
    source: Mapped[str]
    """The source of the first alert, like `grafana` or `person`."""
    opened_at: Mapped[datetime]
    heard_at: Mapped[datetime]
    """When any source last reported the queue as firing."""
    state: Mapped[str] = mapped_column(default=State.OPEN)
    caller_id: Mapped[str | None] = mapped_column(default=None)
    """The person who reported the spike, if a person did."""
    title: Mapped[str] = mapped_column(default="")
    url: Mapped[str] = mapped_column(default="")
    value: Mapped[float | None] = mapped_column(default=None)
    peak: Mapped[float | None] = mapped_column(default=None)
    threshold: Mapped[float | None] = mapped_column(default=None)
    mark: Mapped[float | None] = mapped_column(default=None)
    """The peak when growth was last reported; growth by half is reported again."""
    calm_at: Mapped[datetime | None] = mapped_column(default=None)
    """When tools reported the queue as resolved, while `rules.calm_confirmed_at` is not reached yet."""
    given_up_at: Mapped[datetime | None] = mapped_column(default=None)
    """When nobody was left to ask."""
    reopened: Mapped[int] = mapped_column(default=0)
    """How often the spike was reopened; the calm delay grows each time."""
    resolved_at: Mapped[datetime | None] = mapped_column(default=None)
    ended_how: Mapped[str | None] = mapped_column(default=None)
    shown: Mapped[str] = mapped_column(default="")
    """A digest of what its card shows; the card is not edited if it is unchanged."""

    @property
    def is_over(self) -> bool:
        return self.resolved_at is not None


class Cause(TeamRow):
    """The last report by one source about one queue, identified by the source's key.

    It outlives the spike, so that late deliveries can be recognized as old.
    """

    __tablename__ = "spike_causes"
    __table_args__ = (
        UniqueConstraint("team_id", "queue", "source", "key"),
        Index(None, "team_id", "source", "key"),
        Index(None, "workspace_id", "heard_at"),
    )

    queue: Mapped[str]
    """The normalized name, as in `Spike.key`."""
    source: Mapped[str]
    key: Mapped[str]
    heard_at: Mapped[datetime]
    is_firing: Mapped[bool] = mapped_column(default=False)
    occurred_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the event happened by the source's clock, if the source sends a time."""
    value: Mapped[float | None] = mapped_column(default=None)
    """The last measured value; kept if a later firing alert has no number."""
    threshold: Mapped[float | None] = mapped_column(default=None)
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the source last reported it as resolved; None if it never did."""


class Stint(TeamRow):
    """A stint: the time that a leader spends helping in a queue."""

    __tablename__ = "stints"
    __table_args__ = (
        Index(None, "spike_id"),
        Index(None, "workspace_id", "person_id", "ended_at"),
        Index(None, "team_id", "ended_at"),
        NEVER_REUSED,
    )

    spike_id: Mapped[int | None] = mapped_column(ForeignKey("spikes.id", ondelete="CASCADE"))
    """None if the leader helps without a spike."""
    person_id: Mapped[str]
    kind: Mapped[str]
    started_at: Mapped[datetime]
    until: Mapped[datetime]
    """The announced end."""
    is_named: Mapped[bool] = mapped_column(default=True)
    """Whether the team may see who the helper is."""
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts the changes of `until`."""
    card: Mapped[str | None] = mapped_column(default=None)
    """The name of the card in the leader's DM that has the stint's buttons."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def minutes(self) -> int:
        """How many minutes the stint took; while it lasts, how many are planned."""
        return round(((self.ended_at or self.until) - self.started_at).total_seconds() / 60)


Personal(
    Spike,
    "spikes",
    people=[Spike.caller_id],
    plain="queue key source state title url ended_how shown",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    cards="spike nobody",
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
    cards="stint",
    keep=Keep(Stint.ended_at, TIME_RETENTION),
)
