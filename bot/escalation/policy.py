"""Policy of one kind of ask: texts, timeouts, who may answer, and how the next person is asked."""

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
    """Messages of one kind of ask; implemented by a module in `bot.messages`."""

    def ask(self, team: Team, thing: Any, asked: Ask, person: Person, /) -> Post:
        """Build the card that asks the person."""

    def closed(self, thing: Any, asked: Ask, /) -> Post:
        """Build the card that replaces the question once no answer is needed."""


class Refusals(Protocol):
    """Refusals of one kind of ask; implemented by a module in `bot.refusals`."""

    ASK_GONE: str
    ASKED_ANOTHER: str
    ANSWERED: str


POLICIES: "dict[str, Policy]" = {}


@dataclass(frozen=True)
class Policy:
    """The policy of one kind of ask. Creating a policy registers it in `POLICIES`."""

    kind: Kind
    model: type[TeamRow]
    """The model of the subjects, such as spikes, hand-ups, ritual runs or meetings."""
    texts: Texts
    refusals: Refusals
    wait: Callable[[Any], timedelta]
    """Returns how long after delivery to wait for an answer about a subject before the next person is asked."""
    lives: timedelta
    """How long the ask may stay in the outbox before it expires undelivered."""
    check_person: Callable[[AsyncSession, Team, str], Awaitable[None]]
    """Raises `Refusal` if the person may no longer answer (session, team, person id)."""
    check_needed: Callable[[Any, Ask], None]
    """Raises `Refusal` if help is no longer needed (subject, ask)."""
    ask_next: Callable[..., Awaitable[None]]
    """Asks the next person about a subject, or reports that nobody is left (session, team, subject, now)."""
    priority: Priority = Priority.URGENT

    def __post_init__(self) -> None:
        POLICIES[self.kind] = self
