"""A team's settings, and the table of months: the draft that leaders see, and what the sponsor was sent."""

from datetime import date, datetime, time
from typing import ClassVar

from pydantic import Field
from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow, Words
from bot.db.personal_data import Erase, Keep, Personal, Reader
from bot.org.teams import settings
from bot.scheduler.recurrence import When, each_month


class Settings(settings.Settings):
    """A team's settings for it."""

    feature: ClassVar[str] = "voice"
    title: ClassVar[str] = "Voice of the frontline"

    is_on: bool = Field(
        True,
        title="Monthly message to the sponsor",
        description="What got in the way, what the team suggests, and what was done. Leaders get a draft two working "
        "days before. Nothing is sent about an empty month, or without a sponsor.",
    )
    at: time = Field(
        time(10),
        title="Draft time",
        description="On the first working day of the month. The sponsor gets it at the same time two working days "
        "later.",
    )

    @property
    def when(self) -> When | None:
        """Return when a month's draft is due, or None if the team has turned it off."""
        return each_month(1, self.at) if self.is_on else None


class VoiceMonth(TeamRow):
    """One month of one team, from its draft on."""

    __tablename__ = "voice_months"
    __table_args__ = (UniqueConstraint("team_id", "month"), Index(None, "workspace_id", "drafted_at"))

    month: Mapped[date]
    """The first day of the month that it is about."""
    drafted_at: Mapped[datetime]
    sends_at: Mapped[datetime]
    """When the sponsor gets it."""
    hand_ups: Mapped[str] = mapped_column(Words, default="")
    """The `HandUpCounts` as JSON, encrypted; empty if too few people have raised a hand."""
    comment: Mapped[str] = mapped_column(Words, default="")
    """What a leader adds to it, encrypted."""
    comment_by: Mapped[str | None] = mapped_column(default=None)
    left_out: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The keys of the quotes that leaders leave out, such as one that names a customer."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was sent, or when it was clear that it is not sent."""
    sponsor_id: Mapped[str | None] = mapped_column(default=None)
    """Who was sent it; None if nobody was."""
    words: Mapped[str] = mapped_column(Words, default="")
    """What the sponsor was sent, as text, encrypted."""
    leader_words: Mapped[str] = mapped_column(Words, default="")
    """The same for leaders: without the notes that owners of roadblocks wrote for the sponsor alone."""
    message: Mapped[str] = mapped_column(Words, default="", server_default="")
    """The message to the sponsor as JSON, encrypted, so that it can be edited when a roadblock in it moves on."""

    def card_of(self, leader_id: str) -> str:
        """Return the name of a leader's card with the draft."""
        return f"voice:{self.id}:{leader_id}"

    @property
    def card(self) -> str:
        """The name of the message to the sponsor."""
        return f"voice:{self.id}"


Personal(
    VoiceMonth,
    "voice of the frontline",
    people=[VoiceMonth.comment_by, VoiceMonth.sponsor_id],
    words=[VoiceMonth.hand_ups, VoiceMonth.comment, VoiceMonth.words, VoiceMonth.leader_words, VoiceMonth.message],
    plain="left_out",
    read_by=Reader.LEADERS,
    export_to=[VoiceMonth.comment_by],
    not_exported=[
        VoiceMonth.hand_ups,
        VoiceMonth.words,
        VoiceMonth.leader_words,
        VoiceMonth.message,
        VoiceMonth.left_out,
    ],
    on_erase={VoiceMonth.comment_by: Erase.DELETE_WORDS, VoiceMonth.sponsor_id: Erase.UNNAME},
    wrote={VoiceMonth.comment_by: [VoiceMonth.comment]},
    names=[VoiceMonth.words, VoiceMonth.leader_words, VoiceMonth.message],
    cards="voice",
    keep=Keep(VoiceMonth.drafted_at),
)
