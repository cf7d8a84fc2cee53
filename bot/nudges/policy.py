"""Kinds of nudges, which features register with the engine, and each person's muted kinds."""

import asyncio
from collections.abc import Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy.ext.asyncio import AsyncSession

from bot.nudges.cards import Item
from bot.nudges.models import Nudge
from bot.nudges.selection import Candidate, NudgeRule
from bot.org.people import Person
from bot.org.teams.membership import Seat
from bot.org.teams.models import Team

Facts = dict[str, Any]
Reserve = Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[Collection[str]]]
"""Returns the ids of the people, among those who are checked, for whom one of today's nudges is reserved.

It is for a message that a feature sends later in the day, with `engine.spend_budget`.
"""

FindBusy = Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[Collection[str]]]
"""Returns the ids of the people, among those who are checked, who get no new nudges today."""


@dataclass(frozen=True)
class NudgeKind:
    """One kind of nudge, registered by a feature.

    `find` gets many people at once, so that it can load the facts for all of them with a few queries. The decision for
    each person is then a pure function in the feature.
    """

    kind: str
    title: str
    """The title shown to a person who mutes the kind."""
    rule: NudgeRule
    words: Callable[[int, Facts, Team], Item]
    """Builds the text from the nudge's id, its facts, and its team.

    The facts come with the id of the `reader`, the reader's `locale`, and `said`, when the nudge was sent, as the
    reader's local time.
    """
    find: Callable[[AsyncSession, Sequence[Seat], datetime], Awaitable[list[Candidate]]] | None = None
    """Returns candidates among the people the engine checks, perhaps of other kinds of the same feature too.

    None if another kind's `find` returns them, or if they are only sent with `engine.offer`.
    """
    load: Callable[[AsyncSession, Sequence[Facts]], Awaitable[Sequence[Facts]]] | None = None
    """Loads what people wrote, which is not stored with the nudges: what to add to the facts of each, in their order.

    It gets many nudges at once, like `find`; their facts name the `reader`.
    """
    most_together: int = 1
    """How many nudges of this kind count as one in the day's budget; on their card they share one menu."""
    is_listed: bool = False
    """Whether a section of Home lists its subjects: who has seen their Home lately is not told about them too."""
    is_at_home: bool = True
    """Whether Home lists this kind among the due nudges; False if the feature has a section of its own there."""

    async def load_items(self, session: AsyncSession, asked: Sequence[tuple[Nudge, Person]]) -> list[Item]:
        """Build the texts of nudges of this kind, each for its reader.

        They depend on the facts, the reader's locale, and the reader's local time when the nudge was sent.
        """
        known = [nudge.facts | {"reader": reader.id} for nudge, reader in asked]
        loaded = await self.load(session, known) if self.load else [{}] * len(known)
        teams = {id: await session.get_one(Team, id) for id in {nudge.team_id for nudge, _ in asked}}
        items = []
        for (nudge, reader), facts, more in zip(asked, known, loaded, strict=True):
            said = reader.local(nudge.said_at).replace(tzinfo=None).isoformat()
            facts |= {**more, "locale": reader.locale, "said": said}
            items.append(self.words(nudge.id, facts, teams[nudge.team_id]))
            await asyncio.sleep(0)
        return items
