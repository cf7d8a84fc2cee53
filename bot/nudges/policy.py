"""Kinds of nudges, which features register with the engine, and each person's muted kinds."""

from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges.cards import Item
from bot.nudges.models import Nudge
from bot.nudges.selection import Candidate
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team

Reserve = Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[Collection[str]]]
"""Returns the ids of the people, among those who are checked, for whom one of today's nudges is reserved.

It is for a message that a feature sends later in the day, with `engine.spend_budget`.
"""


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

    The facts come with the id of the `reader`, the reader's `locale`, and `said`, when the nudge was sent, as the
    reader's local time.
    """
    find: Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[list[Candidate]]] | None = None
    """Returns candidates among the people the engine checks, perhaps of other kinds of the same feature too.

    None if another kind's `find` returns them, or if they are only sent with `engine.offer`.
    """
    load: Callable[[AsyncSession, dict[str, Any]], Awaitable[dict[str, Any]]] | None = None
    """Loads what people wrote, which is not stored with the nudge, and adds it to the facts; they name the `reader`."""
    most_together: int = 1
    """How many nudges of this kind count as one in the day's budget; on their card they share one menu."""
    is_at_home: bool = True
    """Whether Home lists this kind among the due nudges; False if the feature has a section of its own there."""

    async def item(self, session: AsyncSession, nudge: Nudge, reader: Person) -> Item:
        """Build a nudge's text from its facts, the reader's locale, and the reader's local time when it was sent."""
        facts = nudge.facts | {"reader": reader.id}
        facts |= await self.load(session, facts) if self.load else {}
        said = reader.local(nudge.said_at).replace(tzinfo=None).isoformat()
        team = await session.get_one(Team, nudge.team_id)
        return self.words(nudge.id, facts | {"locale": reader.locale, "said": said}, team)
