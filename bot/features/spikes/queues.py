"""How a team's queues stand: which are over their limit, which are calm, and who is there."""

import difflib
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import case, func, select
from sqlalchemy.ext.asyncio import AsyncSession

from bot.features.spikes.finding import open_ones
from bot.features.spikes.settings import Settings
from bot.features.spikes.tables import PERSON, Spike, Stint
from bot.names import once, queue_key
from bot.teams.tables import Team

A_MONTH = timedelta(days=30)
"""A queue that is not in the team's list is remembered so long after it began to spike."""
DIGITS = re.compile(r"\d+")
NEARLY = 0.82
"""How alike two names are of which one is mistyped, from 0 to 1."""


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
    """The queues of a team's list, then those that were over their limit lately.

    What somebody called once, and whose name is nearly that of another queue, was a slip of the finger.
    """
    listed = Settings.of(team).queues
    is_told = func.max(case((Spike.source == PERSON, 0), else_=1))
    is_open = func.max(case((Spike.resolved_at.is_(None), 1), else_=0))
    columns = (Spike.key, func.max(Spike.queue), func.count() + func.sum(Spike.reopened) + is_told + is_open)
    lately = select(*columns).where(Spike.team_id == team.id, Spike.opened_at > now - A_MONTH)
    rows = await session.execute(lately.group_by(Spike.key).order_by(Spike.key))
    seen = [(key, name, signs > 1) for key, name, signs in rows]
    sure = {*map(queue_key, listed), *(key for key, _, is_sure in seen if is_sure)}
    return once([*listed, *(name for key, name, is_sure in seen if is_sure or not _is_slip(key, sure))])


def _is_slip(key: str, queues: Collection[str]) -> bool:
    near = difflib.get_close_matches(key, queues, n=1, cutoff=NEARLY)
    return any(DIGITS.findall(key) == DIGITS.findall(each) for each in near)


async def standing(session: AsyncSession, team: Team, *, now: datetime) -> Standing:
    found = await open_ones(session, team)
    over = {each.key for each in found}
    calm = [queue for queue in await known(session, team, now=now) if queue_key(queue) not in over]
    there = select(Stint).where(Stint.team_id == team.id, Stint.ended_at.is_(None))
    stints = (await session.scalars(there.order_by(Stint.started_at, Stint.id))).all()
    return Standing(team, found, stints, sorted(calm, key=str.casefold))
