"""The tables of nudges: what was sent to whom and how they answered, and when each person is checked next."""

from datetime import date, datetime, timedelta
from enum import StrEnum
from typing import Any

from sqlalchemy import JSON, Index
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import NEVER_REUSED, KeyedRow, TeamRow
from bot.db.personal_data import Erase, Keep, Personal


class NudgeState(StrEnum):
    SAID = "said"
    SNOOZED = "snoozed"
    DONE = "done"
    DECLINED = "declined"
    """Answered with *Not this time*, which counts as an answer."""
    MUTED = "muted"
    SETTLED = "settled"
    """It was no longer needed: somebody else did what it asked for, or the bot closed its subject."""
    IGNORED = "ignored"
    """It expired without an answer."""
    UNHEARD = "unheard"
    """It expired before there was a good moment to send it."""


HISTORY_PERIOD = timedelta(days=90)
"""How far back nudges and their answers count; also their retention period."""
OPEN = (NudgeState.SAID, NudgeState.SNOOZED)
EXPIRED = (NudgeState.IGNORED, NudgeState.UNHEARD)
ANSWERED = (NudgeState.DONE, NudgeState.DECLINED, NudgeState.MUTED, NudgeState.SETTLED)


class Nudge(TeamRow):
    """One prompt to one person. It is open until it is answered or expires."""

    __tablename__ = "nudges"
    __table_args__ = (
        Index(None, "workspace_id", "person_id", "said_at"),
        Index(None, "workspace_id", "card"),
        NEVER_REUSED,
    )

    person_id: Mapped[str]
    kind: Mapped[str]
    about: Mapped[str]
    facts: Mapped[dict[str, Any]] = mapped_column(JSON)
    card: Mapped[str]
    """The name of the card that shows the nudge. A card can show several nudges."""
    said_at: Mapped[datetime]
    """When it was last sent."""
    ends_at: Mapped[datetime]
    """When it expires."""
    state: Mapped[str] = mapped_column(default=NudgeState.SAID)
    times: Mapped[int] = mapped_column(default=1)
    """How often it was sent."""
    again_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the nudge is sent again, if it is snoozed."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None)

    @property
    def is_open(self) -> bool:
        return self.state in OPEN

    @property
    def is_answered(self) -> bool:
        """Whether its person has answered, or needs not anymore. An expired nudge can still be answered."""
        return self.state in ANSWERED


class NudgeCheck(KeyedRow):
    """When the engine checks a person next, how much of their daily budget is spent, and when they usually answer."""

    __tablename__ = "nudge_checks"
    __table_args__ = (Index(None, "workspace_id", "at"),)

    person_id: Mapped[str] = mapped_column(primary_key=True)
    at: Mapped[datetime]
    day: Mapped[date | None] = mapped_column(default=None)
    """The day that `said` counts for, in the person's time zone."""
    said: Mapped[int] = mapped_column(default=0)
    reserved_on: Mapped[date | None] = mapped_column(default=None)
    """The day on which one nudge of the budget is reserved for a message later that day."""
    hours: Mapped[list[int] | None] = mapped_column(JSON(none_as_null=True), default=None)
    """How many nudges the person has answered in each hour of their day, from midnight on; None unless they agreed."""
    held_on: Mapped[date | None] = mapped_column(default=None)
    """The day since which a card is held back for a moment at which the person uses the bot."""
    active_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the person used the bot while a card was held back."""

    def left(self, today: date, budget: int) -> int:
        """Return what is left of a day's budget; of the latest day's for an earlier day, when a job runs late."""
        said = self.said if self.day and self.day >= today else 0
        return budget - said - (self.reserved_on == today)

    def spend(self, today: date, many: int) -> None:
        if self.day is None or self.day < today:
            self.day, self.said = today, 0
        self.said += many


Personal(
    Nudge,
    "nudges",
    people=[Nudge.person_id],
    words=[Nudge.facts],
    on_mention=Erase.DELETE,
    plain="kind about card state",
    keep=Keep(Nudge.said_at, HISTORY_PERIOD, only=Nudge.state.not_in(OPEN)),
)
Personal(
    NudgeCheck,
    "hours of answers",
    people=[NudgeCheck.person_id],
    plain="hours",
    export_if={NudgeCheck.person_id: NudgeCheck.hours.is_not(None)},
    not_exported=[
        NudgeCheck.at,
        NudgeCheck.day,
        NudgeCheck.said,
        NudgeCheck.reserved_on,
        NudgeCheck.held_on,
        NudgeCheck.active_at,
    ],
    keep="until they turn it off; the rest while they get reminders",
)
