"""What is asked for in one kind: its words, how long somebody has, who may answer, who is next."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Protocol

from sqlalchemy.ext.asyncio import AsyncSession

from bot.db.models import TeamRow
from bot.escalation.models import Ask, Kind
from bot.org.people import Person
from bot.org.teams.models import Team
from bot.slack.outbox.models import Priority
from bot.slack.post import Post


class Texts(Protocol):
    """What is said of one kind; a module of messages."""

    def ask(self, team: Team, thing: Any, asked: Ask, person: Person, /) -> Post:
        """Ask the question."""

    def closed(self, thing: Any, asked: Ask, /) -> Post:
        """The same card, once no answer is needed any more."""


class Refusals(Protocol):
    """The sentences that say no; a module of refusals."""

    ASK_GONE: str
    ASKED_ANOTHER: str
    ANSWERED: str


POLICIES: "dict[str, Policy]" = {}


@dataclass(frozen=True)
class Policy:
    """The declaration of one kind, which is known from then on."""

    kind: Kind
    model: type[TeamRow]
    """Of the things that somebody is asked for."""
    texts: Texts
    refusals: Refusals
    wait: timedelta
    """How long somebody has, from when the question reached them, until the next one is asked."""
    lives: timedelta
    """A question that has not reached them by then does not need to."""
    check_person: Callable[[AsyncSession, Team, str], Awaitable[None]]
    """Refuses whoever has no place to answer any more."""
    check_needed: Callable[[Any, Ask], None]
    """Refuses a yes that comes too late."""
    ask_next: Callable[..., Awaitable[None]]
    """Asks the next one for a thing (session, team, thing, now), or says honestly that nobody is left."""
    priority: Priority = Priority.URGENT

    def __post_init__(self) -> None:
        POLICIES[self.kind] = self
