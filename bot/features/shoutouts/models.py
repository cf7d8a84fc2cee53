"""Tables of shout-outs and credits, and the types of their columns."""

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import JSON, ForeignKey, Index, UniqueConstraint, and_, false, text
from sqlalchemy.orm import Mapped, mapped_column, validates
from sqlalchemy.orm.attributes import flag_modified

from bot.db.models import NEVER_REUSED, KeyedRow, Private, TeamRow, Words
from bot.db.personal_data import WITH_ITS_PARENT, WORK_RETENTION, Erase, Keep, Personal, Reader

JOINS = "joins_id IS NOT NULL"
EFFECTS_DUE = "effects_due"


class Way(StrEnum):
    """How thanks were given.

    Receivers are notified of thanks by command or message at once, and of reactions once a day.
    """

    SPOKEN = "spoken"
    """By command, form or shortcut; posted as a card in the channel."""
    HEARD = "heard"
    """By a message that is in the channel already."""
    REACTION = "reaction"


class Kind(StrEnum):
    THANKS = "thanks"
    GOOD_CALL = "good call"
    """Thanks for using one's own judgment for a customer."""


class MessageRef(NamedTuple):
    """A reference to a Slack message, used as a key."""

    channel_id: str
    ts: str

    def __str__(self) -> str:
        return f"{self.channel_id}:{self.ts}"

    @classmethod
    def of(cls, key: str) -> "MessageRef | None":
        """Parse a key into a reference to a Slack message, or return None if the key is the id of a request."""
        channel_id, _, rest = key.partition(":")
        return cls(channel_id, rest.partition(":")[0]) if rest and channel_id[:1] in "CGD" else None


class Shoutout(TeamRow):
    """One act of thanks: a command, a message or a reaction.

    Offered and postponed shout-outs wait for a day on which the giver is below the daily limit. A shout-out that was
    undone, or whose events arrived out of order, is kept for a week, so that late events change nothing.
    """

    __tablename__ = "shoutouts"
    __table_args__ = (
        UniqueConstraint("workspace_id", "source", "giver_id"),
        Index(None, "workspace_id", "message"),
        Index(None, "workspace_id", "giver_id", "given_on"),
        Index(None, "team_id", "given_at"),
        Index(
            "ix_shoutouts_effects_due", "team_id", sqlite_where=text(EFFECTS_DUE), postgresql_where=text(EFFECTS_DUE)
        ),
        Index(None, "joins_id", sqlite_where=text(JOINS), postgresql_where=text(JOINS)),
        NEVER_REUSED,
    )

    giver_id: Mapped[str]
    message: Mapped[str]
    """The Slack message it thanks for, else the command's delivery; each giver credits each receiver once for it."""
    source: Mapped[str]
    """The delivery, Slack message or reaction it comes from: the idempotency key, together with the giver."""
    way: Mapped[str]
    reason: Mapped[str] = mapped_column(Words)
    """Why they are thanked; encrypted if the thanks are private."""
    values: Mapped[list[str]] = mapped_column(JSON)
    receivers: Mapped[list[str]] = mapped_column(JSON)
    """The people it thanks; `Credit` has those who are credited in the end."""
    made_at: Mapped[datetime]
    named: Mapped[list[str]] = mapped_column(JSON, default_factory=list)
    """The receivers that its card names: those who chose public thanks."""
    kind: Mapped[str] = mapped_column(default=Kind.THANKS)
    is_private: Mapped[bool] = mapped_column(default=False)
    is_for_team: Mapped[bool] = mapped_column(default=False)
    """Whether a leader thanks the whole team: one card for all, without notes."""
    given_at: Mapped[datetime | None] = mapped_column(default=None)
    given_on: Mapped[date | None] = mapped_column(default=None)
    """The date in the giver's zone, for the daily limit."""
    kept_until: Mapped[datetime | None] = mapped_column(default=None)
    undone_at: Mapped[datetime | None] = mapped_column(default=None)
    joins_id: Mapped[int | None] = mapped_column(ForeignKey("shoutouts.id", ondelete="CASCADE"), default=None)
    """The shout-out whose card a reaction is on."""
    event_ts: Mapped[str] = mapped_column(default="")
    """Slack's time of the last change to its message or reaction; older events are ignored."""
    is_gone: Mapped[bool] = mapped_column(default=False)
    """Whether the message was deleted, with all its reactions."""
    effects_due: Mapped[bool] = mapped_column(default=False, server_default=false())
    """Whether the fun tank and Homes do not show yet that it was given."""

    @validates("reason", "is_private")
    def _seal(self, name: str, value: str | bool) -> str | bool:
        """Encrypt the reason for private thanks, including public thanks that are made private later."""
        if name == "is_private" and value:
            self.reason = Private(self.reason)
            flag_modified(self, "reason")  # the new value compares equal, so SQLAlchemy would not write it
        is_private = name == "reason" and self.__dict__.get("is_private")
        return Private(value) if is_private else value

    @property
    def is_given(self) -> bool:
        return self.given_at is not None and self.undone_at is None

    @property
    def is_public(self) -> bool:
        """Whether the thanks are visible in the channel, as a card, a message or a reaction."""
        return self.way != Way.SPOKEN or self.has_card

    @property
    def is_quiet(self) -> bool:
        return self.way == Way.REACTION

    @property
    def place(self) -> MessageRef | None:
        """The Slack message that the shout-out links to."""
        return MessageRef.of(self.source) or MessageRef.of(self.message)

    @property
    def has_card(self) -> bool:
        """Whether the shout-out has a card in the channel."""
        return self.way == Way.SPOKEN and not self.is_private and bool(self.named or self.is_for_team)


class Credit(KeyedRow):
    """A credit from one giver to one receiver for one message, even if several shout-outs are about it."""

    __tablename__ = "shoutout_credits"
    __table_args__ = (Index(None, "workspace_id", "receiver_id"), Index(None, "shoutout_id"))

    message: Mapped[str] = mapped_column(primary_key=True)
    giver_id: Mapped[str] = mapped_column(primary_key=True)
    receiver_id: Mapped[str] = mapped_column(primary_key=True)
    shoutout_id: Mapped[int] = mapped_column(ForeignKey("shoutouts.id", ondelete="CASCADE"))
    """The shout-out it belongs to: the most visible of those that support it."""
    told_at: Mapped[datetime | None] = mapped_column(default=None)
    """When the receiver was told, at once or in the daily note; None if they prefer not to be."""


@dataclass(frozen=True)
class Manner:
    """How somebody thanks: for a good call or not, in private or in public, the whole team or named people."""

    kind: Kind = Kind.THANKS
    is_private: bool = False
    is_for_team: bool = False


PLAIN = Manner()

_WAS_NEVER_USED = and_(Shoutout.given_at.is_(None), Shoutout.kept_until.is_(None), Shoutout.undone_at.is_(None))
"""Condition for an offer that nobody used."""
Personal(
    Shoutout,
    "shout-outs",
    people=[Shoutout.giver_id, Shoutout.receivers, Shoutout.named],
    words=[Shoutout.reason],
    plain="message source way values kind event_ts",
    read_by=Reader.AS_CHOSEN,
    export_to=[Shoutout.giver_id, Shoutout.receivers],
    export_if={Shoutout.receivers: and_(Shoutout.given_at.is_not(None), Shoutout.undone_at.is_(None))},
    # Receivers may prefer that others do not know of their thanks.
    private_to={Shoutout.receivers: Shoutout.giver_id, Shoutout.named: Shoutout.giver_id},
    on_erase={Shoutout.giver_id: Erase.UNNAME, Shoutout.receivers: Erase.DELETE_WORDS, Shoutout.named: Erase.TAKE_OUT},
    words_too=[Shoutout.giver_id],
    unsent=Shoutout.given_at.is_(None),
    cards="shoutout",
    keep=[
        Keep(Shoutout.given_at),
        Keep(Shoutout.made_at, only=Shoutout.given_at.is_(None)),
        Keep(Shoutout.undone_at, WORK_RETENTION),
        Keep(Shoutout.made_at, WORK_RETENTION, only=_WAS_NEVER_USED),
    ],
)
Personal(
    Credit,
    "shout-outs",
    people=[Credit.giver_id, Credit.receiver_id],
    plain="message",
    read_by=Reader.AS_CHOSEN,
    private_to={Credit.told_at: Credit.receiver_id},
    on_erase=Erase.UNNAME,
    keep=WITH_ITS_PARENT,
)
