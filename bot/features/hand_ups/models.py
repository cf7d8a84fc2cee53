"""The table of hand-ups."""

from datetime import datetime, timedelta
from enum import StrEnum

from sqlalchemy import Index, text
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, TeamRow, Words
from bot.db.personal_data import Erase, Keep, Personal, Reader

HAND_UP_RETENTION = timedelta(days=30)


class State(StrEnum):
    ASKING = "asking"
    """One leader is being asked, or all remaining leaders are."""
    COMING = "coming"
    """A leader has said that they will come."""
    HERE = "here"
    """A leader is with the agent."""
    HELD = "held"
    """The agent has paused the asking."""
    UNANSWERED = "unanswered"
    """Nobody is left to ask at the moment."""
    ENDED = "ended"


class Ending(StrEnum):
    """Why a hand-up ended."""

    BY_AGENT = "agent"
    BY_LEADER = "leader"
    DAY_OVER = "day over"
    """The agent's working day was over."""
    LEFT = "left"
    """The agent has left the team."""


class HandUp(TeamRow):
    """One request of an agent for help by a leader."""

    __tablename__ = "hand_ups"
    __table_args__ = (
        Index(None, "team_id", "state"),
        Index(None, "team_id", "raised_at"),
        Index(None, "workspace_id", "helper_id", "state"),
        Index(
            "uq_hand_ups_open", "workspace_id", "agent_id", unique=True,
            sqlite_where=text("ended_at IS NULL"), postgresql_where=text("ended_at IS NULL"),
        ),
        NEVER_REUSED,
    )  # fmt: skip

    agent_id: Mapped[str]
    words: Mapped[str] = mapped_column(Words)
    """What the agent needs, encrypted, with a line for each text that they sent."""
    raised_at: Mapped[datetime]
    is_waiting: Mapped[bool] = mapped_column(default=False)
    """Whether a customer is waiting while the agent waits for a leader."""
    ticket: Mapped[str] = mapped_column(Words, default="")
    state: Mapped[str] = mapped_column(default=State.ASKING)
    helper_id: Mapped[str | None] = mapped_column(default=None)
    """The leader who is coming, or is with the agent."""
    helped_at: Mapped[datetime | None] = mapped_column(default=None)
    """When a leader first said that they would come."""
    here_at: Mapped[datetime | None] = mapped_column(default=None)
    comes_by: Mapped[datetime | None] = mapped_column(default=None)
    """When to ask the agent whether the helper has arrived."""
    later_id: Mapped[str | None] = mapped_column(default=None)
    """The leader who can come in ten minutes, while others are still asked because a customer waits."""
    later_by: Mapped[datetime | None] = mapped_column(default=None)
    held_until: Mapped[datetime | None] = mapped_column(default=None)
    posted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the agent had it posted in the team's channel."""
    asks_deputies: Mapped[bool] = mapped_column(default=False)
    """Whether to ask deputies who are not at work too, because the agent wants it."""
    theme: Mapped[str] = mapped_column(default="")
    """The kind of problem, as the agent chose it afterwards."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    ending: Mapped[str | None] = mapped_column(default=None)

    @property
    def is_over(self) -> bool:
        return self.ended_at is not None

    @property
    def card(self) -> str:
        """The name of the agent's card."""
        return f"hand_up:{self.id}"

    @property
    def source(self) -> str:
        """The idempotency key in rows of other features, such as a leader's time entry."""
        return f"hand_up:{self.id}"


Personal(
    HandUp,
    "hand-ups",
    people=[HandUp.agent_id, HandUp.helper_id, HandUp.later_id],
    words=[HandUp.words, HandUp.ticket],
    plain="state theme ending",
    read_by=Reader.LEADERS,
    export_to=[HandUp.agent_id],
    on_erase={
        HandUp.agent_id: Erase.DELETE,
        HandUp.helper_id: Erase.UNNAME,
        HandUp.later_id: Erase.UNNAME,
    },
    cards="hand_up",
    keep=Keep(HandUp.raised_at, HAND_UP_RETENTION),
)
