"""Tables of follow-ups, their history and their supporters."""

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ForeignKey, Index, UniqueConstraint
from sqlalchemy.orm import Mapped, mapped_column

from bot.db.models import TeamRow, Words
from bot.db.personal_data import WITH_ITS_PARENT, Erase, Keep, Personal, Reader


class Kind(StrEnum):
    ROADBLOCK = "roadblock"
    """Something that holds agents back."""
    IDEA = "idea"
    """Something that could be better."""
    PROMISE = "promise"
    """Something that a leader said they would do."""


class State(StrEnum):
    OFFERED = "offered"
    """Somebody suggested a promise to the person who would make it."""
    OPEN = "open"
    """Nobody owns it yet."""
    OWNED = "owned"
    ANSWERED = "answered"
    """Its owner says that it is done; the person who raised it, or was promised it, has not confirmed that yet."""
    CLOSED = "closed"


class Reason(StrEnum):
    """Why a follow-up was closed."""

    DONE = "done"
    DECLINED = "declined"
    NOT_NOW = "not_now"
    """The idea is put off, and leaders are asked about it again on a later day."""
    LET_GO = "let_go"
    """A promise that its owner cannot keep."""
    WITHDRAWN = "withdrawn"
    """Withdrawn by the person who raised it."""
    MERGED = "merged"


class Audience(StrEnum):
    """Who can read a follow-up."""

    TEAM = "team"
    LEADERS = "leaders"
    """The team's leaders and the person who raised it."""
    PAIR = "pair"
    """The owner and the recipient of a promise, or the owner and the author of a roadblock."""


class Quoting(StrEnum):
    """Whether the author agrees that their exact words are quoted to the team's sponsor."""

    NO = "no"
    UNNAMED = "unnamed"
    NAMED = "named"
    """With the author's name, as long as the follow-up itself shows it."""


DELETED = "(deleted with its author's data)"
"""The text of a follow-up whose author's data was erased."""
UNSETTLED = (State.OFFERED, State.OPEN, State.OWNED, State.ANSWERED)


class Followup(TeamRow):
    """A roadblock, an idea or a promise."""

    __tablename__ = "followups"
    __table_args__ = (
        Index(None, "team_id", "kind", "state"),
        Index(None, "workspace_id", "owner_id", "state"),
        Index(None, "workspace_id", "author_id", "raised_at"),
        Index(None, "workspace_id", "recipient_id", "state"),
        Index(None, "workspace_id", "closed_at"),
    )

    kind: Mapped[str]
    author_id: Mapped[str]
    """The person who raised it. Nobody may learn this from Slack if `is_named` is false."""
    text: Mapped[str] = mapped_column(Words)
    """What was raised, encrypted."""
    raised_at: Mapped[datetime]
    state: Mapped[str]
    audience: Mapped[str] = mapped_column(default=Audience.TEAM)
    is_named: Mapped[bool] = mapped_column(default=False)
    """Whether others may know who raised it."""
    owner_id: Mapped[str | None] = mapped_column(default=None)
    recipient_id: Mapped[str | None] = mapped_column(default=None)
    """The person to whom a promise is made; None for the whole team."""
    due_on: Mapped[date | None] = mapped_column(default=None)
    moves: Mapped[int] = mapped_column(default=0)
    """How often the due date of a promise was moved."""
    theme: Mapped[str] = mapped_column(default="")
    destination: Mapped[str] = mapped_column(default="")
    """Who could fix it: `product`, `service` or `help pages`."""
    link: Mapped[str] = mapped_column(Words, default="")
    """A ticket or web address."""
    source: Mapped[str] = mapped_column(default="")
    """Where it was raised if not by a command, like `meeting:7`."""
    reason: Mapped[str | None] = mapped_column(default=None)
    outcome: Mapped[str] = mapped_column(Words, default="")
    """The owner's words on what was done, or why nothing was, encrypted."""
    answered_at: Mapped[datetime | None] = mapped_column(default=None)
    closed_at: Mapped[datetime | None] = mapped_column(default=None)
    reopened_count: Mapped[int] = mapped_column(default=0)
    owned_on: Mapped[date | None] = mapped_column(default=None)
    """The date in the owner's zone when the owner took it; reminders count working days from then."""
    waiting_for: Mapped[str] = mapped_column(Words, default="")
    waiting_until: Mapped[date | None] = mapped_column(default=None)
    """The day until which the follow-up does not age and nobody is reminded of it."""
    ask_again_on: Mapped[date | None] = mapped_column(default=None)
    """When an idea that was closed as *not now* is considered again."""
    with_sponsor_since: Mapped[datetime | None] = mapped_column(default=None)
    sponsor_note: Mapped[str] = mapped_column(Words, default="")
    """What the owner wrote for the sponsor. Nobody else may read it."""
    started_at: Mapped[datetime | None] = mapped_column(default=None)
    """When work on an idea began."""
    experiment_ends_on: Mapped[date | None] = mapped_column(default=None)
    question: Mapped[str] = mapped_column(Words, default="")
    """The question that an experiment answers."""
    merged_into_id: Mapped[int | None] = mapped_column(ForeignKey("followups.id", ondelete="SET NULL"), default=None)
    votes_read_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the reactions to an idea's card were last read from Slack; older events are ignored."""
    quoting: Mapped[str] = mapped_column(default=Quoting.NO, server_default=Quoting.NO)
    quote: Mapped[str] = mapped_column(Words, default="", server_default="")
    """What the author wants quoted instead of `text`, encrypted; empty if it is `text` itself."""
    handed_back_at: Mapped[datetime | None] = mapped_column(default=None)
    """When a leader asked the author to look at the quote again; None if nobody has, or if the author has answered."""
    quoted_at: Mapped[datetime | None] = mapped_column(default=None)
    """When it was quoted to the sponsor, which happens once."""

    @property
    def is_closed(self) -> bool:
        return self.state == State.CLOSED

    @property
    def is_made_to_group(self) -> bool:
        """Whether the promise is made to the whole team or its leaders."""
        return self.kind == Kind.PROMISE and not self.recipient_id

    @property
    def quoted_words(self) -> str:
        """What is quoted; empty once the author's words are deleted."""
        return (self.quote or self.text) if self.text != DELETED else ""

    @property
    def is_quoted_with_name(self) -> bool:
        return self.quoting == Quoting.NAMED and self.is_named

    @property
    def quote_card(self) -> str:
        """The name of the author's card about a quote that a leader handed back."""
        return f"{self.card}:quote"

    @property
    def card(self) -> str:
        """The name of the follow-up's card in the team's channel, and of its cards in direct messages."""
        return f"followup:{self.id}"

    @property
    def about(self) -> str:
        """The follow-up's key in rows of other tables, such as the fun tank's."""
        return f"followup:{self.id}"


class Event(TeamRow):
    """One entry in the history of a follow-up."""

    __tablename__ = "followup_events"
    __table_args__ = (Index(None, "followup_id", "id"),)

    followup_id: Mapped[int] = mapped_column(ForeignKey("followups.id", ondelete="CASCADE"))
    step: Mapped[str]
    at: Mapped[datetime]
    by_id: Mapped[str | None] = mapped_column(default=None)
    """Who took the step; None for the bot, and for an author who is not named."""
    text: Mapped[str] = mapped_column(Words, default="")
    """What the person wrote when taking the step, encrypted."""


class Support(TeamRow):
    """One person's support for a follow-up: a vote for an idea, or *Me too* on a roadblock."""

    __tablename__ = "followup_supports"
    __table_args__ = (UniqueConstraint("followup_id", "person_id"), Index(None, "workspace_id", "person_id"))

    followup_id: Mapped[int] = mapped_column(ForeignKey("followups.id", ondelete="CASCADE"))
    person_id: Mapped[str]
    since: Mapped[datetime]
    merged_from_id: Mapped[int | None] = mapped_column(default=None)
    """The merged idea that the vote was given to, so that a merge can be undone."""


Personal(
    Followup,
    "roadblocks, ideas and promises",
    people=[Followup.author_id, Followup.owner_id, Followup.recipient_id],
    words=[
        Followup.text, Followup.link, Followup.outcome, Followup.waiting_for, Followup.sponsor_note, Followup.question,
        Followup.quote,
    ],
    instead={Followup.text: DELETED},
    plain="kind state audience theme destination source reason quoting",
    read_by=Reader.AS_CHOSEN,
    export_to=[Followup.author_id, Followup.owner_id, Followup.recipient_id],
    export_if={
        Followup.owner_id: Followup.kind == Kind.PROMISE, Followup.recipient_id: Followup.state != State.OFFERED,
    },
    private_to={
        Followup.quoting: Followup.author_id, Followup.quote: Followup.author_id,
        Followup.handed_back_at: Followup.author_id, Followup.quoted_at: Followup.author_id,
    },
    not_exported=[Followup.sponsor_note],
    on_erase={
        Followup.author_id: Erase.DELETE_WORDS, Followup.owner_id: Erase.DELETE_WORDS,
        Followup.recipient_id: Erase.UNNAME,
    },
    wrote={
        Followup.author_id: [Followup.text, Followup.link, Followup.quote],
        Followup.owner_id: [Followup.outcome, Followup.waiting_for, Followup.sponsor_note, Followup.question],
    },
    cards="followup", keep=Keep(Followup.closed_at),
)  # fmt: skip
Personal(
    Event,
    "roadblocks, ideas and promises",
    people=[Event.by_id],
    words=[Event.text],
    plain="step",
    read_by=Reader.AS_CHOSEN,
    on_erase=Erase.DELETE_WORDS,
    keep=WITH_ITS_PARENT,
)
Personal(
    Support,
    "votes",
    people=[Support.person_id],
    read_by=Reader.TEAM,
    on_erase=Erase.DELETE,
    keep=WITH_ITS_PARENT,
)
