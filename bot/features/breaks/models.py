"""The table of breaks that agents ask for."""

import secrets
from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, TeamRow
from bot.db.personal_data import Keep, Personal, Reader

BREAK_RETENTION = timedelta(days=7)


class State(StrEnum):
    ASKING = "asking"
    UNANSWERED = "unanswered"
    """No leader has answered; the agent decides."""
    AGREED = "agreed"
    """A leader has agreed, or the agent takes the break without an answer."""
    DROPPED = "dropped"
    """The agent no longer wants the break."""


IS_OPEN = "state IN ('asking', 'unanswered')"


class Break(TeamRow):
    """Some minutes off the queue that an agent asks for."""

    __tablename__ = "breaks"
    __table_args__ = (
        Index(None, "team_id", "state"),
        Index(None, "workspace_id", "asked_at"),
        Index(
            "uq_breaks_open", "workspace_id", "agent_id", unique=True,
            sqlite_where=text(IS_OPEN), postgresql_where=text(IS_OPEN),
        ),
        NEVER_REUSED,
    )  # fmt: skip

    agent_id: Mapped[str]
    minutes: Mapped[int]
    asked_at: Mapped[datetime]
    state: Mapped[str] = mapped_column(default=State.ASKING)
    leader_id: Mapped[str | None] = mapped_column(default=None)
    """The leader who agreed."""
    starts_at: Mapped[datetime | None] = mapped_column(default=None)
    token: Mapped[str] = mapped_column(default_factory=secrets.token_hex, server_default="")
    """A random name, so that in the outbox the card of a break looks like that of a hard contact."""

    @property
    def is_decided(self) -> bool:
        """Whether the break is decided: agreed or dropped."""
        return self.state in (State.AGREED, State.DROPPED)

    @property
    def ends_at(self) -> datetime:
        return (self.starts_at or self.asked_at) + timedelta(minutes=self.minutes)

    @property
    def card(self) -> str:
        """The name of the agent's card."""
        return f"dm:{self.token}"


Personal(
    Break,
    "breaks",
    people=[Break.agent_id, Break.leader_id],
    plain="state token",
    read_by=Reader.LEADERS,
    export_to=[Break.agent_id],
    keep=Keep(Break.asked_at, BREAK_RETENTION),
)
