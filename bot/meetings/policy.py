"""Policy of one kind of meeting: texts, delays and hooks."""

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.meetings.models import Kind, Meeting, State
from bot.meetings.rules import Pair
from bot.org.availability.slots import Busy
from bot.org.people import Person
from bot.slack.post import Post

NO_LINKS: Mapping[str, str] = MappingProxyType({})


class Texts(Protocol):
    """Messages of one kind of meeting; implemented by a module in `bot.messages`."""

    def card(self, pair: Pair, meeting: Meeting, reader: Person, links: Mapping[str, str] = NO_LINKS) -> Post:
        """Build the card with the meeting's current state for one of the two people.

        A booked meeting's `links` add it to a web calendar: URLs by label.
        """

    def outcome(self, pair: Pair, meeting: Meeting, *, again: bool = False) -> Post:
        """Build the card that asks the organizer for a meeting's outcome."""

    def recorded(self, pair: Pair, meeting: Meeting) -> Post:
        """Build the outcome card of a meeting after it has been answered or has expired."""

    def comment(self, meeting: Meeting, by: Person | None, reader: Person) -> str:
        """Return the comment that goes with a calendar file; `by` is the person who answered."""

    def title(self, pair: Pair) -> str:
        """Return the title of the calendar event."""


Follow = Callable[[AsyncSession, Pair, Meeting, datetime], Awaitable[None]]
POLICIES: "dict[str, Policy]" = {}


async def do_nothing(session: AsyncSession, pair: Pair, meeting: Meeting, now: datetime) -> None:
    """Do nothing; the default hook."""


@dataclass(frozen=True)
class Policy:
    """The policy of one kind of meeting. Creating a policy registers it in `POLICIES`."""

    kind: Kind
    texts: Texts
    file: str
    """The file name of the meeting's calendar invitations."""
    outcome_delay: timedelta
    """How long after the meeting's end the organizer is asked for the outcome."""
    silence: State
    """The outcome that is assumed if nobody answers."""
    remind_at: Callable[[Pair, Meeting, Person], datetime]
    reminder: Callable[[AsyncSession, Pair, Meeting, Person, datetime], Awaitable[Post]]
    description: str = ""
    """The description in the meeting's calendar invitations."""
    refresh: Callable[[Pair, Meeting, Sequence[Busy], datetime], None] | None = None
    """Replaces offered times that are gone, when the attendee is reminded to answer; without it, nobody is reminded."""
    question_again: Callable[[Pair, Meeting, Person], Post] | None = None
    """Builds the card that reminds the person who was asked to answer."""
    next_attendee: "Callable[..., Awaitable[Person | None]] | None" = None
    """Returns the person to ask next (session, pair, meeting, has_answered, now) when an attendee declines, or does not
    answer by their second morning."""
    passed_by: Callable[..., Post] | None = None
    """Builds the message to an attendee when somebody else is asked instead."""
    on_change: Follow = do_nothing
    """Hook that runs when the meeting changes."""
    on_outcome: Follow = do_nothing
    """Hook that runs when the meeting's outcome is known or assumed."""

    def __post_init__(self) -> None:
        POLICIES[self.kind] = self
