"""What follows when somebody is not in their place any more: left, demoted, or gone from the workspace."""

from datetime import datetime

from sqlalchemy.ext.asyncio import AsyncSession

from bot.teams.tables import Team
from schedules import shadowing, spike_asks, visits


async def settle(session: AsyncSession, team: Team, *, now: datetime) -> None:
    """Take back what only those could answer or do who have another place now, and tell whoever is there.

    Pairs for one-on-ones are dealt anew at once where leaders change, else each morning: who left may come back.
    """
    await shadowing.settle(session, team, now=now)
    await visits.settle(session, team, now=now)
    await spike_asks.settle(session, team, now=now)
