"""The tables of shadowing: a leader beside an agent, and the roadblocks that leaders take on afterwards."""

from datetime import date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, exists
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import Base
from bot.db.personal import Keep, Personal


class State(StrEnum):
    ASKED = "asked"
    """The agent is asked, with a time."""
    SUGGESTED = "suggested"
    """The leader has the agent's own suggestion of a time."""
    PLANNED = "planned"
    DONE = "done"
    MISSED = "missed"
    """It did not happen: the agent goes back to the head."""
    DECLINED = "declined"
    """The agent would rather not, and needs no reason."""
    CANCELLED = "cancelled"
    LAPSED = "lapsed"
    """Nobody answered before its time had passed."""


OPEN = (State.ASKED, State.SUGGESTED, State.PLANNED)


class ShadowSession(Base):
    """A leader sits beside an agent, from the question until it is known what became of it."""

    __tablename__ = "sittings"
    __table_args__ = (
        Index(None, "workspace_id", "agent_id", "state"),
        Index(None, "workspace_id", "leader_id", "state"),
        Index(None, "team_id", "state"),
    )

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    leader_id: Mapped[str]
    agent_id: Mapped[str]
    minutes: Mapped[int]
    starts_at: Mapped[datetime]
    """The time that is asked for, suggested or planned, as `state` says."""
    made_at: Mapped[datetime]
    state: Mapped[str]
    sequence: Mapped[int] = mapped_column(default=0)
    """Counts its times, as calendars do."""
    is_invited: Mapped[bool] = mapped_column(default=False)
    """Both got an invitation, which has to follow when the time changes."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    sealed: Mapped[bytes | None] = mapped_column(default=None)
    """What the leader learnt, in their own words, encrypted."""

    @property
    def about(self) -> str:
        """What it is called among all that people have planned."""
        return f"sitting:{self.id}"

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def length(self) -> timedelta:
        return timedelta(minutes=self.minutes)

    @property
    def span(self) -> tuple[datetime, datetime]:
        return self.starts_at, self.starts_at + self.length

    def other(self, person_id: str) -> str:
        return self.agent_id if person_id == self.leader_id else self.leader_id


class Roadblock(Base):
    """What holds agents back, seen while sitting beside one, and taken on by the leader until a day."""

    __tablename__ = "owned_roadblocks"
    __table_args__ = (Index(None, "workspace_id", "leader_id", "due_on"),)

    id: Mapped[int] = mapped_column(init=False, primary_key=True)
    workspace_id: Mapped[str] = mapped_column(ForeignKey("workspaces.id"))
    team_id: Mapped[int] = mapped_column(ForeignKey("teams.id"))
    sitting_id: Mapped[int] = mapped_column(ForeignKey("sittings.id"), index=True)
    leader_id: Mapped[str]
    sealed: Mapped[bytes]
    """Its words, encrypted."""
    due_on: Mapped[date]
    made_at: Mapped[datetime]
    done_at: Mapped[datetime | None] = mapped_column(default=None)


Personal(
    ShadowSession,
    "meetings",
    people=[ShadowSession.leader_id, ShadowSession.agent_id],
    words=[ShadowSession.sealed],
    plain="state",
    keep=Keep(ShadowSession.ended_at, only=~exists().where(Roadblock.sitting_id == ShadowSession.id)),
)
Personal(Roadblock, "roadblocks", people=[Roadblock.leader_id], words=[Roadblock.sealed], keep=Keep(Roadblock.done_at))
