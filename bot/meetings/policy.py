"""What one kind of meeting does its own way: its words, its times, and what else follows."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.slack.post import Post


class Texts(Protocol):
    """What is said of one kind of meeting; a module of messages."""

    def card(self, pair: Pair, meeting: Meeting, reader: Person, links: str = "") -> Post:
        """How things stand, as one of the two reads it."""

    def outcome(self, pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
        """Ask the organizer what became of it."""

    def recorded(self, pair: Pair, meeting: Meeting) -> Post:
        """The same card, once it is answered or let go."""

    def comment(self, meeting: Meeting, by: Person | None, reader: Person) -> str:
        """What an invitation, or its end, is shown with; `by` is whose answer it was."""

    def title(self, pair: Pair) -> str:
        """What a calendar calls it."""


Follow = Callable[[AsyncSession, Pair, Meeting, datetime], Awaitable[None]]
POLICIES: "dict[str, Policy]" = {}


async def nothing(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """Do nothing more."""


@dataclass(frozen=True)
class Policy:
    """The declaration of one kind, which is known from then on."""

    kind: Kind
    texts: Texts
    file: str
    """The name of its invitations."""
    outcome_delay: timedelta
    """So long after its end the organizer is asked what became of it."""
    silence: State
    """What it counts as when nobody says."""
    remind_at: Callable[[Pair, Meeting, Person], datetime]
    reminder: Callable[[AsyncSession, Pair, Meeting, Person, datetime], Awaitable[Post]]
    description: str = ""
    """What stands in its invitations."""
    refresh: Callable[[Pair, Meeting, Sequence[Busy], datetime], None] | None = None
    """Offers fresh times for those that have gone, when the attendee is reminded to answer; nobody is without it."""
    next_attendee: "Callable[..., Awaitable[Person | None]] | None" = None
    """Returns whom to ask (session, pair, meeting, has_answered, now) when an attendee would rather not, or does not
    answer by their second morning."""
    passed_by: Callable[..., Post] | None = None
    """What that attendee is told when somebody else is asked."""
    on_change: Follow = nothing
    """What else follows when it changes."""
    on_outcome: Follow = nothing
    """What else follows when it is known, or assumed, what became of it."""

    def __post_init__(self) -> None:
        POLICIES[self.kind] = self
