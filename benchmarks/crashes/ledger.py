"""What people did and what they were told at once: the ledger that the account is drawn up against."""

from dataclasses import dataclass, field
from typing import Literal

Way = Literal["command", "form", "message", "appointment"]


@dataclass
class Thanks:
    """One thank-you in words that nobody else uses. Instants are the calendar's, in seconds since 1970."""

    way: Way
    words: str
    giver: str
    receivers: list[str]
    channel: str
    begun: float
    acked: float | None = None
    """When its giver was told that it is done; for a message, when Slack had it."""
    shoutout_id: int | None = None
    ts: str | None = None
    undo_begun: float | None = None
    undo_acked: float | None = None


@dataclass
class Reaction:
    """The last word of one person on one message: an emoji put there, or taken away."""

    channel: str
    ts: str
    giver: str
    author: str
    is_on: bool
    begun: float


@dataclass
class Choice:
    """Settings that somebody sent off."""

    who: str
    value: str
    begun: float
    acked: float | None = None


@dataclass
class Ledger:
    thanks: list[Thanks] = field(default_factory=list)
    reactions: dict[tuple[str, str, str], Reaction] = field(default_factory=dict)
    choices: list[Choice] = field(default_factory=list)
    unanswered: int = 0
    """What people tried and got no answer to; they were told that it failed."""
    apologies: int = 0
    """What the bot said sorry for."""
