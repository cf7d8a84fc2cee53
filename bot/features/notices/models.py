"""Tables of change notices: the notices, who has read them, and the questions that people ask about them."""

from datetime import date, datetime
from zlib import crc32

from sqlalchemy import JSON, Index, UniqueConstraint
from sqlalchemy import ForeignKey as Key
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import KeyedRow, TeamRow, Words, WorkspaceRow
from bot.db.personal_data import Erase, Keep, Personal, Reader

LARGEST_VERSION = 2**31 - 1
"""Forms carry versions as they carry ids, so they are not larger than ids can be."""
UNTIL_IT_ENDS = "deleted when the notice ends"


class Notice(TeamRow):
    """A leader's notice to the team that something changes."""

    __tablename__ = "notices"
    __table_args__ = (Index(None, "team_id", "ended_at"), Index(None, "workspace_id", "ended_at"))

    author_id: Mapped[str]
    change: Mapped[str] = mapped_column(Words)
    """What changes, in one sentence."""
    details: Mapped[str] = mapped_column(Words)
    link: Mapped[str] = mapped_column(Words)
    """Where to read more; empty if there is nothing more to read."""
    starts_on: Mapped[date]
    ends_on: Mapped[date]
    """The last day on which people are asked to read the notice."""
    asked_at: Mapped[datetime]
    """When everybody was last asked to read it: when it was posted, or when its meaning was last edited."""
    asked_on: Mapped[list[str]] = mapped_column(JSON)
    """The days on which everybody was asked, in the team's time zone: one for each edition."""
    before: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The lines of the edition before; empty for the first edition."""
    edits: Mapped[int] = mapped_column(default=0)
    answer: Mapped[str] = mapped_column(Words, default="")
    """A leader's answer to all questions about this edition."""
    ended_at: Mapped[datetime | None] = mapped_column(default=None)
    is_withdrawn: Mapped[bool] = mapped_column(default=False)

    @property
    def edition(self) -> int:
        """The number of the current text, from 1. Small edits do not make a new edition."""
        return len(self.asked_on)

    @property
    def lines(self) -> list[str]:
        return [self.change, *self.details.splitlines()]

    @property
    def card(self) -> str:
        """The name of the card in the team's channel."""
        return f"notice:{self.id}:{self.edition}"

    @property
    def answer_card(self) -> str:
        """The name of the answer in the thread of that card."""
        return f"notice_answer:{self.id}:{self.edition}"

    @property
    def answer_version(self) -> int:
        """A number that changes with the answer, so that nobody overwrites an answer that they have not seen."""
        return crc32(self.answer.encode()) & LARGEST_VERSION

    @property
    def about(self) -> str:
        """The subject of reminders of this edition."""
        return f"{self.id}:{self.edition}"


class NoticeReceipt(WorkspaceRow):
    """The edition of a notice that a person has read last, and whether it was clear to them."""

    __tablename__ = "notice_receipts"
    __table_args__ = (UniqueConstraint("notice_id", "person_id"),)

    notice_id: Mapped[int] = mapped_column(Key("notices.id"))
    person_id: Mapped[str]
    edition: Mapped[int]
    is_clear: Mapped[bool]
    """Whether they have pressed *Got it* last, and not *Unclear to me*."""
    has_got_it: Mapped[bool]
    """Whether they have ever pressed *Got it* on this edition.

    These are counted in the channel: if the count fell, it would show that somebody has pressed *Unclear to me* since.
    """

    @property
    def card(self) -> str:
        """The name of the person's card with the answer to the questions."""
        return f"notice_reply:{self.notice_id}:{self.edition}:{self.person_id}"


class NoticeQuestion(KeyedRow):
    """A question about a notice, which leaders read without a name and without a time."""

    __tablename__ = "notice_questions"
    __table_args__ = (Index(None, "notice_id"),)

    id: Mapped[str] = mapped_column(primary_key=True)
    """A random id. Questions are shown in the order of their ids."""
    notice_id: Mapped[int] = mapped_column(Key("notices.id"))
    person_id: Mapped[str]
    words: Mapped[str] = mapped_column(Words)
    is_sent: Mapped[bool] = mapped_column(default=False)
    """Whether leaders have got it."""


Personal(
    Notice,
    "notices",
    people=[Notice.author_id],
    words=[Notice.change, Notice.details, Notice.link, Notice.before, Notice.answer],
    plain="asked_on",
    read_by=Reader.TEAM,
    on_erase=Erase.UNNAME,
    cards="notice notice_answer notice_reply",
    keep=Keep(Notice.ended_at),
)
Personal(NoticeReceipt, "notices", people=[NoticeReceipt.person_id], keep=UNTIL_IT_ENDS)
Personal(
    NoticeQuestion,
    "notices",
    people=[NoticeQuestion.person_id],
    words=[NoticeQuestion.words],
    plain="id",
    read_by=Reader.LEADERS,
    keep=UNTIL_IT_ENDS,
)
