"""How a team's queues stand: which are over their limit, which are calm, and who is there."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes.finding import open_ones
from bot.features.spikes.settings import Settings
from bot.features.spikes.tables import Spike, Stint
from bot.names import once, queue_key
from bot.teams import Team

A_MONTH = timedelta(days=30)
"""A queue that is not in the team's list is remembered so long after it began to spike."""


@dataclass(frozen=True)
class Standing:
    """A team's queues at this moment."""

    team: Team
    spikes: Sequence[Spike]
    stints: Sequence[Stint]
    """Who is there, also without a spike."""
    calm: Sequence[str]

    def of(self, spike: Spike | None) -> list[Stint]:
        """Who is there for a spike, or for none."""
        return [each for each in self.stints if each.spike_id == (spike.id if spike else None)]


async def known(session: AsyncSession, team: Team, *, now: datetime) -> list[str]:
    """The queues of a team's list, then those that were over their limit lately."""
    lately = select(Spike.key, func.max(Spike.queue)).where(Spike.team_id == team.id, Spike.opened_at > now - A_MONTH)
    seen = [row[1] for row in await session.execute(lately.group_by(Spike.key).order_by(Spike.key))]
    return once([*Settings.of(team).queues, *seen])


async def standing(session: AsyncSession, team: Team, *, now: datetime) -> Standing:
    found = await open_ones(session, team)
    over = {each.key for each in found}
    calm = [queue for queue in await known(session, team, now=now) if queue_key(queue) not in over]
    there = select(Stint).where(Stint.team_id == team.id, Stint.ended_at.is_(None))
    stints = (await session.scalars(there.order_by(Stint.started_at, Stint.id))).all()
    return Standing(team, found, stints, sorted(calm, key=str.casefold))
