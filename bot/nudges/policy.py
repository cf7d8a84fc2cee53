"""Kinds of nudges, which features register with the engine, and each person's muted kinds."""

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
    """One kind of nudge, registered by a feature.

    `find` gets many people at once, so that it can load the facts for all of them with a few queries. The decision for
    each person is then a pure function in the feature.
    """

    kind: str
    title: str
    """The title shown to a person who mutes the kind."""
    words: Callable[[int, dict[str, Any], Team], Item]
    """Builds the text from the nudge's id, its facts, and its team.

    The facts come with the reader's `locale`, and `said`, when the nudge was sent, as the reader's local time.
    """
    find: Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[list[Candidate]]] | None = None
    """Returns candidates among the people the engine checks, perhaps of other kinds of the same feature too.

    None if another kind's `find` returns them, or if they are only sent with `engine.offer`.
    """
    is_at_home: bool = True
    """Whether Home lists this kind among the due nudges; False if the feature has a section of its own there."""


class NudgePreferences(Settings):
    """A person's own settings for nudges."""

    feature: ClassVar[str] = "nudges"
    title: ClassVar[str] = "Reminders"
    muted: list[str] = Field([], title="Muted", description="Kinds of reminders you don't want.")
