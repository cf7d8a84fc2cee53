"""Tables of the pulse: rounds, and for a running round who is asked and what they answered, all encrypted.

While a round runs, the key of each answer is a keyed hash of the person and the question, so nobody answers twice. When
it closes, invitations, answers and the round's key are deleted. Only published results and comments remain.
"""

from datetime import datetime

from pydantic import BaseModel
from sqlalchemy import JSON, Index, text
from sqlalchemy import ForeignKey as Key
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, TeamRow, Words, keep_from_statistics
from bot.db.personal_data import Keep, Personal, Reader

OPEN = "closed_at IS NULL"


class PulseRound(TeamRow):
    """One round of a team. A team has at most one open round."""

    __tablename__ = "pulse_rounds"
    __table_args__ = (
        Index("uq_pulse_rounds_open", "team_id", unique=True, sqlite_where=text(OPEN), postgresql_where=text(OPEN)),
        Index(None, "team_id", "opened_at"),
        Index(None, "workspace_id", "closed_at"),
    )

    opened_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    statements: Mapped[list[str]] = mapped_column(JSON)
    """What is rated, as it was when the round opened."""
    members: Mapped[int]
    """The number of the team's agents when the round opened."""
    salt: Mapped[str] = mapped_column(Words)
    """The encrypted key of `member_hashes`."""
    member_hashes: Mapped[list[str]] = mapped_column(JSON)
    """A keyed hash of each of those agents, sorted; emptied when the next round has counted the changes."""
    changes: Mapped[int | None]
    """How many agents joined or left since the round before; None for the first round."""
    key_id: Mapped[str | None]
    """The `DisposableKey` of the running round; None once it is closed."""
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    asked: Mapped[int] = mapped_column(default=0)
    """How many people were asked: those whom the question reached. Known once the round is closed."""
    answered: Mapped[int] = mapped_column(default=0)
    levels: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The published level of each statement; empty if too few people answered."""
    is_replied: Mapped[bool] = mapped_column(default=False)
    """Whether the leaders have answered the comments."""
    is_cleaned: Mapped[bool] = mapped_column(default=False)
    """Whether the bytes of what was deleted are gone from the database's files."""

    @property
    def is_open(self) -> bool:
        return self.closed_at is None


class PulseInvitation(KeyedRow):
    """One person who is asked in a running round."""

    __tablename__ = "pulse_invitations"
    __table_args__ = (Index(None, "round_id"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    """A keyed hash of the person."""
    round_id: Mapped[int] = mapped_column(Key("pulse_rounds.id"))
    sealed: Mapped[str]
    """The `Invited`, encrypted with the round's key."""


class Invited(BaseModel):
    person_id: str
    card: str
    """The name of the card with the question, which is random."""
    is_sent: bool = False
    """Whether the question was put into the outbox, where it waits until the person is at work."""
    is_reached: bool = False
    """Whether an earlier card with the question was posted, before a reminder replaced it."""


class PulseAnswer(KeyedRow):
    """One person's answer to one question of a running round, or their comment."""

    __tablename__ = "pulse_answers"
    __table_args__ = (Index(None, "round_id"),)

    key: Mapped[str] = mapped_column(primary_key=True)
    """A keyed hash of the person and the question."""
    round_id: Mapped[int] = mapped_column(Key("pulse_rounds.id"))
    sealed: Mapped[str]
    """The `Answer`, encrypted with the round's key. All ratings have one length, and so have all comments."""


class Answer(BaseModel):
    """A rating from 1 to 5 of the statement with this number, or a comment."""

    statement: int | None = None
    score: int = 0
    comment: str = ""
    may_be_quoted: bool = False


class PulseComment(KeyedRow):
    """A comment of a closed round, without anything that tells whose it is or which ratings belong to it."""

    __tablename__ = "pulse_comments"
    __table_args__ = (Index(None, "round_id"), Index(None, "workspace_id", "closed_at"))

    id: Mapped[str] = mapped_column(primary_key=True)
    """A random id. Comments are stored and shown in the order of their ids."""
    round_id: Mapped[int] = mapped_column(Key("pulse_rounds.id"))
    words: Mapped[str] = mapped_column(Words)
    may_be_quoted: Mapped[bool]
    closed_at: Mapped[datetime]
    """When the round was closed, not when the comment was written."""


keep_from_statistics(PulseInvitation, "key", "sealed")
keep_from_statistics(PulseAnswer, "key", "sealed")

WITH_ITS_ROUND = "deleted when the round closes"
Personal(
    PulseRound,
    "pulse",
    words=[PulseRound.statements, PulseRound.salt, PulseRound.member_hashes],
    plain="key_id levels",
    read_by=Reader.TEAM,
    cards="pulse pulse_reply",
    keep=Keep(PulseRound.closed_at),
)
Personal(
    PulseInvitation, "pulse", words=[PulseInvitation.sealed], plain="key", read_by=Reader.NOBODY, keep=WITH_ITS_ROUND
)
Personal(PulseAnswer, "pulse", words=[PulseAnswer.sealed], plain="key", read_by=Reader.NOBODY, keep=WITH_ITS_ROUND)
Personal(
    PulseComment,
    "pulse",
    words=[PulseComment.words],
    plain="id",
    read_by=Reader.LEADERS,
    keep=Keep(PulseComment.closed_at),
)
