"""What a feature hands to the engine: a kind of nudge, whom it is for, and in which words; and who wants none of it."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, ClassVar

from pydantic import Field
from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges.cards import Item
from bot.nudges.selection import Candidate
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team
from bot.org.teams.settings import Settings


@dataclass(frozen=True)
class NudgeKind:
    """One kind of nudge.

    `find` is given many people at once, so that its facts take a few queries for all of them; what it makes of one
    person's facts is a pure function of the feature's.
    """

    kind: str
    title: str
    """What a person who mutes it reads."""
    words: Callable[[int, dict[str, Any], Team], Item]
    """The nudge's id, its facts and its team, as a person reads them."""
    find: Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[list[Candidate]]] | None = None
    """Whom it is for, as the engine checks people; one may find its feature's other kinds too.

    None for what another one finds, or what is offered when it happens.
    """
    is_at_home: bool = True
    """Whether Home lists it among what is due; False where its feature has a section of its own there."""


class NudgePreferences(Settings):
    """A person's own say about nudges."""

    feature: ClassVar[str] = "nudges"
    title: ClassVar[str] = "Reminders"
    muted: list[str] = Field([], title="Muted", description="Kinds of reminders you don't want.")
