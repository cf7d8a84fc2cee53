"""The table of scheduled jobs, and the computation of their occurrences."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import takewhile
from typing import NamedTuple

from sqlalchemy import DateTime, ForeignKey, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from bot.db.models import WorkspaceRow
from bot.db.personal_data import Personal
from bot.org.teams.models import Team
from bot.org.workspaces import Workspace
from bot.scheduler.recurrence import When, instant, next_after

FAILED = "reason IS NOT NULL"
RUNNING = "running job"
"""The key in a session's `info` under which the worker stores the key of the job that it runs."""
MUTED = "muted job"
"""The key in a session's `info` that is true if nothing may be said of what the transaction does."""


class About(NamedTuple):
    """A reference to the subject of a scheduled job, such as a member or a shout-out."""

    kind: str
    id: int


class Due(NamedTuple):
    """One occurrence of a recurring job, and the instant of the next one."""

    at: datetime
    about: About
    then: datetime | None


@dataclass(frozen=True)
class Occurrence:
    """One occurrence of a scheduled job: due `at` this instant; the previous one that ran was due at `since`."""

    at: datetime
    since: datetime
    about: About | None = None

    @property
    def subject(self) -> About:
        """The subject of the job. Raises `TypeError` if it has none."""
        if self.about is None:
            raise TypeError("This job has no subject")
        return self.about

    @property
    def about_id(self) -> int:
        return self.subject.id


class ScheduledJob(WorkspaceRow):
    __tablename__ = "scheduled_jobs"
    __table_args__ = (
        UniqueConstraint("workspace_id", "key"),
        Index(None, "workspace_id", "wake_at"),
        Index("ix_scheduled_jobs_failed", "id", sqlite_where=text(FAILED), postgresql_where=text(FAILED)),
    )

    team_id: Mapped[int | None] = mapped_column(ForeignKey("teams.id"), index=True)
    key: Mapped[str]
    job: Mapped[str]
    about_kind: Mapped[str | None]
    about_id: Mapped[int | None]
    zone: Mapped[str]
    recurrence: Mapped[str | None]
    """An RFC 5545 RRULE on local wall time; None for a one-off job."""
    wall: Mapped[datetime | None] = mapped_column(DateTime())
    """The wall time, in `zone`, of the next occurrence; None for a one-off job."""
    due_at: Mapped[datetime]
    since: Mapped[datetime]
    late_seconds: Mapped[int | None]
    """How late an occurrence may still run; None for no limit."""
    wake_at: Mapped[datetime | None] = mapped_column(index=True)
    """When a tick next considers it: at `due_at`, or later for a retry after a failure."""
    tries: Mapped[int] = mapped_column(default=0)
    reason: Mapped[str | None] = mapped_column(default=None)
    workspace: Mapped[Workspace] = relationship(init=False, lazy="raise", viewonly=True)
    team: Mapped[Team | None] = relationship(init=False, lazy="raise", viewonly=True)

    @property
    def occurrence(self) -> Occurrence:
        about = None if self.about_kind is None else About(self.about_kind, self.about_id or 0)
        return Occurrence(self.due_at, self.since, about)

    def has_recurrence(self, when: When) -> bool:
        """Return whether the job has this recurrence rule and time of day already."""
        return self.recurrence == when.rule and self.wall is not None and self.wall.time() == when.at

    def until(self, end: datetime) -> Iterator[datetime]:
        """Yield the instants at which the job is due, up to `end`."""
        return takewhile(lambda at: at <= end, self._instants())

    def list_occurrences(self, end: datetime) -> Iterator[Due]:
        """Yield the occurrences up to `end`, each with its subject and the instant of the next one."""
        about, instants = About(self.about_kind or "", self.about_id or 0), self._instants()
        at: datetime | None = next(instants)
        while at and at <= end:
            then = next(instants, None)
            yield Due(at, about, then)
            at = then

    def _instants(self) -> Iterator[datetime]:
        wall, due = self.wall, self.due_at
        while True:
            yield due
            wall = next_after(self.recurrence, wall) if self.recurrence and wall else None
            if wall is None:
                return
            due = instant(wall, self.zone)

    def is_too_late(self, now: datetime) -> bool:
        return self.late_seconds is not None and now - self.due_at > timedelta(seconds=self.late_seconds)

    def skip_overdue(self, now: datetime) -> bool:
        """Reschedule the job to its first occurrence after `now`, skipping earlier ones. False if there is none."""
        while self.due_at <= now:
            self.since = self.due_at
            if not self.move_on():
                return False
        self.reason = None
        return True

    def move_on(self) -> bool:
        """Reschedule the job to its next occurrence and reset its retries. Return False if there is none."""
        if self.recurrence is None or self.wall is None:
            return False
        wall = next_after(self.recurrence, self.wall)
        if wall is None:
            return False
        self.wall, self.tries = wall, 0
        self.due_at = self.wake_at = instant(wall, self.zone)
        return True


Personal(
    ScheduledJob,
    "scheduled jobs",
    plain="key job about_kind zone recurrence reason",
    keep="moves on with its job, and ends with what it is about",
)
