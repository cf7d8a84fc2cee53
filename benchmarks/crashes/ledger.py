"""Ledger of people's actions and the bot's immediate answers, with which the audit compares all effects."""

from dataclasses import dataclass, field
from typing import Literal

Way = Literal["command", "form", "message", "appointment"]


@dataclass
class Thanks:
    """A shout-out with unique words. All times are in seconds since 1970, by the simulated calendar."""

    way: Way
    words: str
    giver: str
    receivers: list[str]
    channel: str
    begun: float
    acked: float | None = None
    """When the giver got a confirmation or, for thanks in a message, when Slack accepted the message."""
    shoutout_id: int | None = None
    ts: str | None = None
    undo_begun: float | None = None
    undo_acked: float | None = None


@dataclass
class Reaction:
    """The latest state of one person's emoji on one message: added or removed."""

    channel: str
    ts: str
    giver: str
    author: str
    is_on: bool
    begun: float


@dataclass
class Choice:
    """A setting that a person submitted, and when the bot confirmed it."""

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
    """Actions that got no answer, so that people saw that they failed."""
    apologies: int = 0
    """Answers in which the bot apologized for an error."""
